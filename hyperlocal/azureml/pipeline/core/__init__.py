"""Pipelines: their data, parameters, steps in general, and runs.

Pipelines run on this machine. Publishing, endpoints, schedules, modules and drafts are the
service's: their names can be imported and are loud when they are used. What publishes or schedules
a pipeline warns, and what it returns is loud when it is used.
"""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.pipeline.core.builder import PipelineData, PipelineStep, StepSequence
from hyperlocal.azureml.pipeline.core.graph import (
    InputPortBinding,
    OutputPortBinding,
    PipelineDataset,
    PipelineParameter,
    PortDataReference,
    TrainingOutput,
)
from hyperlocal.azureml.pipeline.core.pipeline import Pipeline
from hyperlocal.azureml.pipeline.core.pipeline_endpoint import PipelineEndpoint, PublishedPipeline
from hyperlocal.azureml.pipeline.core.run import PipelineRun, StepRun, StepRunOutput
from hyperlocal.azureml.pipeline.core.schedule import Schedule, ScheduleRecurrence

__all__ = [
    "InputPortBinding",
    "Module",
    "ModuleVersion",
    "ModuleVersionDescriptor",
    "OutputPortBinding",
    "Pipeline",
    "PipelineData",
    "PipelineDataset",
    "PipelineDraft",
    "PipelineEndpoint",
    "PipelineParameter",
    "PipelineRun",
    "PipelineStep",
    "PortDataReference",
    "PublishedPipeline",
    "Schedule",
    "ScheduleRecurrence",
    "StepRun",
    "StepRunOutput",
    "StepSequence",
    "TimeZone",
    "TrainingOutput",
]

__getattr__ = _placeholders.lacking(__name__)
