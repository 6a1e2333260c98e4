"""Overview: what the children of a run logged, in a few numbers for each, and single curves.

Of a million points only what is asked for leaves the database.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from hyperlocal.history.database import Database
from hyperlocal.history.extremes import IS_NUMBER

__all__ = ["CurvePoint", "MetricOverview", "Overview"]

_NUMERIC = ("int", "float", "bool")
_OF_CHILDREN = """FROM run CROSS JOIN metric ON metric.run = run.id
    WHERE run.parent_id = ? GROUP BY run.id, metric.name"""
_IS_FINITE = f"({IS_NUMBER} AND metric.value > -9e999 AND metric.value < 9e999)"
# Answered from the index alone: half as long as the exact one, and the same for sound numbers.
_QUICK = f"""SELECT run.run_id, metric.name, COUNT(*), COUNT(metric.value), MIN(metric.value),
    MAX(metric.value), MIN(metric.id), MAX(metric.id), MIN(metric.kind), MAX(metric.kind)
    {_OF_CHILDREN}"""
_EXACT = f"""SELECT run.run_id, metric.name, COUNT(*), SUM({_IS_FINITE}),
    MIN(CASE WHEN {_IS_FINITE} THEN metric.value END),
    MAX(CASE WHEN {_IS_FINITE} THEN metric.value END), MIN(metric.id), MAX(metric.id),
    SUM(metric.kind IN ('int', 'float', 'bool')) {_OF_CHILDREN}"""
_MOST_VALUES = 500  # in one statement
_CURVE = """SELECT metric.id, metric.value, metric.step, metric.logged_at FROM metric
    WHERE metric.run = (SELECT id FROM run WHERE run_id = ?) AND metric.name = ?
    AND metric.kind IN ('int', 'float', 'bool') AND metric.id > ? ORDER BY metric.id"""


class MetricOverview(NamedTuple):
    """One metric of one run.

    Attributes:
        run_id: The run.
        name: The metric.
        n_values: How often it was logged.
        n_numeric: How many of the values are numbers, NaN and infinities among them.
        n_finite: How many of these can be compared.
        least: The least finite number; None without one.
        greatest: The greatest one.
        last: The last value if it is a number, NaN for one that is none; None for anything else.
        first_key: The key of the first point, which grows in order of logging over all runs.
        last_key: That of the last one.
    """

    run_id: str
    name: str
    n_values: int
    n_numeric: int
    n_finite: int
    least: float | None
    greatest: float | None
    last: float | None
    first_key: int
    last_key: int

    def with_point(self, key: int, value: Any, *, is_numeric: bool) -> MetricOverview:
        """Return it with one more point."""
        if not self.n_values:
            self = self._replace(first_key=key)
        if not is_numeric:
            return self._replace(n_values=self.n_values + 1, last=None, last_key=key)
        number = float(value)
        grown = self._replace(
            n_values=self.n_values + 1, n_numeric=self.n_numeric + 1, last=number, last_key=key
        )
        if not math.isfinite(number):
            return grown
        return grown._replace(
            n_finite=self.n_finite + 1,
            least=number if self.least is None else min(self.least, number),
            greatest=number if self.greatest is None else max(self.greatest, number),
        )

    @classmethod
    def empty(cls, run_id: str, name: str) -> MetricOverview:
        """Return that of a metric of which nothing has been logged."""
        return cls(run_id, name, 0, 0, 0, None, None, None, 0, 0)


class CurvePoint(NamedTuple):
    """One number of a curve.

    Attributes:
        key: Grows in order of logging.
        value: The number; NaN for one that is none.
        step: What the script gave as step.
        logged_at: Seconds since the epoch.
    """

    key: int
    value: float
    step: Any
    logged_at: float


class Overview:
    """What runs logged, in a few numbers each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_children(self, parent_id: str) -> list[MetricOverview]:
        """Return each metric of each child of a run, in order of the children."""
        rows = self._database.all(_QUICK, parent_id)
        if all(map(_is_plain, rows)):
            told = [(*row[:8], row[2]) for row in rows]
        else:
            told = [tuple(row) for row in self._database.all(_EXACT, parent_id)]
        lasts = self._numbers([row[7] for row in told])
        return [
            MetricOverview(
                run_id,
                name,
                count,
                n_numeric,
                n_finite,
                None if least is None else float(least),
                None if greatest is None else float(greatest),
                lasts.get(last),
                *keys,
            )
            for run_id, name, count, n_finite, least, greatest, *keys, last, n_numeric in (
                (*row[:8], row[7], row[8]) for row in told
            )
            if type(run_id) is str and type(name) is str
        ]

    def _numbers(self, keys: list[int]) -> dict[int, float | None]:
        """Return the values of points, of those that are numbers."""
        numbers: dict[int, float | None] = {}
        for start in range(0, len(keys), _MOST_VALUES):
            part = ", ".join(map(str, keys[start : start + _MOST_VALUES]))
            rows = self._database.all(f"SELECT id, kind, value FROM metric WHERE id IN ({part})")
            numbers.update((row[0], _number(row)) for row in rows)
        return numbers

    def curve(self, run_id: str, name: str, after: int = 0) -> list[CurvePoint]:
        """Return the numbers that a run logged of a metric, from those after a key on."""
        rows = self._database.all(_CURVE, run_id, name, after)
        return [
            CurvePoint(key, _float(value), step, moment)
            for key, value, step, moment in rows
            if isinstance(moment, (int, float)) and isinstance(value, (int, float, type(None)))
        ]


def _is_plain(row: Any) -> bool:
    """Whether the quick answer is the exact one: finite numbers, and perhaps some NaN."""
    _, _, _, n_known, least, greatest, _, _, one_kind, other_kind = row
    if one_kind not in _NUMERIC or other_kind not in _NUMERIC:
        return False
    if not n_known:
        return True
    # Texts come after all numbers, and blobs after these: the greatest tells of them.
    return all(
        isinstance(each, (int, float)) and math.isfinite(each) for each in (least, greatest)
    )


def _number(row: Any) -> float | None:
    _, kind, value = row
    if kind not in _NUMERIC or not isinstance(value, (int, float, type(None))):
        return None
    return _float(value)


def _float(value: float | None) -> float:
    return math.nan if value is None else float(value)
