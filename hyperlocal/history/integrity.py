"""Integrity: what a database should never hold."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hyperlocal.history.assets import COLUMNS, unreadable_assets
from hyperlocal.history.database import Database
from hyperlocal.history.extremes import rebuild_extremes
from hyperlocal.history.schema import Missing, expected_columns, missing_from, present_columns
from hyperlocal.history.soundness import json_object

if TYPE_CHECKING:
    import sqlite3

__all__ = ["Integrity"]

# A clock that is set back a little while a trial runs is nothing to report.
_LATE_S = 2.0
_STRAY = "NOT EXISTS (SELECT 1 FROM run WHERE run.id = {table}.run)"
_TABLES = ("metric", "decision")
_NUMBERS = "('integer', 'real')"
# What `metrics` and `decisions` leave out, but for JSON.
_UNSOUND = {
    "metric": (
        "typeof(metric.name) != 'text' OR typeof(metric.step) = 'blob' "
        f"OR typeof(metric.logged_at) NOT IN {_NUMBERS} OR metric.kind NOT IN "
        "('int', 'float', 'bool', 'str', 'none', 'artifact', 'row', 'table') "
        f"OR (metric.kind IN ('int', 'bool') AND typeof(metric.value) NOT IN {_NUMBERS}) "
        "OR (metric.kind = 'float' AND typeof(metric.value) IN ('text', 'blob')) "
        "OR (metric.kind IN ('str', 'artifact') AND typeof(metric.value) != 'text')"
    ),
    "decision": (
        "typeof(decision.interval) != 'integer' OR typeof(decision.stop) != 'integer' OR "
        "typeof(decision.reason) != 'text' "
        f"OR typeof(decision.decided_at) NOT IN {_NUMBERS}"
    ),
}
_TOLD = {"metric": "metric points of it", "decision": "decisions on it"}


class Integrity:
    """Questions about a home that are answered with nothing as long as all is well."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def damage(self) -> list[str]:
        """Return what SQLite itself finds wrong with the file."""
        rows = self._database.all("PRAGMA integrity_check")
        found = [str(row[0]) for row in rows if row[0] != "ok"]
        page = self._database.one("PRAGMA page_size")
        if page is not None and os.path.getsize(self._database.path) % page[0]:
            found.append("its last page was cut off")  # which SQLite takes for zeros
        return found

    def missing_from_schema(self) -> list[Missing]:
        """Return the tables, columns, indexes and triggers that are not there."""
        with self._database.reading() as connection:
            return missing_from(connection)

    def make_anew(self, statement: str) -> None:
        """Make something that is missing, as `Missing` says."""
        with self._database.writing() as connection:
            connection.execute(statement)
            if _concerns_extremes(connection, statement):
                rebuild_extremes(connection)
        self._database.close()  # what stands in for it is gone at the next use

    def unreadable_rows(self) -> list[tuple[str | None, str]]:
        """Return what cannot be read beside runs: whose it is, if anybody's, and a sentence."""
        found: list[tuple[str | None, str]] = []
        for table, condition in _UNSOUND.items():
            for run_id, count in self._of_runs(table, condition).items():
                found.append((run_id, f"{count} {_TOLD[table]} cannot be read."))
        for run_id, count in self._bad_tables().items():
            found.append((run_id, f"{count} rows or tables that it logged cannot be read."))
        rows = self._database.all(f"SELECT {COLUMNS} FROM asset ORDER BY id")
        found += [(None, told) for told in unreadable_assets(rows)]
        return found

    def _of_runs(self, table: str, condition: str) -> dict[str, int]:
        rows = self._database.all(
            f"SELECT run.run_id, COUNT(*) FROM {table} JOIN run ON run.id = {table}.run "
            f"WHERE {condition} GROUP BY run.id"
        )
        return {str(row[0]): row[1] for row in rows}

    def _bad_tables(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        rows = self._database.all(
            "SELECT run.run_id, metric.value FROM metric JOIN run ON run.id = metric.run "
            "WHERE metric.kind IN ('row', 'table')"
        )
        for run_id, content in rows:
            try:
                json_object(content)
            except (ValueError, RecursionError):
                counts[str(run_id)] = counts.get(str(run_id), 0) + 1
        return counts

    def unknown(self, run_ids: Iterable[str]) -> list[str]:
        """Return those of some ids that no run has, not even one that is being recorded now."""
        database = self._database
        # Inside a transaction that writes: it waits until the others have written.
        with database.reading() if database.is_read_only else database.writing() as connection:
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


def _concerns_extremes(connection: sqlite3.Connection, statement: str) -> bool:
    """Whether what was made anew is the table of extremes as a whole, or what keeps it."""
    if "extreme" not in statement and "TABLE main.metric" not in statement:
        return False
    expected = expected_columns()["extreme"]
    return set(present_columns(connection, "extreme")) >= set(expected)


def _pairs(rows: list[sqlite3.Row]) -> dict[str, int]:
    return {row[0]: row[1] for row in rows}
