"""Tail: the points of a run's children, of one metric or of all, as they are logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperlocal.history.database import Database
from hyperlocal.history.metrics import sound_points

if TYPE_CHECKING:
    from typing import Any

    from hyperlocal.history.records import MetricPoint

__all__ = ["Tail"]

_SELECT = """SELECT metric.id, run.run_id, metric.name, metric.kind, metric.value, metric.step,
    metric.logged_at"""
# The plus keeps SQLite from going over all children instead of the few new points.
_NEW = f"""{_SELECT} FROM metric JOIN run ON run.id = metric.run
    WHERE metric.id > ? AND metric.id <= ? AND +run.parent_id = ?"""
_EARLIER = f"""{_SELECT} FROM run CROSS JOIN metric ON metric.run = run.id
    WHERE run.parent_id = ?"""
_IN_ORDER = "ORDER BY metric.id"


class Tail:
    """Follows one metric, or all. A look costs what was logged since the last, by whatever run.

    It remembers how far it has looked, which is further than its own newest point, or other
    metrics would be looked at again and again. Where points are removed their keys are given to
    new ones, so the point up to which it has looked must still be the same; else it begins again
    after its own.
    """

    def __init__(self, database: Database, parent_id: str, name: str | None) -> None:
        self.has_begun = False
        self._database = database
        self._whose = (parent_id,) if name is None else (parent_id, name)
        self._end = _IN_ORDER if name is None else f"AND metric.name = ? {_IN_ORDER}"
        self._own_key = 0
        self._mark: tuple[Any, ...] = (0,)

    def begin(self) -> None:
        """Leave out what has been logged by now. If points are removed, it may come after all."""
        self.has_begun = True
        self._mark = self._newest()

    def new_points(self) -> list[MetricPoint]:
        """Return what was logged since the last call, in order; at first everything."""
        newest = self._newest()
        if not self.has_begun:
            self.has_begun = True
            rows = self._database.all(f"{_EARLIER} {self._end}", *self._whose)
        elif newest == self._mark:
            return []
        else:
            after = self._mark[0] if self._is_there() else self._own_key
            rows = self._database.all(f"{_NEW} {self._end}", after, newest[0], *self._whose)
        points = sound_points(rows, self._database.note)
        self._mark = newest
        if points:
            self._own_key = points[-1].key
            if self._own_key > newest[0]:
                self._mark = self._at(self._own_key)
        return points

    def _is_there(self) -> bool:
        return self._mark == (0,) or self._at(self._mark[0]) == self._mark

    def _newest(self) -> tuple[Any, ...]:
        row = self._database.one("SELECT id, run, logged_at FROM metric ORDER BY id DESC LIMIT 1")
        return (0,) if row is None else tuple(row)

    def _at(self, key: int) -> tuple[Any, ...]:
        row = self._database.one("SELECT id, run, logged_at FROM metric WHERE id = ?", key)
        return (0,) if row is None else tuple(row)
