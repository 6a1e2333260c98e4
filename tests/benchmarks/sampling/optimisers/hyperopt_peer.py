"""hyperopt: its tree-structured Parzen estimator."""

import logging

import numpy as np
from hyperopt import JOB_STATE_DONE, STATUS_OK, Trials, hp, tpe
from hyperopt.base import Domain

from tests.benchmarks.sampling.optimisers.dimensions import Categories, Reals, dimensions

__all__ = ["Hyperopt"]

logging.getLogger("hyperopt").setLevel(logging.ERROR)


class Hyperopt:
    def __init__(self, space, seed):
        self._dimensions = dimensions(space)
        expressions = {d.name: self._expression(d) for d in self._dimensions}
        self._domain = Domain(lambda x: 0.0, expressions)
        self._trials = Trials()
        self._rng = np.random.default_rng(seed)

    def ask(self):
        self._trials.refresh()
        (number,) = self._trials.new_trial_ids(1)
        seed = int(self._rng.integers(2**31 - 1))
        (document,) = tpe.suggest([number], self._domain, self._trials, seed)
        self._trials.insert_trial_docs([document])
        self._trials.refresh()
        document = next(t for t in self._trials._dynamic_trials if t["tid"] == number)
        codes = document["misc"]["vals"]
        return document, {d.name: self._value(d, codes[d.name][0]) for d in self._dimensions}

    def tell(self, trial, loss):
        trial["result"] = {"loss": float(loss), "status": STATUS_OK}
        trial["state"] = JOB_STATE_DONE
        self._trials.refresh()

    @staticmethod
    def _expression(dimension):
        if isinstance(dimension, Reals):
            return hp.uniform(dimension.name, dimension.low, dimension.high)
        if isinstance(dimension, Categories):
            return hp.choice(dimension.name, dimension.labels)
        return hp.uniformint(dimension.name, 0, dimension.last)

    @staticmethod
    def _value(dimension, code):
        # Of a choice it gives the number.
        return (
            dimension.values[int(code)]
            if not isinstance(dimension, Reals)
            else dimension.value(code)
        )
