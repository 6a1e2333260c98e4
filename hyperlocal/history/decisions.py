"""Decisions: what a policy said of a trial, with its reason in numbers."""

from __future__ import annotations

from hyperlocal.history.database import Database
from hyperlocal.history.records import Decision

__all__ = ["Decisions"]

_SELECT = """SELECT run.run_id, decision.interval, decision.stop, decision.reason,
    decision.decided_at FROM decision JOIN run ON run.id = decision.run"""


class Decisions:
    """The policy decisions of one home."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, run_id: str, interval: int, *, stop: bool, reason: str) -> None:
        """Record one decision."""
        self._database.execute(
            "INSERT INTO decision (run, interval, stop, reason, decided_at) "
            "SELECT id, ?, ?, ?, ? FROM run WHERE run_id = ?",
            (interval, int(stop), reason, self._database.now(), run_id),
        )

    def of(self, run_id: str) -> list[Decision]:
        """Return the decisions on one trial, in order."""
        return self._list("run.run_id = ?", run_id)

    def of_children(self, parent_id: str) -> list[Decision]:
        """Return the decisions on all trials of a sweep, in order."""
        return self._list("run.parent_id = ?", parent_id)

    def _list(self, condition: str, value: str) -> list[Decision]:
        rows = self._database.all(f"{_SELECT} WHERE {condition} ORDER BY decision.id", value)
        return [Decision(r[0], r[1], bool(r[2]), r[3], r[4]) for r in rows]
