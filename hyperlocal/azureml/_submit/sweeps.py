"""Sweeps: a checked HyperDriveConfig becomes a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hyperlocal.azureml._classes import class_named
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml._strict import allow
from hyperlocal.azureml._submit.options import advise_unused, reuses, shortened, told_of
from hyperlocal.azureml._submit.recording import NewRun, begin
from hyperlocal.azureml._submit.scripts import take_script
from hyperlocal.azureml._translate import (
    Script,
    check_emulated,
    resume_facts,
    sweep_of,
    trial_of,
    with_warm_start,
)
from hyperlocal.azureml.core._run_waiting import tell_if_it_goes_on
from hyperlocal.azureml.train.hyperdrive.exceptions import HyperDriveScenarioNotSupportedException
from hyperlocal.services import compute
from hyperlocal.services.advice import warn_caller
from hyperlocal.services.ids import random_uuid
from hyperlocal.services.runs.interactive import check_run_id
from hyperlocal.services.runs.kinds import HYPERDRIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hyperlocal.domain.sweep import Sweep
    from hyperlocal.history import RunRecord

__all__ = [
    "SEED_PROPERTY",
    "new_sweep",
    "nodes_for_sweep",
    "planned_sweep",
    "started_sweep",
    "submit_sweep",
]

SEED_PROPERTY = "hyperlocal.seed"
_NO_SWEEPS_ON = frozenset({"aks", "databricks"})
_UNNAMED_CLUSTER = "amlcompute"


def submit_sweep(
    experiment: Any,
    config: Any,
    tags: Mapping[str, Any] | None,
    parent_id: str | None,
    options: Mapping[str, Any],
) -> Any:
    """Check a HyperDriveConfig, record a run of it and start it; return at once.

    Args:
        experiment: What the run is part of.
        config: The HyperDriveConfig.
        tags: Tags of the run.
        parent_id: The run that it becomes a child of.
        options: Other arguments of `Experiment.submit`, which have no effect.

    Returns:
        The sweep's HyperDriveRun.

    Raises:
        HyperDriveScenarioNotSupportedException: The compute target runs no sweeps.
        TrainingException: The service would refuse it.
        UserErrorException: Source folder or script is not there.
        NotEmulatedError: It asks for something that hyperlocal does not do.
    """
    advise_unused(options)
    script, sweep = planned_sweep(experiment, config)
    if reuses():
        from hyperlocal.azureml._submit.reuse import identical_sweep

        done = identical_sweep(experiment, config, script, sweep)
        if done is not None:
            return _run_of(experiment, config, done)
    run = new_sweep(config, sweep, tags, parent_id)
    record = begin(
        experiment, run, lambda draft: take_script(experiment, script, sweep, run.run_id, draft)
    )
    tell_if_it_goes_on(experiment._history, run.run_id)
    return started_sweep(experiment, config, sweep, record)


@as_sdk_errors
def new_sweep(
    config: Any, sweep: Sweep, tags: Mapping[str, Any] | None, parent_id: str | None
) -> NewRun:
    """Return what is recorded of the run of a sweep."""
    custom_id = config._custom_run_id
    own_tags, own_properties = resume_facts(config)
    return NewRun(
        f"HD_{random_uuid()}" if custom_id is None else check_run_id(custom_id),
        HYPERDRIVE,
        {**own_tags, **(tags or {})},
        parent_id,
        {SEED_PROPERTY: str(sweep.sampling.seed), **own_properties},
    )


def started_sweep(experiment: Any, config: Any, sweep: Sweep, record: RunRecord) -> Any:
    """Return the run of a sweep that has been submitted, with what its user should know of it."""
    if sweep.policy is None and config._policy_config.get("name") != "Default":
        experiment._history.runs.add_warning(
            record.run_id, "The early termination policy is ignored under Bayesian sampling."
        )
    told = told_of(sweep, int(config._max_total_runs))
    if told is not None:
        experiment._history.runs.add_warning(record.run_id, told)
    return _run_of(experiment, config, record)


def _run_of(experiment: Any, config: Any, record: RunRecord) -> Any:
    kind = class_named("HyperDriveRun")
    return kind(experiment, record.run_id, hyperdrive_config=config, _record=record)


def planned_sweep(experiment: Any, config: Any) -> tuple[Script, Sweep]:
    """Check a HyperDriveConfig; return what its trials run, and the sweep that it asks for."""
    check_emulated(config)
    script = Script(trial_of(config), is_sweep=True)
    n_nodes = nodes_for_sweep(script.target)
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


def nodes_for_sweep(target: str) -> int | None:
    """Return how many nodes the compute target of a sweep has, if somebody created it.

    Raises:
        HyperDriveScenarioNotSupportedException: The target runs no sweeps, or it is 'local' and
            HYPERLOCAL_STRICT is set.
    """
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
