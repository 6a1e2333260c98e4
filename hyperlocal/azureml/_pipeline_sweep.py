"""Sweeps of pipelines: each trial is a run of a pipeline with sampled values as its parameters.

The pipeline is planned once. Where a sampled parameter stands in it, a text stands that is like no
other (a hole), and the engine puts each trial's value there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml._pipeline_submission import (
    facts_of,
    properties_of_run,
    shown_parameters,
    taken,
)
from hyperlocal.azureml._run_options import shortened
from hyperlocal.azureml._submission import (
    SEED_PROPERTY,
    claimed,
    planned_sweep,
    start_recorded,
    started_sweep,
    sweep_id,
)
from hyperlocal.azureml._translate import resume_facts, sweep_of, with_warm_start
from hyperlocal.azureml._translate.flow import PlannedFlow, flow_of
from hyperlocal.azureml._translate.script import LOG_RECORD, SWEEP_LOG
from hyperlocal.azureml.core._texts import as_texts
from hyperlocal.azureml.pipeline.core._values import is_dataset_output
from hyperlocal.azureml.pipeline.core.pipeline import Pipeline
from hyperlocal.azureml.train.hyperdrive.exceptions import _rejection, _shown
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.flow import Flow
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.errors import NotEmulatedError
from hyperlocal.services.advice import advise, warn_caller
from hyperlocal.services.ids import random_uuid
from hyperlocal.services.runs.definitions import remember_definition
from hyperlocal.services.runs.kinds import HYPERDRIVE, PIPELINE

if TYPE_CHECKING:
    from hyperlocal.azureml.core.experiment import Experiment
    from hyperlocal.azureml.train.hyperdrive.run import HyperDriveRun
    from hyperlocal.history import RunRecord

__all__ = ["submit_pipeline_sweep"]

_LAUNCH = Launch(
    command=(),
    trial_kind=PIPELINE,
    kept_folders=(),
    log_file=SWEEP_LOG,
    log_format=LOG_RECORD,
)


def submit_pipeline_sweep(
    experiment: Experiment,
    config: Any,
    tags: Mapping[str, Any] | None,
    parent_id: str | None,
    options: dict[str, Any],
) -> HyperDriveRun:
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
    given = dict(options.pop("pipeline_params", None) or {})
    goes_on = bool(options.pop("continue_on_step_failure", False))
    reuses = not options.pop("regenerate_outputs", False)
    for name in options:
        advise(f"Experiment.submit({name}=...)", "it has no effect on a sweep of a pipeline.")
    _check_sampled(pipeline, sweep.space.names, given)
    planned = flow_of(
        pipeline,
        experiment,
        parameters={name: v for name, v in given.items() if name not in sweep.space.names},
        goes_on=goes_on,
        reuses=reuses,
        plan_sweep=planned_sweep,
        holes={name: random_uuid() for name in sweep.space.names},
    )
    with claimed(experiment, sweep_id(config)) as claim:
        record = _record(experiment, config, planned, sweep, tags, parent_id, claim.run_id)
        start_recorded(experiment, claim)
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


def _sweep(experiment: Experiment, config: Any) -> Sweep:
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


def _record(
    experiment: Experiment,
    config: Any,
    planned: PlannedFlow,
    sweep: Sweep,
    tags: Mapping[str, Any] | None,
    parent_id: str | None,
    run_id: str,
) -> RunRecord:
    from hyperlocal.engine.staging import Staging

    history = experiment._history
    snapshot = history.folder(run_id).snapshot
    own_tags, own_properties = resume_facts(config)
    with Staging(history.home) as staging:
        draft = staging.draft_for(snapshot)
        flow, told = taken(planned, Path(draft))
        # Before the run, which may be killed: whoever finds one finds all that belongs to it.
        remember_definition(history, run_id, _facts(planned, flow))
        record = history.runs.create(
            run_id,
            experiment=experiment.name,
            kind=HYPERDRIVE,
            parent_id=parent_id,
            status=Status.NOT_STARTED,
            plan=plan_to_json(dataclasses.replace(sweep, flow=flow)),
            tags=as_texts({**own_tags, **(tags or {})}),
            properties={SEED_PROPERTY: str(sweep.sampling.seed), **own_properties},
            place=lambda: staging.put(draft, snapshot, replaces=True),
        )
    for sentence in told:
        history.runs.add_warning(run_id, sentence)
    return record


def _facts(planned: PlannedFlow, flow: Flow) -> dict[str, Any]:
    """Return what the trials' runs, and those of their steps, will be asked for."""
    return {
        **facts_of(planned),
        "scripts": {
            step.work_id: each.script.definition
            for step, each in zip(flow.steps, planned.steps, strict=True)
            if each.script is not None
        },
        "parameters": shown_parameters(planned),
        "properties": properties_of_run(planned),
    }
