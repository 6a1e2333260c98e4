"""Submission of pipelines: a checked pipeline becomes a recorded run with a controller."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hyperlocal.azureml._class_names import own_class
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml._submit.options import advise_unused
from hyperlocal.azureml._submit.preflight import warn_of_packages
from hyperlocal.azureml._submit.recording import NewRun, begin
from hyperlocal.azureml._submit.sweeps import SEED_PROPERTY, planned_sweep
from hyperlocal.azureml._translate.workflow import (
    PlannedStep,
    PlannedWorkflow,
    with_fingerprints,
    workflow_of,
)
from hyperlocal.azureml.pipeline.core._values import is_dataset_output, source_of
from hyperlocal.azureml.pipeline.core.pipeline_output_dataset import PipelineOutputAbstractDataset
from hyperlocal.azureml.pipeline.core.run import PipelineRun
from hyperlocal.domain.sweep import Sweep, Workflow
from hyperlocal.services.ids import random_uuid
from hyperlocal.services.runs.definitions import remember_definition
from hyperlocal.services.runs.kinds import PIPELINE
from hyperlocal.services.runs.source import digest_of, take_folder

__all__ = [
    "facts_of",
    "properties_of_run",
    "shown_parameters",
    "submit_pipeline",
    "taken",
]

_OPTIONS = (
    "continue_on_step_failure",
    "parent_run_id",
    "pipeline_parameters",
    "regenerate_outputs",
)


def submit_pipeline(
    experiment: Any,
    pipeline: Any,
    tags: Mapping[str, Any] | None,
    parent_id: str | None,
    options: Mapping[str, Any],
) -> PipelineRun:
    """Check a pipeline, record a run of it and start it; return at once.

    Args:
        experiment: What the run is part of.
        pipeline: The pipeline, validated.
        tags: Tags of the run.
        parent_id: The run that it becomes a child of.
        options: `pipeline_parameters`, values for its parameters; `continue_on_step_failure`,
            whether steps that do not need a failed one are still run; `regenerate_outputs`,
            whether no earlier run may stand for a step; `parent_run_id`, as `parent_id`.

    Raises:
        UserErrorException: A source folder, a script or a parameter is not there.
        TrainingException: The service would refuse a sweep.
        NotEmulatedError: A step asks for something that hyperlocal does not do.
    """
    advise_unused([name for name in options if name not in _OPTIONS], " on a pipeline")
    planned = workflow_of(
        pipeline,
        experiment,
        parameters=options.get("pipeline_parameters") or {},
        goes_on=bool(options.get("continue_on_step_failure")),
        reuses=not options.get("regenerate_outputs"),
        plan_sweep=planned_sweep,
    )
    run = NewRun(
        random_uuid(),
        PIPELINE,
        tags,
        parent_id or options.get("parent_run_id"),
        {
            **properties_of_run(planned),
            "azureml.parameters": json.dumps(shown_parameters(planned)),
        },
    )
    record = begin(experiment, run, lambda draft: _take(experiment, planned, run.run_id, draft))
    if pipeline._description is not None:
        experiment._history.runs.update(run.run_id, description=str(pipeline._description))
    return PipelineRun(experiment, run.run_id, _record=record)


def _take(
    experiment: Any, planned: PlannedWorkflow, run_id: str, draft: str
) -> tuple[Workflow, list[str]]:
    """Copy the sources, and remember what belongs to the runs of the pipeline and its steps."""
    history = experiment._history
    workflow, told = taken(planned, Path(draft))
    for each in planned.steps:
        assert each.script is not None
        remember_definition(history, each.sweep_id or each.run_id, each.script.definition)
        _promise(each)
    remember_definition(history, run_id, facts_of(planned))
    return workflow, told


@as_sdk_errors
def taken(planned: PlannedWorkflow, snapshot: Path) -> tuple[Workflow, list[str]]:
    """Copy the sources of a workflow; return it with their places, and what its user should know.

    Raises:
        UserErrorException: An ignore file leaves out a script.
    """
    digests, told = {}, []
    for name, source in planned.sources.items():
        told += take_folder(source, snapshot / name)
        digests[name] = digest_of(snapshot / name)
    for each, step in zip(planned.steps, planned.workflow.steps, strict=True):
        assert each.script is not None
        each.script.check_snapshot(snapshot / step.source)
        told += warn_of_packages(each.script, snapshot / step.source)
    return _described(with_fingerprints(planned.workflow, digests), planned), told


@as_sdk_errors
def _promise(planned: PlannedStep) -> None:
    """Note which datasets are registered when the step has completed."""
    promised = []
    for output in planned.step._outputs:
        place, told = planned.places[str(source_of(output).name)], None
        if is_dataset_output(output):
            told = output._promised(place.datastore_name)
        elif isinstance(output, PipelineOutputAbstractDataset):
            told = output._promised(place.path_on_datastore, place.datastore_name)
        promised += [] if told is None else [told]
    if promised:
        from hyperlocal.services.data.registry import promise

        promise(planned.run_id, promised)


def _described(workflow: Workflow, planned: PlannedWorkflow) -> Workflow:
    """Return the workflow with the properties that its runs have in the SDK."""
    steps = []
    for step, each in zip(workflow.steps, planned.steps, strict=True):
        seed = {}
        if isinstance(step.work, Sweep):
            seed = {SEED_PROPERTY: str(step.work.sampling.seed)}
        steps.append(replace(step, properties=_step_properties(each), sweep_properties=seed))
    return replace(workflow, steps=tuple(steps))


def _step_properties(planned: PlannedStep) -> dict[str, str]:
    return {
        "azureml.runsource": "azureml.StepRun",
        "azureml.nodeid": planned.run_id[:8],
        "azureml.moduleName": str(planned.step.name),
        "StepType": own_class(planned.step),
    }


def shown_parameters(planned: PlannedWorkflow) -> dict[str, str]:
    """Return the parameters of a pipeline's run as its properties show them."""
    return {name: str(value) for name, value in planned.parameters.items()}


def properties_of_run(planned: PlannedWorkflow) -> dict[str, str]:
    """Return the properties of a pipeline's run, without its parameters."""
    return {
        "azureml.runsource": "azureml.PipelineRun",
        "runSource": "SDK",
        "runType": "SDK",
        "azureml.continue_on_step_failure": str(planned.workflow.goes_on),
        "azureml.pipelineComponent": "pipelinerun",
    }


def facts_of(planned: PlannedWorkflow) -> dict[str, Any]:
    """Return what later looks for outputs by their names need."""
    return {
        "outputs": {
            name: {"step": run_id, "place": place.body()}
            for name, (run_id, place) in planned.outputs.items()
        },
        "steps": {
            each.run_id: {name: place.body() for name, place in each.places.items()}
            for each in planned.steps
        },
    }
