"""Decisions: what a policy said of a trial, with its reason in numbers."""

from __future__ import annotations

from collections.abc import Iterable

from hyperlocal.history.database import Database
from hyperlocal.history.records import Decision

__all__ = ["Decisions"]

_INSERT = """INSERT INTO decision (run, interval, stop, reason, decided_at)
    SELECT id, ?, ?, ?, ? FROM run WHERE run_id = ?"""
_SELECT = """SELECT run.run_id, decision.interval, decision.stop, decision.reason,
    decision.decided_at FROM decision JOIN run ON run.id = decision.run"""

_SOUND = {(str, int, int, str, float), (str, int, int, str, int)}


class Decisions:
    """The policy decisions of one home."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, run_id: str, interval: int, *, stop: bool, reason: str) -> None:
        """Record one decision."""
        self._database.execute(_INSERT, (interval, stop, reason, self._database.now(), run_id))

    def add_many(self, decided: Iterable[tuple[str, int, bool, str]]) -> None:
        """Record several decisions, in order, in one transaction.

        Args:
            decided: Of each the trial, the interval, whether it is stopped, and why.
        """
        now = self._database.now()
        rows = [(*rest, now, run_id) for run_id, *rest in decided]
        with self._database.writing() as connection:
            connection.executemany(_INSERT, rows)

    def of(self, run_id: str) -> list[Decision]:
        """Return the decisions on one trial, in order."""
        return self._list("run.run_id = ?", run_id)

    def of_children(self, parent_id: str) -> list[Decision]:
        """Return the decisions on all trials of a sweep, in order."""
        return self._list("run.parent_id = ?", parent_id)

    def _list(self, condition: str, value: str) -> list[Decision]:
        rows = self._database.all(f"{_SELECT} WHERE {condition} ORDER BY decision.id", value)
        decisions = []
        for row in rows:
            if tuple(map(type, row)) in _SOUND:
                decisions.append(Decision(row[0], row[1], bool(row[2]), row[3], row[4]))
            else:
                run_id = str(row[0])
                self._database.note(
                    f"Run {run_id}: decisions on it cannot be read, and are left out.", run_id
                )
        return decisions
