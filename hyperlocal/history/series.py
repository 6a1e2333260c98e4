"""Series: what runs logged, one list of values a metric, for readers of many points."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from hyperlocal.history.database import Database

if TYPE_CHECKING:
    import sqlite3

__all__ = ["Series", "SeriesReader", "Summary"]

_IDS_BELOW = """WITH RECURSIVE below (id, run_id) AS (
    SELECT id, run_id FROM run WHERE run_id = ?
    UNION ALL
    SELECT run.id, run.run_id FROM below JOIN run ON run.parent_id = below.run_id)
    SELECT id FROM below"""
_NUMERIC = ("int", "float", "bool")
_IS_NUMERIC = f"kind IN {_NUMERIC}"


class Series(NamedTuple):
    """What one run logged of one metric, in order of logging.

    Attributes:
        run_id: The run.
        name: The metric.
        first_key: Grows in order of first logging, over all runs.
        kinds: What each value is, see `MetricPoint`; a single text if all are the same.
        values: The values, decoded.
    """

    run_id: str
    name: str
    first_key: int
    kinds: str | list[str]
    values: list[Any]

    def kind_at(self, index: int) -> str:
        """Return what one of the values is."""
        return self.kinds if isinstance(self.kinds, str) else self.kinds[index]

    def numbers(self) -> list[Any]:
        """Return those values that are numbers, NaN and booleans among them."""
        if isinstance(self.kinds, str):
            return self.values if self.kinds in _NUMERIC else []
        return [v for v, kind in zip(self.values, self.kinds, strict=True) if kind in _NUMERIC]


class Summary(NamedTuple):
    """What there is to say of a metric of one run; None for the extremes if it has no number."""

    name: str
    n_values: int
    least: float | None
    greatest: float | None
    last: Any


class SeriesReader:
    """Reads the metrics of one home by the list.

    All of them are in the order in which runs, and in each its metrics, were first logged.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, run_id: str, name: str | None = None) -> list[Series]:
        """Return what one run logged (of one metric)."""
        return self._read("run.run_id = ?", run_id, name)

    def of_children(self, parent_id: str, name: str | None = None) -> list[Series]:
        """Return what all children of a run logged (of one metric)."""
        return self._read("run.parent_id = ?", parent_id, name)

    def below(self, run_id: str, name: str | None = None) -> list[Series]:
        """Return what a run and all below it logged (of one metric)."""
        return self._read(f"run.id IN ({_IDS_BELOW})", run_id, name)

    def summaries(self, run_id: str) -> list[Summary]:
        """Return what there is to say of each metric of a run, in order of first logging."""
        rows = self._database.all(
            f"""SELECT name, COUNT(*), MIN(CASE WHEN {_IS_NUMERIC} THEN value END),
                    MAX(CASE WHEN {_IS_NUMERIC} THEN value END), MAX(id)
                FROM metric WHERE run = (SELECT id FROM run WHERE run_id = ?)
                GROUP BY name ORDER BY MIN(id)""",
            run_id,
        )
        return [
            Summary(name, count, least, greatest, self._value(last))
            for name, count, least, greatest, last in rows
        ]

    def _value(self, key: int) -> Any:
        row = self._database.one("SELECT kind, value FROM metric WHERE id = ?", key)
        assert row is not None
        return _decoder(row[0])([row[1]])[0]

    def _read(self, condition: str, run_id: str, name: str | None) -> list[Series]:
        source = f"FROM run CROSS JOIN metric ON metric.run = run.id WHERE {condition}"
        arguments: tuple[str, ...] = (run_id,)
        if name is not None:
            source, arguments = f"{source} AND metric.name = ?", (run_id, name)
        with self._database.reading() as connection:
            connection.execute("BEGIN")  # both questions are about the same moment
            try:
                series = list(_series(connection, source, arguments))
            finally:
                connection.execute("COMMIT")
        return _in_order(series)


def _series(
    connection: sqlite3.Connection, source: str, arguments: tuple[str, ...]
) -> Iterator[Series]:
    # The first question is of lists, the second of their values: all from an index, in its order.
    lists = connection.execute(
        f"SELECT run.id, run.run_id, metric.name, MIN(metric.id), COUNT(*), MIN(metric.kind), "
        f"MAX(metric.kind) {source} GROUP BY run.id, metric.name ORDER BY run.id, metric.name",
        arguments,
    ).fetchall()
    points = connection.cursor()
    points.row_factory = None
    points.execute(
        f"SELECT metric.kind, metric.value {source} ORDER BY run.id, metric.name, metric.id",
        arguments,
    )
    for _, run_id, name, first_key, count, one_kind, other_kind in lists:
        if one_kind == other_kind:
            values = [value for _, value in islice(points, count)]
            yield Series(run_id, name, first_key, one_kind, _decoder(one_kind)(values))
        else:
            pairs = list(islice(points, count))
            kinds = [kind for kind, _ in pairs]
            decoded = [_decoder(kind)([value])[0] for kind, value in pairs]
            yield Series(run_id, name, first_key, kinds, decoded)


def _in_order(series: list[Series]) -> list[Series]:
    began: dict[str, int] = {}
    for each in series:
        began[each.run_id] = min(each.first_key, began.get(each.run_id, each.first_key))
    return sorted(series, key=lambda each: (began[each.run_id], each.first_key))


def _floats(values: list[Any]) -> list[Any]:
    # SQLite has no NaN: it stores NULL.
    if None in values:
        values = [math.nan if value is None else value for value in values]
    return list(map(float, values))


def _integers(values: list[Any]) -> list[Any]:
    # Beyond SQLite's integers they are kept as floats.
    if float in set(map(type, values)):
        return [
            int(value) if isinstance(value, float) and math.isfinite(value) else value
            for value in values
        ]
    return values


def _documents(values: list[Any]) -> list[Any]:
    return list(map(json.loads, values))


def _decoder(kind: str) -> Callable[[list[Any]], list[Any]]:
    return _DECODERS.get(kind, list)


_DECODERS: dict[str, Callable[[list[Any]], list[Any]]] = {
    "float": _floats,
    "int": _integers,
    "bool": lambda values: list(map(bool, values)),
    "row": _documents,
    "table": _documents,
}
