"""HEBO: heteroscedastic evolutionary Bayesian optimisation."""

import warnings

import numpy as np
import pandas as pd
import torch
from hebo.design_space.design_space import DesignSpace
from hebo.optimizers.hebo import HEBO

from tests.benchmarks.sampling.optimisers.dimensions import Categories, Reals, dimensions

__all__ = ["Hebo"]

warnings.filterwarnings("ignore")


class Hebo:
    """It does not know of pending trials: those are told the median so far, to a copy."""

    def __init__(self, space, seed):
        np.random.seed(seed % 2**32)
        torch.manual_seed(seed)
        self._dimensions = dimensions(space)
        design = DesignSpace().parse([self._dimension(d) for d in self._dimensions])
        self._optimizer = HEBO(design, scramble_seed=seed)
        self._pending = {}
        self._n_asked = 0

    def ask(self):
        told = self._optimizer.X, self._optimizer.y
        if self._pending and len(told[0]):
            lies = np.full((len(self._pending), 1), np.median(told[1]))
            self._optimizer.observe(pd.concat(self._pending.values()), lies)
        row = self._optimizer.suggest(1)
        self._optimizer.X, self._optimizer.y = told
        self._n_asked += 1
        self._pending[self._n_asked] = row
        codes = row.iloc[0]
        return self._n_asked, {d.name: d.value(codes[d.name]) for d in self._dimensions}

    def tell(self, trial, loss):
        self._optimizer.observe(self._pending.pop(trial), np.array([[loss]]))

    @staticmethod
    def _dimension(dimension):
        if isinstance(dimension, Reals):
            return {
                "name": dimension.name,
                "type": "num",
                "lb": dimension.low,
                "ub": dimension.high,
            }
        if isinstance(dimension, Categories):
            return {"name": dimension.name, "type": "cat", "categories": dimension.labels}
        return {"name": dimension.name, "type": "int", "lb": 0, "ub": dimension.last}
