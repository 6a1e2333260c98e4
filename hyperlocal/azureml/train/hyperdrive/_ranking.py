"""Ranking: the trials of a sweep by their primary metric.

What counts is the best value that a trial logged, not its last. NaN counts as no value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hyperlocal.azureml.core._run_facts import hyperparameters_text
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.history.plans import plan_of

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = ["best_child", "best_values", "ranked_children", "sweep_from"]


def sweep_from(record: RunRecord) -> Sweep:
    """Return the sweep that a parent run was submitted with.

    Raises:
        HyperDriveRehydrateException: It is no parent of a sweep.
        PlanError: The history is damaged there.
    """
    from hyperlocal.azureml.train.hyperdrive.exceptions import HyperDriveRehydrateException

    plan = plan_of(record)
    if not isinstance(plan, Sweep):
        raise HyperDriveRehydrateException(
            f"Run {record.run_id} is of type {record.kind!r}, not the parent of a sweep. "
            "Use azureml.core.Run for it."
        )
    return plan


def best_values(history: History, parent_id: str, sweep: Sweep) -> dict[str, float]:
    """Return child run id to the best primary metric that it logged."""
    extremes = history.metrics.extremes_of_children(parent_id, sweep.metric_name)
    index = 1 if sweep.goal is Goal.MAXIMIZE else 0
    return {run_id: pair[index] for run_id, pair in extremes.items()}


def best_child(
    history: History,
    parent_id: str,
    sweep: Sweep,
    *,
    includes_failed: bool = True,
    includes_canceled: bool = True,
) -> tuple[RunRecord, float] | None:
    """Return the best child and its metric; of equal ones that which got there first."""
    values = best_values(history, parent_id, sweep)
    excluded = {Status.FAILED} if not includes_failed else set()
    if not includes_canceled:
        excluded.add(Status.CANCELED)
    if excluded:
        children = history.runs.children(parent_id)
        values = {
            c.run_id: values[c.run_id]
            for c in children
            if c.run_id in values and c.status not in excluded
        }
    if not values:
        return None
    best = sweep.goal.metric(max(sweep.goal.score(value) for value in values.values()))
    equal = [run_id for run_id, value in values.items() if value == best]
    first = (
        equal[0] if len(equal) == 1 else _first_to_reach(history, parent_id, sweep, best, equal)
    )
    return history.runs.get(first), best


def _first_to_reach(
    history: History, parent_id: str, sweep: Sweep, best: float, equal: list[str]
) -> str:
    among = set(equal)
    for point in history.metrics.points_of_children(parent_id, sweep.metric_name):
        if point.run_id in among and point.is_numeric and point.value == best:
            return point.run_id
    return equal[0]


def ranked_children(
    history: History,
    parent_id: str,
    sweep: Sweep,
    *,
    top: int = 0,
    is_reversed: bool = False,
    discards_no_metric: bool = False,
) -> list[dict[str, Any]]:
    """Return the children as dicts, best first, those without a metric last.

    Of equal children the newer is first.
    """
    values = best_values(history, parent_id, sweep)
    children = history.runs.children(parent_id)
    with_metric = sorted(
        (child for child in children if child.run_id in values),
        key=lambda child: sweep.goal.score(values[child.run_id]),
        reverse=not is_reversed,
    )
    without = [] if discards_no_metric else [c for c in children if c.run_id not in values]
    selected = [*with_metric, *without]
    return [
        {
            "run_id": child.run_id,
            "hyperparameters": hyperparameters_text(child),
            "best_primary_metric": values.get(child.run_id),
            "status": child.status.value,
        }
        for child in (selected[:top] if top else selected)
    ]
