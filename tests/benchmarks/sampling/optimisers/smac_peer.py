"""SMAC: its facade for hyperparameters, with random forests."""

import logging
import tempfile
import warnings

from ConfigSpace import CategoricalHyperparameter, ConfigurationSpace
from ConfigSpace import UniformFloatHyperparameter as Float
from ConfigSpace import UniformIntegerHyperparameter as Integer
from smac import HyperparameterOptimizationFacade, Scenario
from smac.runhistory.dataclasses import TrialValue

from tests.benchmarks.sampling.optimisers.dimensions import Categories, Reals, dimensions

__all__ = ["Smac"]

warnings.filterwarnings("ignore")


class Smac:
    def __init__(self, space, seed):
        self._dimensions = dimensions(space)
        configurations = ConfigurationSpace(seed=seed)
        configurations.add([self._dimension(d) for d in self._dimensions])
        self._folder = tempfile.TemporaryDirectory()
        scenario = Scenario(
            configurations,
            n_trials=1000,
            seed=seed,
            deterministic=True,
            output_directory=self._folder.name,
        )
        design = HyperparameterOptimizationFacade.get_initial_design(scenario, n_configs=10)
        self._facade = HyperparameterOptimizationFacade(
            scenario,
            lambda configuration, seed=0: 0.0,
            initial_design=design,
            logging_level=logging.ERROR,
            overwrite=True,
        )

    def ask(self):
        trial = self._facade.ask()
        codes = dict(trial.config)
        return trial, {d.name: d.value(codes[d.name]) for d in self._dimensions}

    def tell(self, trial, loss):
        self._facade.tell(trial, TrialValue(cost=loss))

    @staticmethod
    def _dimension(dimension):
        if isinstance(dimension, Reals):
            return Float(dimension.name, dimension.low, dimension.high)
        if isinstance(dimension, Categories):
            return CategoricalHyperparameter(dimension.name, dimension.labels)
        return Integer(dimension.name, 0, dimension.last)
