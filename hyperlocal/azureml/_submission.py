"""Submission: a checked configuration becomes a recorded run with a controller of its own."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml._preflight import warn_of_packages
from hyperlocal.azureml._run_options import reuses, shortened, told_of
from hyperlocal.azureml._strict import allow
from hyperlocal.azureml._translate import (
    Script,
    check_emulated,
    resume_facts,
    script_run_of,
    sweep_of,
    trial_of,
    with_warm_start,
)
from hyperlocal.azureml._translate.refusal import refused
from hyperlocal.azureml.core._run_waiting import tell_if_it_goes_on
from hyperlocal.azureml.core._texts import as_texts
from hyperlocal.azureml.core.script_run_config import ScriptRunConfig
from hyperlocal.azureml.exceptions import TrainingException, UserErrorException
from hyperlocal.azureml.train.hyperdrive.exceptions import HyperDriveScenarioNotSupportedException
from hyperlocal.azureml.train.hyperdrive.runconfig import HyperDriveConfig
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job, Plan, Sweep
from hyperlocal.errors import RunNotFound, RunStateError
from hyperlocal.reading import shown
from hyperlocal.services import compute
from hyperlocal.services.advice import warn_caller
from hyperlocal.services.ids import random_uuid
from hyperlocal.services.runs.definitions import remember_definition
from hyperlocal.services.runs.interactive import check_run_id
from hyperlocal.services.runs.kinds import HYPERDRIVE, SCRIPT
from hyperlocal.services.runs.source import take_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hyperlocal.azureml.core.experiment import Experiment
    from hyperlocal.azureml.core.script_run import ScriptRun
    from hyperlocal.azureml.train.hyperdrive.run import HyperDriveRun
    from hyperlocal.engine import Claim
    from hyperlocal.history import RunRecord

__all__ = [
    "SEED_PROPERTY",
    "check_unused",
    "claimed",
    "planned_sweep",
    "start_recorded",
    "started_sweep",
    "submit",
    "sweep_id",
]

SEED_PROPERTY = "hyperlocal.seed"
_NO_SWEEPS_ON = frozenset({"aks", "databricks"})
_UNNAMED_CLUSTER = "amlcompute"


def submit(
    experiment: Experiment,
    config: Any,
    tags: Mapping[str, Any] | None = None,
    parent_id: str | None = None,
) -> HyperDriveRun | ScriptRun:
    """Check a configuration, record a run of it and start it; return at once.

    Args:
        experiment: What the run is part of.
        config: A HyperDriveConfig, a ScriptRunConfig or an estimator.
        tags: Tags of the run.
        parent_id: The run that it becomes a child of.

    Raises:
        HyperDriveScenarioNotSupportedException: The compute target runs no sweeps.
        TrainingException: The service would refuse it.
        UserErrorException: Source folder or script is not there, or it is no configuration.
        NotEmulatedError: It asks for something that hyperlocal does not do.
    """
    try:
        return _submit(experiment, config, tags, parent_id)
    except RecursionError as error:
        raise refused("something in its configuration is nested too deeply.") from error


def _submit(
    experiment: Experiment, config: Any, tags: Mapping[str, Any] | None, parent_id: str | None
) -> HyperDriveRun | ScriptRun:
    if isinstance(config, HyperDriveConfig):
        return _submit_sweep(experiment, config, tags, parent_id)
    if isinstance(config, ScriptRunConfig):
        return _submit_script(experiment, config, tags, parent_id)
    if hasattr(type(config), "_get_script_run_config"):
        return _submit_script(experiment, script_run_of(config), tags, parent_id)
    raise UserErrorException(
        f"Experiment.submit() was given {shown(config)}, but needs a ScriptRunConfig, a "
        "HyperDriveConfig or an estimator."
    )


def _submit_sweep(
    experiment: Experiment,
    config: Any,
    tags: Mapping[str, Any] | None,
    parent_id: str | None,
) -> HyperDriveRun:
    script, sweep = planned_sweep(experiment, config)
    if reuses():
        from hyperlocal.azureml._reuse import identical_sweep
        from hyperlocal.azureml.train.hyperdrive.run import HyperDriveRun

        done = identical_sweep(experiment, config, script, sweep)
        if done is not None:
            return HyperDriveRun(experiment, done.run_id, hyperdrive_config=config, _record=done)
    own_tags, own_properties = resume_facts(config)
    record = _begin(
        experiment,
        script,
        sweep,
        run_id=sweep_id(config),
        kind=HYPERDRIVE,
        tags={**own_tags, **(tags or {})},
        parent_id=parent_id,
        properties={SEED_PROPERTY: str(sweep.sampling.seed), **own_properties},
    )
    return started_sweep(experiment, config, sweep, record)


@as_sdk_errors
def sweep_id(config: Any) -> str:
    """Return the id that a sweep's run gets."""
    custom_id = config._custom_run_id
    return f"HD_{random_uuid()}" if custom_id is None else check_run_id(custom_id)


def started_sweep(
    experiment: Experiment, config: Any, sweep: Sweep, record: RunRecord
) -> HyperDriveRun:
    """Return the run of a sweep that has been submitted, with what its user should know of it."""
    from hyperlocal.azureml.train.hyperdrive.run import HyperDriveRun

    if sweep.policy is None and config._policy_config.get("name") != "Default":
        experiment._history.runs.add_warning(
            record.run_id, "The early termination policy is ignored under Bayesian sampling."
        )
    told = told_of(sweep, int(config._max_total_runs))
    if told is not None:
        experiment._history.runs.add_warning(record.run_id, told)
    return HyperDriveRun(experiment, record.run_id, hyperdrive_config=config, _record=record)


def planned_sweep(experiment: Experiment, config: Any) -> tuple[Script, Sweep]:
    """Check a HyperDriveConfig; return what its trials run, and the sweep that it asks for."""
    check_emulated(config)
    script = Script(trial_of(config))
    n_nodes = _nodes_for_sweep(experiment, script)
    script.check()
    sweep = sweep_of(
        config,
        script.launch(experiment.workspace, experiment, is_sweep=True),
        takes_arguments=not script.is_command,
        most_concurrent=n_nodes,
    )
    warm = with_warm_start(
        sweep, config, experiment._history, takes_arguments=not script.is_command
    )
    return script, shortened(warm)


def _submit_script(
    experiment: Experiment,
    config: Any,
    tags: Mapping[str, Any] | None,
    parent_id: str | None,
) -> ScriptRun:
    from hyperlocal.azureml.core.script_run import ScriptRun

    script = Script(config)
    script.check()
    record = _begin(
        experiment,
        script,
        Job(script.launch(experiment.workspace, experiment, is_sweep=False)),
        run_id=f"{experiment.name}_{int(time.time())}_{random_uuid()[:8]}",
        kind=SCRIPT,
        tags=tags,
        parent_id=parent_id,
        properties={},
    )
    return ScriptRun(experiment, record.run_id, _record=record)


def _nodes_for_sweep(experiment: Experiment, script: Script) -> int | None:
    """Return how many nodes the sweep's compute target has, if somebody created it.

    Raises:
        HyperDriveScenarioNotSupportedException: The target runs no sweeps, or it is 'local' and
            HYPERLOCAL_STRICT is set.
    """
    target = script.target
    if target.lower() == "local":
        sentence = (
            "The cloud refuses a sweep on the compute target 'local', which is also what a "
            "ScriptRunConfig without compute_target has. Give it the name of a cluster, "
            "compute_target='cpu-cluster' for instance: here it runs on this machine all the same."
        )
        allow(HyperDriveScenarioNotSupportedException(sentence), sentence)
        return None
    if target.lower() == _UNNAMED_CLUSTER:
        warn_caller(
            "The compute target is 'amlcompute' without a name, for which the cloud makes a "
            "cluster of its own. Here the sweep runs on this machine.",
        )
    known = compute.record(target)
    if known is None:
        return None
    if str(known.get("type", "")).lower() in _NO_SWEEPS_ON:
        raise HyperDriveScenarioNotSupportedException(
            f"The compute target {target!r} is of type {known['type']}, which runs no "
            "sweeps. Use an AmlCompute cluster."
        )
    return compute.max_nodes(target) or None


def _begin(
    experiment: Experiment,
    script: Script,
    plan: Plan,
    *,
    run_id: str,
    kind: str,
    tags: Mapping[str, Any] | None,
    parent_id: str | None,
    properties: Mapping[str, str],
) -> RunRecord:
    """Copy the source, record the run, and start its controller."""
    with claimed(experiment, run_id) as claim:
        record = _recorded(
            experiment,
            script,
            plan,
            run_id=run_id,
            kind=kind,
            tags=tags,
            parent_id=parent_id,
            properties=properties,
        )
        start_recorded(experiment, claim)
    tell_if_it_goes_on(experiment._history, run_id)
    return record


@contextmanager
def claimed(experiment: Experiment, run_id: str) -> Iterator[Claim]:
    """Keep others from a run until it is recorded and has a controller.

    Raises:
        TrainingException: Another run has this id.
    """
    from hyperlocal.engine import claim

    try:
        taken = claim(experiment._history.home, run_id)
    except RunStateError as error:
        raise TrainingException(f"{error}") from error
    with taken:
        check_unused(experiment, run_id)
        yield taken


def start_recorded(experiment: Experiment, claim: Claim) -> None:
    """Start the controller of a recorded run."""
    try:
        claim.start()
    except BaseException as error:
        reason = f"its controller could not be started: {error}"
        experiment._history.runs.finish(
            claim.run_id, Status.FAILED, cause=Cause.START, reason=reason
        )
        raise


@as_sdk_errors
def _recorded(
    experiment: Experiment,
    script: Script,
    plan: Plan,
    *,
    run_id: str,
    kind: str,
    tags: Mapping[str, Any] | None,
    parent_id: str | None,
    properties: Mapping[str, str],
) -> RunRecord:
    """Copy the source, and record the run."""
    from hyperlocal.engine.staging import Staging

    history = experiment._history
    snapshot = history.folder(run_id).snapshot
    with Staging(history.home) as staging:
        draft = staging.draft_for(snapshot)
        told = take_folder(script.source, draft)
        script.check_snapshot(draft)
        told += warn_of_packages(script, draft)
        # Before the run, which may be killed: whoever finds one finds all that belongs to it.
        remember_definition(history, run_id, script.definition)
        script.promise(run_id)
        record = history.runs.create(
            run_id,
            experiment=experiment.name,
            kind=kind,
            parent_id=parent_id,
            status=Status.NOT_STARTED,
            plan=plan_to_json(plan),
            tags=as_texts(tags or {}),
            properties=properties,
            place=lambda: staging.put(draft, snapshot, replaces=True),
        )
    for sentence in told:
        history.runs.add_warning(run_id, sentence)
    return record


def check_unused(experiment: Experiment, run_id: str) -> None:
    """Refuse a run id that another run has.

    Raises:
        TrainingException: It has.
    """
    try:
        experiment._history.runs.get(run_id)
    except RunNotFound:
        return
    raise TrainingException(f"There is a run {run_id!r} already. Give another custom_run_id.")
