"""Warm starts: the earlier sweeps and trials that a HyperDriveConfig names."""

from __future__ import annotations

import dataclasses
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml._translate.refusal import refused
from hyperlocal.azureml._translate.space import bare_name, flag_of
from hyperlocal.domain.sweep import Resumption, Sweep
from hyperlocal.errors import RunNotFound

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = [
    "RESUMED_PROPERTY",
    "RESUME_CHILD_RUNS_TAG",
    "RESUME_FROM_PROPERTY",
    "resume_facts",
    "with_warm_start",
]

RESUME_FROM_PROPERTY = "resume_from"
RESUME_CHILD_RUNS_TAG = "_aml_system_resume_child_runs"
RESUMED_PROPERTY = "hyperlocal.resumed_run"
"""Of a child: the earlier run that it goes on from."""

# The SDK's documentation promises the script this option, and as its value the earlier outputs.
_ARGUMENTS = ("--resume-from", "${origin_folder}/outputs")


def with_warm_start(
    sweep: Sweep, config: Any, history: History, *, takes_arguments: bool
) -> Sweep:
    """Return the sweep with what its configuration builds on.

    Args:
        sweep: The sweep without it.
        config: The HyperDriveConfig.
        history: Where the earlier runs are.
        takes_arguments: Whether its trials have a command line to add to.

    Raises:
        TrainingException: An earlier run is not in this home, or cannot be run again.
    """
    earlier = tuple(_found(history, run_id).run_id for run_id in _ids(config._resume_from))
    children = [_found(history, run_id) for run_id in _ids(config._resume_child_runs)]
    if children and not takes_arguments:
        raise refused(
            "resume_child_runs needs a script, which is told with --resume-from where the earlier "
            "outputs are. Use ScriptRunConfig(script=...) instead of command=."
        )
    resumed = tuple(_resumption(history, child) for child in children)
    if len(resumed) > sweep.limits.max_trials:
        raise refused(
            f"resume_child_runs names {len(resumed)} runs, but max_total_runs is "
            f"{sweep.limits.max_trials}."
        )
    # The earlier sweep may have searched other parameters; they are given to the script too.
    names = [name for each in resumed for name in each.parameters]
    launch = dataclasses.replace(
        sweep.launch,
        flags={**{name: flag_of(name) for name in names}, **sweep.launch.flags},
        parameter_variables={
            **{name: f"AZUREML_SWEEP_{bare_name(name)}" for name in names},
            **sweep.launch.parameter_variables,
        },
    )
    return dataclasses.replace(sweep, launch=launch, prior_sweeps=earlier, resumed=resumed)


def resume_facts(config: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Return the tags and the properties in which the service keeps what a sweep builds on."""
    tags, properties = {}, {}
    if config._resume_child_runs:
        tags[RESUME_CHILD_RUNS_TAG] = json.dumps(config._resume_child_runs)
    if config._resume_from:
        properties[RESUME_FROM_PROPERTY] = json.dumps(config._resume_from)
    return tags, properties


def _ids(scopes: Any) -> list[str]:
    return [scope["run_id"] for scope in scopes or []]


def _found(history: History, run_id: str) -> RunRecord:
    try:
        return history.runs.get(run_id)
    except RunNotFound as error:
        raise refused(f"the earlier run {run_id} cannot be built on: {error}") from error


def _resumption(history: History, child: RunRecord) -> Resumption:
    if child.parameters is None:
        raise refused(
            f"{child.run_id} was started without hyperparameters, so it cannot be run again "
            "with them. Resume children of a sweep."
        )
    # Scripts list the folder without asking whether there is one.
    with suppress(FileExistsError):  # the trial has left a file of that name
        history.folder(child.run_id).outputs.mkdir(parents=True, exist_ok=True)
    return Resumption(child.run_id, child.parameters, _ARGUMENTS, {RESUMED_PROPERTY: child.run_id})
