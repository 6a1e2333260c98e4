"""Warm starts: which earlier runs a sweep may build on, and how they are remembered.

`resume_from` names earlier sweeps whose trials count as known; `resume_child_runs` names earlier
trials to run again. Both are remembered as the service does: where the run is, and its id.
"""

from __future__ import annotations

from hyperlocal.azureml.train.hyperdrive.exceptions import _rejection, _shown

TYPE_CHECKING = False  # typing itself costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = ["scopes_to_resume"]

_MOST_PARENTS = 5
_MOST_TRIALS_WITH_EARLIER_ONES = 1000
_FINAL = ("Canceled", "Completed", "Failed")


def scopes_to_resume(
    resume_from: Any, resume_child_runs: Any, config: Any, *, is_bayesian: bool
) -> tuple[Any, Any]:
    """Check what a new sweep is to build on, and say where it is.

    Args:
        resume_from: A HyperDriveRun or a list of them, or None.
        resume_child_runs: A run or a list of them, or None.
        config: The new sweep.
        is_bayesian: Whether it samples by what earlier trials taught; its space must be theirs.

    Returns:
        For both, a list of `{"run_scope": {...}, "run_id": id}`, or None where none was given.

    Raises:
        HyperDriveConfigException: A run cannot be built on.
    """
    parents = _as_list(resume_from)
    children = _as_list(resume_child_runs)
    if parents or children:
        _check_limit(config)
    if parents:
        _check_parents(parents, config, is_bayesian=is_bayesian)
        _check_finished(parents, config)
    if children:
        _check_children(children, config)
        families = {parent.id: parent for parent in (run.parent for run in children)}
        _check_parents(list(families.values()), config, is_bayesian=is_bayesian)
    return (
        None if parents is None else [_scope(run) for run in parents],
        None if children is None else [_scope(run) for run in children],
    )


def _as_list(runs: Any) -> list[Any] | None:
    if runs is None or isinstance(runs, list):
        return runs
    return [runs]


def _check_limit(config: Any) -> None:
    try:
        config._max_total_runs + 0
    except TypeError:
        raise _rejection(
            f"HyperDriveConfig: max_total_runs is {_shown(config._max_total_runs)}, "
            "but must be a number.",
            "max_total_runs",
        ) from None


def _check_parents(parents: Sequence[Any], config: Any, *, is_bayesian: bool) -> None:
    """Sweeps of the same metric and, for Bayesian sampling, of the same space; not too many."""
    if len(parents) > _MOST_PARENTS:
        raise _rejection(
            f"A sweep can build on at most {_MOST_PARENTS} earlier sweeps, not on {len(parents)}.",
            "resume_from",
        )
    for parent in parents:
        if getattr(parent, "type", None) != "hyperdrive":
            raise _rejection(
                f"{_named(parent)} is no HyperDriveRun. Only a sweep can be built on; "
                "get one with HyperDriveRun(experiment, run_id).",
                "resume_from",
            )
        earlier = parent.hyperdrive_config
        for key in ("name", "goal"):
            theirs, ours = earlier._primary_metric_config[key], config._primary_metric_config[key]
            if theirs != ours:
                raise _rejection(
                    f"The {key} of this sweep's primary metric is {ours!r}, but that of "
                    f"{parent.id} is {theirs!r}. They must be the same.",
                    "resume_from",
                )
        theirs, ours = (each._generator_config["parameter_space"] for each in (earlier, config))
        if is_bayesian and theirs != ours:
            raise _rejection(
                f"Bayesian sampling can build on {parent.id} only with its parameter space, "
                f"{_shown(theirs)}, not with {_shown(ours)}.",
                "resume_from",
            )


def _check_finished(parents: Sequence[Any], config: Any) -> None:
    """Each sweep once, at its end, and not too many trials all in all."""
    _check_different(parents, "resume_from")
    for parent in parents:
        status = parent.get_status()
        if status not in ("Completed", "Canceled"):
            raise _rejection(
                f"{parent.id} is {status}, but only a sweep that is Completed or Canceled "
                "can be built on.",
                "resume_from",
            )
    n_trials = config._max_total_runs + sum(
        parent.hyperdrive_config._max_total_runs for parent in parents
    )
    if n_trials > _MOST_TRIALS_WITH_EARLIER_ONES:
        raise _rejection(
            f"The max_total_runs of this sweep and of those it builds on add up to {n_trials}, "
            f"but at most {_MOST_TRIALS_WITH_EARLIER_ONES} trials are allowed.",
            "max_total_runs",
        )


def _check_children(children: Sequence[Any], config: Any) -> None:
    from hyperlocal.azureml.core.run import Run

    if len(children) > config._max_total_runs:
        raise _rejection(
            f"resume_child_runs names {len(children)} runs, but max_total_runs is "
            f"{config._max_total_runs!r}. Allow as many, or resume fewer.",
            "resume_child_runs",
        )
    for child in children:
        if not isinstance(child, Run):
            raise _rejection(
                f"resume_child_runs has {_shown(child)} ({type(child).__name__}) in it, but must "
                "have runs only, for instance list(sweep.get_children())[:3].",
                "resume_child_runs",
            )
    _check_different(children, "resume_child_runs")
    for child in children:
        status = child.get_status()
        if status not in _FINAL:
            raise _rejection(
                f"{child.id} is {status}; a run can be resumed when it is {', '.join(_FINAL)}.",
                "resume_child_runs",
            )
        if child.parent is None:
            raise _rejection(
                f"{child.id} has no parent. Only the children of a sweep can be resumed.",
                "resume_child_runs",
            )


def _check_different(runs: Sequence[Any], argument: str) -> None:
    ids = [run.id for run in runs]
    for run_id in ids:
        if ids.count(run_id) > 1:
            raise _rejection(f"{argument} names {run_id} more than once.", argument)


def _named(run: Any) -> str:
    return str(run.id) if hasattr(run, "id") else _shown(run)


def _scope(run: Any) -> dict[str, Any]:
    workspace = run.experiment.workspace
    return {
        "run_scope": {
            "host": "local",
            "subscription_id": workspace.subscription_id,
            "resource_group": workspace.resource_group,
            "workspace_name": workspace.name,
            "experiment_name": run.experiment.name,
        },
        "run_id": run.id,
    }
