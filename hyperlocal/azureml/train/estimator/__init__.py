"""Estimators: what HyperDrive ran before ScriptRunConfig, and public scripts still use."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.core.experiment import Experiment
from hyperlocal.azureml.train._distributed_training import Gloo, Mpi, Nccl, ParameterServer
from hyperlocal.azureml.train.estimator._estimator import Estimator
from hyperlocal.azureml.train.estimator._framework_base_estimator import _FrameworkBaseEstimator
from hyperlocal.azureml.train.estimator._mml_base_estimator import (
    MMLBaseEstimator,
    MMLBaseEstimatorRunConfig,
)

# Scripts rely on a star import from here for Experiment, which old versions of the SDK had here.
__all__ = [
    "Estimator",
    "Experiment",
    "Gloo",
    "MMLBaseEstimator",
    "MMLBaseEstimatorRunConfig",
    "Mpi",
    "Nccl",
    "ParameterServer",
    "_FrameworkBaseEstimator",
]

__getattr__ = _placeholders.lacking(__name__)
