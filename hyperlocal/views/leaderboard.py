"""Leaderboard: the trials of a sweep, best first, from a few queries however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.history.ranking import Ended
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views.plans import sweep_of

__all__ = [
    "Entry",
    "Leaderboard",
    "ended_for_a_reason",
    "failed_trials",
    "outcome",
    "read_standing",
    "trial_number",
]


def trial_number(record: RunRecord) -> str:
    """Return the trial's number within its sweep, which ends its id."""
    if record.parent_id is not None and record.run_id.startswith(f"{record.parent_id}_"):
        return record.run_id[len(record.parent_id) + 1 :]
    return str(record.number)


def outcome(record: RunRecord) -> str:
    """Return the word under which a trial is counted: stopped is not the same as cancelled."""
    return _word(record.status, record.cause)


def _word(status: Status, cause: Cause | None) -> str:
    if status is Status.CANCELED and cause is Cause.POLICY:
        return "stopped by policy"
    return status.value


@dataclass(frozen=True)
class Entry:
    """One trial and the best primary metric that it logged; None if it logged no finite number."""

    record: RunRecord
    metric: float | None


@dataclass(frozen=True)
class Leaderboard:
    """The trials of one parent.

    Attributes:
        parent: The parent run.
        sweep: Its settings; None if its children are not a sweep's.
        entries: Best first; those without a metric last, in order of creation. Only as many as
            were asked for.
        counts: How many trials had which outcome, in order of first appearance.
    """

    parent: RunRecord
    sweep: Sweep | None
    entries: list[Entry]
    counts: dict[str, int]

    @property
    def n_trials(self) -> int:
        """How many trials there are, shown or not."""
        return sum(self.counts.values())

    @property
    def best(self) -> Entry | None:
        """The trial with the best metric; None without any."""
        if self.entries and self.entries[0].metric is not None:
            return self.entries[0]
        return None


def read_standing(
    history: History, parent: RunRecord, n_entries: int | None = None
) -> Leaderboard:
    """Read the trials of `parent`, ranked.

    Args:
        history: What the run is part of.
        parent: The run.
        n_entries: How many to read at most, but at least one; None for all.
    """
    sweep = sweep_of(parent)
    counts: dict[str, int] = {}
    for each in history.listing.outcomes(parent.run_id):
        word = _word(each.status, each.cause)
        counts[word] = counts.get(word, 0) + each.n_runs
    entries = _entries(history, parent.run_id, sweep, n_entries) if counts else []
    return Leaderboard(parent, sweep, entries, counts)


def _entries(
    history: History, parent_id: str, sweep: Sweep | None, n_entries: int | None
) -> list[Entry]:
    limit = -1 if n_entries is None else n_entries
    if sweep is None:
        children = history.runs.children_after(parent_id, 0, limit=limit)
        return [Entry(child.examined(), None) for child in children]
    ranking, name = history.ranking, sweep.metric_name
    ranked = ranking.ranked(parent_id, name, greatest=sweep.goal.wants_greatest, limit=limit)
    entries = [Entry(each.run.examined(), each.metric) for each in ranked]
    if n_entries is None or len(entries) < n_entries:
        left = -1 if n_entries is None else n_entries - len(entries)
        without = ranking.without(parent_id, name, oldest_first=True, limit=left)
        entries += [Entry(child.examined(), None) for child in without]
    return entries


def ended_for_a_reason(history: History, leaderboard: Leaderboard) -> list[Ended]:
    """Return how trials ended that have a reason, in the order of the ranking."""
    return history.ranking.ended_for_a_reason(leaderboard.parent.run_id, **_order(leaderboard))


def failed_trials(history: History, leaderboard: Leaderboard) -> Iterator[RunRecord]:
    """Return the trials that failed, in the order of the ranking, read one by one."""
    return history.ranking.failed(leaderboard.parent.run_id, **_order(leaderboard))


def _order(leaderboard: Leaderboard) -> dict[str, Any]:
    if leaderboard.sweep is None:
        return {"name": "", "greatest": True}  # in order of creation
    return {
        "name": leaderboard.sweep.metric_name,
        "greatest": leaderboard.sweep.goal.wants_greatest,
    }
