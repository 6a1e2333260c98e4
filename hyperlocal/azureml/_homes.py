"""Homes: where classes are that the SDK also shows in modules that are not theirs."""

__all__ = ["ELSEWHERE"]

# Classes that the SDK also shows in modules that are not theirs: one object wherever it is asked.
ELSEWHERE = {
    "AmlCompute": "core.compute.amlcompute",
    "ComputeInstance": "core.compute.computeinstance",
    "CondaDependencies": "core.conda_dependencies",
    "HyperDriveConfigException": "train.hyperdrive.exceptions",
    "HyperDriveStep": "pipeline.steps.hyper_drive_step",
    "HyperDriveStepRun": "pipeline.steps.hyper_drive_step",
    "InputPortBinding": "pipeline.core.graph",
    "InteractiveLoginAuthentication": "core.authentication",
    "OutputPortBinding": "pipeline.core.graph",
    "Pipeline": "pipeline.core.pipeline",
    "PipelineData": "pipeline.core.builder",
    "PipelineDataset": "pipeline.core.graph",
    "PipelineEndpoint": "pipeline.core.pipeline_endpoint",
    "PipelineOutputAbstractDataset": "pipeline.core.pipeline_output_dataset",
    "PipelineOutputFileDataset": "pipeline.core.pipeline_output_dataset",
    "PipelineOutputTabularDataset": "pipeline.core.pipeline_output_dataset",
    "PipelineParameter": "pipeline.core.graph",
    "PipelineRun": "pipeline.core.run",
    "PipelineStep": "pipeline.core.builder",
    "PortDataReference": "pipeline.core.graph",
    "PublishedPipeline": "pipeline.core.pipeline_endpoint",
    "ResourceConfiguration": "core.resource_configuration",
    "RunDetails": "widgets",
    "Schedule": "pipeline.core.schedule",
    "ScheduleRecurrence": "pipeline.core.schedule",
    "StepRun": "pipeline.core.run",
    "StepRunOutput": "pipeline.core.run",
    "StepSequence": "pipeline.core.builder",
    "TrainingOutput": "pipeline.core.graph",
}
