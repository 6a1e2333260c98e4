"""scikit-optimize: its Gaussian process, as `gp_minimize` sets it up; pending trials lie."""

import warnings

from skopt import Optimizer
from skopt.space import Categorical, Integer, Real

from tests.benchmarks.sampling.optimisers.dimensions import Categories, Reals, dimensions

__all__ = ["Skopt"]

warnings.filterwarnings("ignore", module="skopt")
warnings.filterwarnings("ignore", module="sklearn")


class Skopt:
    def __init__(self, space, seed):
        self._dimensions = dimensions(space)
        self._optimizer = Optimizer(
            [self._dimension(d) for d in self._dimensions],
            "GP",
            n_initial_points=10,
            random_state=seed,
        )
        self._pending = {}
        self._n_asked = 0

    def ask(self):
        x = self._next()
        self._n_asked += 1
        self._pending[self._n_asked] = x
        values = zip(self._dimensions, x, strict=True)
        return self._n_asked, {d.name: d.value(code) for d, code in values}

    def tell(self, trial, loss):
        self._optimizer.tell(self._pending.pop(trial), loss)

    def _next(self):
        if not self._pending:
            return self._optimizer.ask()
        # Its constant liar is made for batches; that pending trials lost the least seen is told
        # to a copy, as `ask(n_points, strategy="cl_min")` does.
        liar = self._optimizer.copy(random_state=self._optimizer.rng.randint(2**31 - 1))
        lie = min(self._optimizer.yi, default=0.0)
        liar.tell(list(self._pending.values()), [lie] * len(self._pending))
        return liar.ask()

    @staticmethod
    def _dimension(dimension):
        if isinstance(dimension, Reals):
            return Real(dimension.low, dimension.high, name=dimension.name)
        if isinstance(dimension, Categories):
            return Categorical(dimension.labels, name=dimension.name)
        return Integer(0, dimension.last, name=dimension.name)
