"""Metrics: logged by trials, read by everyone."""

from __future__ import annotations

from hyperlocal.errors import RunNotFound

TYPE_CHECKING = False  # what only readers need is imported where it is needed
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

    from hyperlocal.history.database import Database
    from hyperlocal.history.records import MetricPoint

__all__ = ["Metrics", "decode_points"]

_INSERT = "INSERT INTO metric (run, name, kind, value, step, logged_at) VALUES (?, ?, ?, ?, ?, ?)"
_SELECT = """SELECT metric.id, run.run_id, metric.name, metric.kind, metric.value, metric.step,
    metric.logged_at FROM metric JOIN run ON run.id = metric.run"""


class Metrics:
    """The metric points of one home."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keys: dict[str, int] = {}

    def add(
        self, run_id: str, name: str, value: Any, *, kind: str, step: int | None = None
    ) -> None:
        """Record one value; it is safe in the database when this returns.

        Args:
            run_id: The run that logs.
            name: The metric.
            value: A scalar that fits `kind`, or a dict for `row` and `table`.
            kind: See `MetricPoint`.
            step: Anything that orders the values, kept as it is.
        """
        row = (self._key(run_id), name, kind, _encode(value, kind), step, self._database.now())
        self._database.execute(_INSERT, row)

    def add_many(self, run_id: str, name: str, values: Iterable[tuple[str, Any]]) -> None:
        """Record several `(kind, value)` of one metric, in order, in one transaction."""
        key, now = self._key(run_id), self._database.now()
        rows = [(key, name, kind, _encode(value, kind), None, now) for kind, value in values]
        with self._database.writing() as connection:
            connection.executemany(_INSERT, rows)

    def points(self, run_id: str, name: str | None = None) -> list[MetricPoint]:
        """Return what one run logged (of one metric), in order of logging."""
        condition, values = "", [run_id]
        if name is not None:
            condition, values = "AND metric.name = ?", [run_id, name]
        rows = self._database.all(
            f"{_SELECT} WHERE run.run_id = ? {condition} ORDER BY metric.id", *values
        )
        return decode_points(rows)

    def points_of_children(self, parent_id: str, name: str | None = None) -> list[MetricPoint]:
        """Return what all children of `parent_id` logged (of one metric), in order of logging."""
        condition, values = "", [parent_id]
        if name is not None:
            condition, values = "AND metric.name = ?", [parent_id, name]
        rows = self._database.all(
            f"{_SELECT} WHERE run.parent_id = ? {condition} ORDER BY metric.id", *values
        )
        return decode_points(rows)

    def names_of_children(self, parent_id: str) -> list[str]:
        """Return the names of all metrics that children of `parent_id` logged, sorted."""
        rows = self._database.all(
            "SELECT DISTINCT metric.name FROM metric JOIN run ON run.id = metric.run "
            "WHERE run.parent_id = ? ORDER BY metric.name",
            parent_id,
        )
        return [row[0] for row in rows]

    def _key(self, run_id: str) -> int:
        if run_id not in self._keys:
            row = self._database.one("SELECT id FROM run WHERE run_id = ?", run_id)
            if row is None:
                raise RunNotFound(run_id, self._database.home)
            self._keys[run_id] = row[0]
        return self._keys[run_id]


def _encode(value: Any, kind: str) -> Any:
    if kind in ("row", "table"):
        import json

        return json.dumps(value, separators=(",", ":"), default=str)
    if kind == "int" and not -(2**63) <= value < 2**63:
        # Beyond SQLite's integers: kept to float precision.
        try:
            return float(value)
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")
    # SQLite has no NaN: it stores NULL, which `decode_points` turns back.
    return value


def decode_points(rows: list[sqlite3.Row]) -> list[MetricPoint]:
    """Return the points of rows, whose columns are in the order of a point's fields."""
    import json
    import math

    from hyperlocal.history.records import MetricPoint

    def decode(kind: str, value: Any) -> Any:
        if kind == "float":
            return math.nan if value is None else float(value)
        if kind == "bool":
            return bool(value)
        if kind in ("row", "table"):
            return json.loads(value)
        if kind == "int" and isinstance(value, float) and math.isfinite(value):
            return int(value)
        return value

    return [
        MetricPoint(key, run_id, name, kind, decode(kind, value), step, logged_at)
        for key, run_id, name, kind, value, step, logged_at in rows
    ]
