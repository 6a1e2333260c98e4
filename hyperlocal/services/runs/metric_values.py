"""Metric values: what each log call stores, as (kind, value) for the history.

The conversions are those of the SDK: small numpy scalars become Python's, what it does not know
is kept as text, and rows, tables and lists are stricter than single values.
"""

from __future__ import annotations

from hyperlocal.reading import shown, text_of

TYPE_CHECKING = False  # every trial that logs comes by here: nothing heavy at module level
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Stored = tuple[str, Any]

__all__ = [
    "generator_like",
    "list_points",
    "number_as_text",
    "row_cells",
    "scalar_point",
    "table_cells",
]

_KINDS = {int: "int", float: "float", bool: "bool", str: "str", type(None): "none"}
_NUMPY: dict[str, tuple[str, type]] = {
    **{
        f"{sign}int{bits}": ("int", int)
        for sign, sizes in (("", (8, 16, 32)), ("u", (8, 16, 32)))
        for bits in sizes
    },
    "float16": ("float", float),
    "float32": ("float", float),
    "float64": ("float", float),
    "bool": ("bool", bool),
    "bool_": ("bool", bool),
    "str_": ("str", str),
}
_MOST_BITS = 4096  # of an integer: what JSON holds without being told to
_MOST_VALUES = 10_000_000  # of a range; a list of so many is in memory already
_GENERATOR = type(_ for _ in ())
_GENERATOR_FLAG = 0x20  # inspect.CO_GENERATOR, without importing inspect


def generator_like(value: object) -> bool:
    """Tell whether the value is a list, a range, a generator or a generator function."""
    if isinstance(value, (list, range, _GENERATOR)):
        return True
    flags = getattr(getattr(value, "__code__", None), "co_flags", 0)
    return isinstance(flags, int) and bool(flags & _GENERATOR_FLAG)


def scalar_point(value: Any) -> Stored:
    """Return what `log` stores; anything unknown as its text."""
    known = _known_scalar(value)
    if known is not None:
        return known
    if number_as_text(value):
        return "str", str(value)
    try:
        return "str", repr(value)
    except (ValueError, RecursionError):
        return "str", shown(value)


def number_as_text(value: Any) -> bool:
    """Tell whether the value is a numpy number that the SDK keeps as text, such as an int64."""
    if type(value).__module__ != "numpy" or type(value).__name__ in _NUMPY:
        return False
    dtype = getattr(value, "dtype", None)
    return getattr(dtype, "kind", "") in "iufc" and getattr(value, "ndim", 1) == 0


def list_points(values: Any) -> list[Stored]:
    """Return what `log_list` stores.

    Raises:
        ArgumentError: The list is empty.
        MetricError: An element is not a scalar.
        TypeError: `values` cannot be iterated over.
    """
    from hyperlocal.errors import EmptyMetricError
    from hyperlocal.services.runs.metric_errors import unsupported

    if isinstance(values, range) and values[_MOST_VALUES:]:
        raise unsupported(values, f"a list of more than {_MOST_VALUES:,} values")
    points = []
    for value in values:
        known = _known_scalar(value)
        if known is None:
            raise unsupported(value, "an element of a list")
        points.append(known)
    if not points:
        raise EmptyMetricError("log_list() was given no values; a list metric needs at least one.")
    # One float makes a list that starts with a number a list of floats.
    if points[0][0] in ("int", "float") and any(kind == "float" for kind, _ in points):
        return [
            ("float", _as_float(v)) if kind in ("int", "bool") else (kind, v) for kind, v in points
        ]
    return points


def _as_float(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:  # an integer beyond every float
        return float("inf") if number > 0 else float("-inf")


def row_cells(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `log_row` stores.

    Raises:
        MetricError: A cell is not a scalar.
    """
    from hyperlocal.services.runs.metric_errors import unsupported

    cells = {}
    for column, value in row.items():
        known = _known_scalar(value)
        if known is None:
            raise unsupported(value, f"column {column!r} of a row")
        cells[text_of(column)] = _cell(known)
    return cells


def table_cells(table: Any) -> dict[str, Any]:
    """Return what `log_table` stores: columns of equal length, or single values.

    Raises:
        ArgumentError: It is no table, or has no columns or no rows.
        MetricError: Columns differ in length, or a cell is not a scalar.
    """
    from hyperlocal.errors import EmptyMetricError
    from hyperlocal.services.runs.metric_errors import unequal_columns

    if not hasattr(table, "keys") or not table:
        raise EmptyMetricError(
            f"log_table() was given {shown(table)}; it needs a dict of column names to lists of "
            "values."
        )
    columns = {text_of(name): _column(text_of(name), table[name]) for name in table}
    lengths = {name: len(c) if isinstance(c, list) else 1 for name, c in columns.items()}
    if len(set(lengths.values())) > 1:
        raise unequal_columns(lengths)
    if 0 in lengths.values():
        raise EmptyMetricError("log_table() was given columns without values.")
    return columns


def _column(name: str, column: Any) -> Any:
    from hyperlocal.services.runs.metric_errors import unsupported

    if isinstance(column, list):
        cells = [_known_scalar(cell) for cell in column]
        for known, cell in zip(cells, column):  # noqa: B905 (equal by construction)
            if known is None:
                raise unsupported(cell, f"column {name!r} of a table")
        return [_cell(known) for known in cells if known is not None]
    known = _known_scalar(column)
    if known is None:
        raise unsupported(column, f"column {name!r} of a table (which must be a list)")
    return _cell(known)


def _cell(known: Stored) -> Any:
    """Return a value as JSON can hold it: integers of more digits than it has are infinite."""
    value = known[1]
    is_beyond = isinstance(value, int) and value.bit_length() > _MOST_BITS
    return _as_float(value) if is_beyond else value


def _known_scalar(value: Any) -> Stored | None:
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind, value
    if type(value).__module__ == "numpy":
        entry = _NUMPY.get(type(value).__name__)
        return None if entry is None else (entry[0], entry[1](value))
    for base in (bool, int, float, str):  # a subclass, such as an IntEnum
        if isinstance(value, base):
            return _KINDS[base], base(value)
    return None
