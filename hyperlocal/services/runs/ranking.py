"""Ranking: the trials of a sweep by their primary metric.

The rule is that of `hyperlocal.domain.ranking`, for every sweep and whoever asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.errors import RunKindError
from hyperlocal.history.plans import plan_of
from hyperlocal.services.runs.definitions import hyperparameters_text

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = ["best_child", "ranked_children", "sweep_from"]


def sweep_from(record: RunRecord) -> Sweep:
    """Return the sweep that a parent run was submitted with.

    Raises:
        RunKindError: It is no parent of a sweep.
        PlanError: The history is damaged there.
    """
    plan = plan_of(record)
    if not isinstance(plan, Sweep):
        raise RunKindError(
            f"Run {record.run_id} is of type {record.kind!r}, not the parent of a sweep. "
            "Use Run for it."
        )
    return plan


def best_child(
    history: History,
    parent_id: str,
    sweep: Sweep,
    *,
    includes_failed: bool = True,
    includes_canceled: bool = True,
) -> tuple[RunRecord, float] | None:
    """Return the best child and its metric; None if none that counts logged a number."""
    excluded = [Status.FAILED] if not includes_failed else []
    if not includes_canceled:
        excluded.append(Status.CANCELED)
    return history.ranking.best(
        parent_id, sweep.metric_name, greatest=sweep.goal.wants_greatest, excluded=excluded
    )


def ranked_children(
    history: History,
    parent_id: str,
    sweep: Sweep,
    *,
    top: int = 0,
    is_reversed: bool = False,
    discards_no_metric: bool = False,
) -> list[dict[str, Any]]:
    """Return the children as dicts, best first, those without a metric last, newest first."""
    name, greatest = sweep.metric_name, sweep.goal.wants_greatest
    ranked = history.ranking.ranked(
        parent_id, name, greatest=greatest, worst_first=is_reversed, limit=top or -1
    )
    selected: list[tuple[RunRecord, float | None]] = list(ranked)
    n_left = top - len(selected) if top else -1
    if n_left and not discards_no_metric:
        without = history.ranking.without(parent_id, name, limit=n_left)
        selected += [(child, None) for child in without]
    return [
        {
            "run_id": child.run_id,
            "hyperparameters": hyperparameters_text(child),
            "best_primary_metric": metric,
            "status": child.status.value,
        }
        for child, metric in selected
    ]
