"""Series: what runs logged, one list of values a metric, for readers of many points.

Only names, kinds and values are read; points of which these cannot be are left out, and noted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from hyperlocal.history.database import Database
from hyperlocal.history.extremes import IS_NUMBER
from hyperlocal.history.metrics import note_left_out
from hyperlocal.history.soundness import UNREADABLE, json_object

if TYPE_CHECKING:
    import sqlite3

__all__ = ["Series", "SeriesReader", "Summary"]

_IDS_BELOW = """WITH RECURSIVE below (id, run_id) AS (
    SELECT id, run_id FROM run WHERE run_id = ?
    UNION
    SELECT run.id, run.run_id FROM below JOIN run ON run.parent_id = below.run_id)
    SELECT id FROM below"""
_NUMERIC = ("int", "float", "bool")
# Whether a point can be read and the database can tell, which of rows and tables it cannot.
_IS_SOUND = """CASE kind
    WHEN 'float' THEN typeof(value) IN ('real', 'integer', 'null')
    WHEN 'int' THEN typeof(value) IN ('integer', 'real')
    WHEN 'bool' THEN typeof(value) IN ('integer', 'real')
    WHEN 'none' THEN 1
    ELSE typeof(value) = 'text' AND kind IN ('str', 'artifact')
    END AND typeof(name) = 'text'"""


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
            f"""SELECT name, COUNT(*), SUM({_IS_SOUND}), MIN(CASE WHEN {IS_NUMBER} THEN value END),
                    MAX(CASE WHEN {IS_NUMBER} THEN value END), MAX(id)
                FROM metric WHERE run = (SELECT id FROM run WHERE run_id = ?)
                GROUP BY name ORDER BY MIN(id)""",
            run_id,
        )
        if any(count != n_sound for _, count, n_sound, *_ in rows):
            return list(map(_summary, self.of(run_id)))
        return [
            Summary(name, count, least, greatest, self._value(last))
            for name, count, _, least, greatest, last in rows
        ]

    def _value(self, key: int) -> Any:
        row = self._database.known("SELECT kind, value FROM metric WHERE id = ?", key)
        return _decoded(row[0], [row[1]])[0]

    def _read(self, condition: str, run_id: str, name: str | None) -> list[Series]:
        source = f"FROM run CROSS JOIN metric ON metric.run = run.id WHERE {condition}"
        arguments: tuple[str, ...] = (run_id,)
        if name is not None:
            source, arguments = f"{source} AND metric.name = ?", (run_id, name)
        lists, points = self._database.at_once(partial(_both, source=source, arguments=arguments))
        return _in_order(list(self._series(lists, iter(points))))

    def _series(
        self, lists: list[sqlite3.Row], points: Iterator[tuple[Any, Any]]
    ) -> Iterator[Series]:
        for _, run_id, name, first_key, count, one_kind, other_kind in lists:
            pairs = list(islice(points, count))
            kinds, values = one_kind, None
            if type(run_id) is str and type(name) is str:
                if one_kind == other_kind:
                    values = _sound(one_kind, [value for _, value in pairs])
                else:
                    kinds, values = _sound_of_kinds(pairs)
            if values is None or len(values) < count:
                note_left_out(str(run_id), self._database.note)
            if values:
                yield Series(run_id, name, first_key, kinds, values)


def _both(
    connection: sqlite3.Connection, source: str, arguments: tuple[str, ...]
) -> tuple[list[sqlite3.Row], list[tuple[Any, Any]]]:
    """Ask for lists, and for their values: all from an index, in its order."""
    lists = connection.execute(
        f"SELECT run.id, run.run_id, metric.name, MIN(metric.id), COUNT(*), MIN(metric.kind), "
        f"MAX(metric.kind) {source} GROUP BY run.id, metric.name ORDER BY run.id, metric.name",
        arguments,
    ).fetchall()
    points = connection.execute(
        f"SELECT metric.kind, metric.value {source} ORDER BY run.id, metric.name, metric.id",
        arguments,
    )
    points.row_factory = None
    return lists, points.fetchall()


def _summary(series: Series) -> Summary:
    numbers = [value + 0 for value in series.numbers() if value == value]
    least, greatest = (min(numbers), max(numbers)) if numbers else (None, None)
    return Summary(series.name, len(series.values), least, greatest, series.values[-1])


def _in_order(series: list[Series]) -> list[Series]:
    began: dict[str, int] = {}
    for each in series:
        began[each.run_id] = min(each.first_key, began.get(each.run_id, each.first_key))
    return sorted(series, key=lambda each: (began[each.run_id], each.first_key))


def _sound(kind: Any, values: list[Any]) -> list[Any]:
    """Return what can be read of values of one kind, decoded."""
    try:
        return _decoded(kind, values)
    except UNREADABLE:
        if len(values) == 1:
            return []
    return [each for value in values for each in _sound(kind, [value])]


def _sound_of_kinds(pairs: list[tuple[Any, Any]]) -> tuple[str | list[str], list[Any]]:
    """Return the kinds and the values, decoded, of what can be read."""
    sound = [(kind, value) for kind, stored in pairs for value in _sound(kind, [stored])]
    kinds = [kind for kind, _ in sound]
    return kinds[0] if len(set(kinds)) == 1 else kinds, [value for _, value in sound]


def _decoded(kind: Any, values: list[Any]) -> list[Any]:
    if kind not in _DECODERS:
        raise ValueError(f"{kind!r} is no kind of metric")
    decode, types = _DECODERS[kind]
    if types and not types.issuperset(map(type, values)):
        raise TypeError(f"a value of kind {kind!r} is none")
    return decode(values)


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


# Of each kind what decodes a list of values, and the types that they must be of.
_DECODERS: dict[str, tuple[Callable[[list[Any]], list[Any]], frozenset[type]]] = {
    "float": (_floats, frozenset({float, int, type(None)})),
    "int": (_integers, frozenset({float, int})),
    "bool": (lambda values: list(map(bool, values)), frozenset({float, int})),
    "str": (list, frozenset({str})),
    "artifact": (list, frozenset({str})),
    "none": (list, frozenset()),
    "row": (lambda values: list(map(json_object, values)), frozenset()),
    "table": (lambda values: list(map(json_object, values)), frozenset()),
}
