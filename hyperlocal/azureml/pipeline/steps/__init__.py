"""Steps of pipelines: scripts, commands, estimators and sweeps; the others are loud when used."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.pipeline.steps.command_step import CommandStep
from hyperlocal.azureml.pipeline.steps.estimator_step import EstimatorStep
from hyperlocal.azureml.pipeline.steps.hyper_drive_step import HyperDriveStep, HyperDriveStepRun
from hyperlocal.azureml.pipeline.steps.python_script_step import PythonScriptStep

__all__ = [
    "AdlaStep",
    "AutoMLStep",
    "AutoMLStepRun",
    "AzureBatchStep",
    "CommandStep",
    "DataTransferStep",
    "DatabricksStep",
    "EstimatorStep",
    "HyperDriveStep",
    "HyperDriveStepRun",
    "KustoStep",
    "ModuleStep",
    "MpiStep",
    "ParallelRunConfig",
    "ParallelRunStep",
    "PythonScriptStep",
    "RScriptStep",
    "SynapseSparkStep",
]

__getattr__ = _placeholders.lacking(__name__)
