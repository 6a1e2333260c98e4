"""Integrity: what a database should never hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hyperlocal.history.database import Database

if TYPE_CHECKING:
    import sqlite3

__all__ = ["Integrity"]

# A clock that is set back a little while a trial runs is nothing to report.
_LATE_S = 2.0
_STRAY = "NOT EXISTS (SELECT 1 FROM run WHERE run.id = {table}.run)"
_TABLES = ("metric", "decision")


class Integrity:
    """Questions about a home that are answered with nothing as long as all is well."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def damage(self) -> list[str]:
        """Return what SQLite itself finds wrong with the file."""
        rows = self._database.all("PRAGMA integrity_check")
        return [row[0] for row in rows if row[0] != "ok"]

    def unknown(self, run_ids: Iterable[str]) -> list[str]:
        """Return those of some ids that no run has, not even one that is being recorded now."""
        with self._database.writing() as connection:  # waits until the others have written
            found = "SELECT 1 FROM run WHERE run_id = ?"
            return [each for each in run_ids if not connection.execute(found, (each,)).fetchone()]

    def strays(self) -> dict[str, int]:
        """Return how many metric points and decisions belong to no run."""
        counts = {table: self._count_strays(table) for table in _TABLES}
        return {table: count for table, count in counts.items() if count}

    def remove_strays(self) -> None:
        """Remove metric points and decisions that belong to no run."""
        for table in _TABLES:
            self._database.execute(f"DELETE FROM {table} WHERE {_STRAY.format(table=table)}", ())

    def late_points(self) -> dict[str, int]:
        """Return trials to how many points they logged after they had ended."""
        return _pairs(
            self._database.all(
                "SELECT run.run_id, COUNT(*) FROM metric JOIN run ON run.id = metric.run "
                "WHERE run.parameters IS NOT NULL AND metric.logged_at > run.ended_at + ? "
                "GROUP BY run.id",
                _LATE_S,
            )
        )

    def repeated_decisions(self) -> dict[str, int]:
        """Return trials to an interval at which they were judged more than once."""
        return _pairs(
            self._database.all(
                "SELECT run.run_id, decision.interval FROM decision "
                "JOIN run ON run.id = decision.run GROUP BY run.id, decision.interval "
                "HAVING COUNT(*) > 1"
            )
        )

    def stopped_without_decision(self) -> list[str]:
        """Return trials that a policy is said to have stopped, without a verdict of it."""
        rows = self._database.all(
            "SELECT run_id FROM run WHERE cause = 'policy' AND NOT EXISTS "
            "(SELECT 1 FROM decision WHERE decision.run = run.id AND decision.stop)"
        )
        return [row[0] for row in rows]

    def _count_strays(self, table: str) -> int:
        condition = _STRAY.format(table=table)
        row = self._database.one(f"SELECT COUNT(*) FROM {table} WHERE {condition}")
        return 0 if row is None else int(row[0])


def _pairs(rows: list[sqlite3.Row]) -> dict[str, int]:
    return {row[0]: row[1] for row in rows}
