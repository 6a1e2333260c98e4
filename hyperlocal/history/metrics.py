"""Metrics: logged by trials, read by everyone."""

from __future__ import annotations

from hyperlocal.errors import RunNotFound

TYPE_CHECKING = False  # what only readers need is imported where it is needed
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable
    from typing import Any

    from hyperlocal.history.database import Database
    from hyperlocal.history.records import MetricPoint

__all__ = ["Metrics", "note_left_out", "sound_points"]

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
        return sound_points(rows, self._database.note)

    def points_of_children(self, parent_id: str, name: str | None = None) -> list[MetricPoint]:
        """Return what all children of `parent_id` logged (of one metric), in order of logging."""
        condition, values = "", [parent_id]
        if name is not None:
            condition, values = "AND metric.name = ?", [parent_id, name]
        rows = self._database.all(
            f"{_SELECT} WHERE run.parent_id = ? {condition} ORDER BY metric.id", *values
        )
        return sound_points(rows, self._database.note)

    def names_of_children(self, parent_id: str) -> list[str]:
        """Return the names of all metrics that children of `parent_id` logged, sorted."""
        rows = self._database.all(
            "SELECT DISTINCT metric.name FROM metric JOIN run ON run.id = metric.run "
            "WHERE run.parent_id = ? ORDER BY metric.name",
            parent_id,
        )
        return [row[0] for row in rows if isinstance(row[0], str)]

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
    # SQLite has no NaN: it stores NULL, which `sound_points` turns back.
    return value


def sound_points(rows: list[sqlite3.Row], note: Callable[[str, str], object]) -> list[MetricPoint]:
    """Return the points of rows, whose columns are in the order of a point's fields.

    Those that cannot be read are left out.

    Args:
        rows: The rows.
        note: Is told whose points were left out: a sentence, and the run.
    """
    from hyperlocal.history.soundness import UNREADABLE

    try:
        return _points(rows)
    except UNREADABLE:
        pass
    points = []
    for row in rows:
        try:
            points += _points([row])
        except UNREADABLE:  # one of them hides neither the others nor other runs
            note_left_out(str(row[1]), note)
    return points


def note_left_out(run_id: str, note: Callable[[str, str], object]) -> None:
    """Tell that points of a run were left out."""
    note(f"Run {run_id}: metric points of it cannot be read, and are left out.", run_id)


def _points(rows: list[sqlite3.Row]) -> list[MetricPoint]:
    from hyperlocal.history.records import MetricPoint

    decoders, is_sound = _decoders(), _sound_types.__contains__
    points = []
    for row in rows:
        key, run_id, name, kind, value, step, logged_at = row
        if not is_sound((type(run_id), type(name), type(step), type(logged_at))):
            raise TypeError(f"metric point {key} is damaged")
        decode = decoders.get(kind)
        if decode is None:
            raise ValueError(f"metric point {key} is of an unknown kind, {kind!r}")
        points.append(MetricPoint(key, run_id, name, kind, decode(value), step, logged_at))
    return points


_sound_types = {
    (str, str, step, moment) for step in (int, float, str, type(None)) for moment in (float, int)
}


def _decoders() -> dict[str, Any]:
    """Return kind to what turns a column into a value, or raises."""
    import math

    from hyperlocal.history.soundness import json_object, text

    def decode_float(value: Any) -> float:
        return math.nan if value is None else float(value + 0.0)

    def decode_int(value: Any) -> Any:
        if isinstance(value, float) and math.isfinite(value):
            return int(value)
        return value + 0

    return {
        "float": decode_float,
        "int": decode_int,
        "bool": lambda value: bool(value + 0),
        "str": text,
        "artifact": text,
        "none": lambda value: value,
        "row": json_object,
        "table": json_object,
    }
