"""Sweeps of pipelines: each trial is a run of a pipeline with sampled values as its parameters.

The pipeline is planned once. Where a sampled parameter stands in it, a text stands that is like no
other (a hole), and the engine puts each trial's value there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hyperlocal.azureml._submit.options import advise_unused, shortened
from hyperlocal.azureml._submit.pipelines import (
    facts_of,
    properties_of_run,
    shown_parameters,
    taken,
)
from hyperlocal.azureml._submit.recording import begin
from hyperlocal.azureml._submit.sweeps import new_sweep, planned_sweep, started_sweep
from hyperlocal.azureml._translate import sweep_of, with_warm_start
from hyperlocal.azureml._translate.script import LOG_RECORD, SWEEP_LOG
from hyperlocal.azureml._translate.workflow import PlannedWorkflow, workflow_of
from hyperlocal.azureml.pipeline.core._values import is_dataset_output
from hyperlocal.azureml.pipeline.core.pipeline import Pipeline
from hyperlocal.azureml.train.hyperdrive.exceptions import _rejection, _shown
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.sweep import Sweep, Workflow
from hyperlocal.errors import NotEmulatedError
from hyperlocal.services.advice import warn_caller
from hyperlocal.services.ids import random_uuid
from hyperlocal.services.runs.definitions import remember_definition
from hyperlocal.services.runs.kinds import PIPELINE

__all__ = ["submit_pipeline_sweep"]

_OPTIONS = ("continue_on_step_failure", "pipeline_params", "regenerate_outputs")
_LAUNCH = Launch(
    command=(),
    trial_kind=PIPELINE,
    kept_folders=(),
    log_file=SWEEP_LOG,
    log_format=LOG_RECORD,
)


def submit_pipeline_sweep(
    experiment: Any,
    config: Any,
    tags: Mapping[str, Any] | None,
    parent_id: str | None,
    options: Mapping[str, Any],
) -> Any:
    """Check a sweep of a pipeline, record a run of it and start it; return at once.

    Args:
        experiment: What the run is part of.
        config: The HyperDriveConfig.
        tags: Tags of the run.
        parent_id: The run that it becomes a child of.
        options: `pipeline_params`, values for parameters that are not sampled;
            `continue_on_step_failure`; `regenerate_outputs`.

    Raises:
        HyperDriveConfigException: It is no pipeline, or lacks a parameter that is sampled.
        TrainingException: The service would refuse it.
        UserErrorException: A source folder, a script or a parameter is not there.
        NotEmulatedError: It asks for something that hyperlocal does not do.
    """
    pipeline, sweep = _checked(config.pipeline), _sweep(experiment, config)
    given = dict(options.get("pipeline_params") or {})
    advise_unused([name for name in options if name not in _OPTIONS], " on a sweep of a pipeline")
    _check_sampled(pipeline, sweep.space.names, given)
    planned = workflow_of(
        pipeline,
        experiment,
        parameters={name: v for name, v in given.items() if name not in sweep.space.names},
        goes_on=bool(options.get("continue_on_step_failure")),
        reuses=not options.get("regenerate_outputs"),
        plan_sweep=planned_sweep,
        holes={name: random_uuid() for name in sweep.space.names},
    )
    run = new_sweep(config, sweep, tags, parent_id)
    record = begin(
        experiment, run, lambda draft: _take(experiment, planned, sweep, run.run_id, draft)
    )
    return started_sweep(experiment, config, sweep, record)


def _checked(pipeline: Any) -> Pipeline:
    if not isinstance(pipeline, Pipeline):
        raise _rejection(
            f"HyperDriveConfig: pipeline is {_shown(pipeline)}, but must be an "
            "azureml.pipeline.core.Pipeline.",
            "pipeline",
        )
    pipeline.validate()
    for step in pipeline._steps:
        for output in step._outputs:
            registers = is_dataset_output(output) and output._promised("") is not None
            if registers or getattr(output, "_registered_name", None) is not None:
                raise NotEmulatedError(
                    f"The registration of {output.name!r} in a pipeline that a sweep runs",
                    "Register the best run's data when the sweep has ended.",
                )
    return pipeline


def _sweep(experiment: Any, config: Any) -> Sweep:
    sweep = sweep_of(config, _LAUNCH, takes_arguments=False, most_concurrent=None)
    if config._resume_child_runs:
        raise NotEmulatedError(
            "resume_child_runs of HyperDriveConfig(pipeline=...)",
            "resume_from builds on earlier sweeps, and steps that can be reused are.",
        )
    return shortened(with_warm_start(sweep, config, experiment._history, takes_arguments=False))


def _check_sampled(pipeline: Pipeline, sampled: Iterable[str], given: Mapping[str, Any]) -> None:
    steps: list[Any] = pipeline._steps
    known = {parameter.name: None for step in steps for parameter in step._parameters()}
    for name in sampled:
        if name not in known:
            names = ", ".join(map(repr, known)) or "none"
            raise _rejection(
                f"HyperDriveConfig: {name!r} is sampled, but the pipeline has no such "
                f"PipelineParameter. It has: {names}. Names must be the same, without dashes "
                "before them.",
                "hyperparameter_sampling",
            )
    twice = [name for name in sampled if name in given]
    if twice:
        warn_caller(
            f"pipeline_params has {', '.join(map(repr, twice))}, which the sweep samples: the "
            "sampled values are used.",
        )


def _take(
    experiment: Any, planned: PlannedWorkflow, sweep: Sweep, run_id: str, draft: str
) -> tuple[Sweep, list[str]]:
    """Copy the sources, and remember what belongs to the runs of the sweep."""
    workflow, told = taken(planned, Path(draft))
    remember_definition(experiment._history, run_id, _facts(planned, workflow))
    return dataclasses.replace(sweep, workflow=workflow), told


def _facts(planned: PlannedWorkflow, workflow: Workflow) -> dict[str, Any]:
    """Return what the trials' runs, and those of their steps, will be asked for."""
    return {
        **facts_of(planned),
        "scripts": {
            step.work_id: each.script.definition
            for step, each in zip(workflow.steps, planned.steps, strict=True)
            if each.script is not None
        },
        "parameters": shown_parameters(planned),
        "properties": properties_of_run(planned),
    }
