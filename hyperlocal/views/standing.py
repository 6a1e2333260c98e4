"""Standing: the trials of a sweep, best first, from a few queries however many there are."""

from __future__ import annotations

from dataclasses import dataclass

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views.plans import sweep_of

__all__ = ["Entry", "Standing", "best_of_children", "outcome", "read_standing", "trial_number"]


def trial_number(record: RunRecord) -> str:
    """Return the trial's number within its sweep, which ends its id."""
    if record.parent_id is not None and record.run_id.startswith(f"{record.parent_id}_"):
        return record.run_id[len(record.parent_id) + 1 :]
    return str(record.number)


def outcome(record: RunRecord) -> str:
    """Return the word under which a trial is counted: stopped is not the same as cancelled."""
    if record.status is Status.CANCELED and record.cause is Cause.POLICY:
        return "stopped by policy"
    return record.status.value


@dataclass(frozen=True)
class Entry:
    """One trial and the best primary metric that it logged; None if it logged no number."""

    record: RunRecord
    metric: float | None


@dataclass(frozen=True)
class Standing:
    """The trials of one parent.

    Attributes:
        parent: The parent run.
        sweep: Its settings; None if its children are not a sweep's.
        entries: Best first; those without a metric last, in order of creation.
        counts: How many trials had which outcome, in order of first appearance.
    """

    parent: RunRecord
    sweep: Sweep | None
    entries: list[Entry]
    counts: dict[str, int]

    @property
    def best(self) -> Entry | None:
        """The trial with the best metric, the earliest of equal ones; None without any."""
        if self.entries and self.entries[0].metric is not None:
            return self.entries[0]
        return None


def read_standing(history: History, parent: RunRecord) -> Standing:
    """Read the trials of `parent` and rank them."""
    sweep = sweep_of(parent)
    children = history.runs.children_after(parent.run_id, 0)
    metrics = best_of_children(history, parent.run_id, sweep)
    entries = [Entry(child, metrics.get(child.run_id)) for child in children]
    counts: dict[str, int] = {}
    for child in children:
        counts[outcome(child)] = counts.get(outcome(child), 0) + 1
    return Standing(parent, sweep, _ranked(entries, sweep), counts)


def best_of_children(history: History, parent_id: str, sweep: Sweep | None) -> dict[str, float]:
    """Return child run id to the best primary metric that it logged."""
    if sweep is None:
        return {}
    extremes = history.metrics.extremes_of_children(parent_id, sweep.metric_name)
    is_upper = sweep.goal is Goal.MAXIMIZE
    return {run_id: high if is_upper else low for run_id, (low, high) in extremes.items()}


def _ranked(entries: list[Entry], sweep: Sweep | None) -> list[Entry]:
    if sweep is None:
        return entries
    goal = sweep.goal
    # Sorting is stable, so of equal trials the earlier one stays first.
    return sorted(
        entries,
        key=lambda entry: (
            entry.metric is None,
            0.0 if entry.metric is None else -goal.score(entry.metric),
        ),
    )
