"""Optuna: its tree-structured Parzen estimator and its Gaussian process."""

import warnings

import optuna

from tests.benchmarks.sampling.optimisers.dimensions import Categories, Reals, dimensions

__all__ = ["Gp", "Tpe"]

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore", module="optuna")
warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)


class _Optuna:
    def __init__(self, space, seed):
        self._dimensions = dimensions(space)
        self._study = optuna.create_study(sampler=self._sampler(seed))

    def ask(self):
        distributions = {d.name: self._distribution(d) for d in self._dimensions}
        trial = self._study.ask(distributions)
        return trial, {d.name: d.value(trial.params[d.name]) for d in self._dimensions}

    def tell(self, trial, loss):
        self._study.tell(trial, loss)

    @staticmethod
    def _distribution(dimension):
        if isinstance(dimension, Reals):
            return optuna.distributions.FloatDistribution(dimension.low, dimension.high)
        if isinstance(dimension, Categories):
            return optuna.distributions.CategoricalDistribution(dimension.labels)
        return optuna.distributions.IntDistribution(0, dimension.last)


class Tpe(_Optuna):
    @staticmethod
    def _sampler(seed):
        return optuna.samplers.TPESampler(multivariate=True, constant_liar=True, seed=seed)


class Gp(_Optuna):
    @staticmethod
    def _sampler(seed):
        return optuna.samplers.GPSampler(seed=seed, deterministic_objective=False)
