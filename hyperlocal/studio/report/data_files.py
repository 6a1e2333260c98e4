"""Data files: trials and metric points as CSV, JSON and Parquet."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable
from typing import Any

from hyperlocal.domain.parameters import to_argument
from hyperlocal.errors import ToolError
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views import documents
from hyperlocal.views.run_tables import ABSENT, GROUPS, TIMES, RunTable, points_table, runs_table
from hyperlocal.views.text import timestamp

__all__ = ["data_files"]

_LISTS = ("children", "metrics", "decisions")  # of a run's document, which the tables have


def data_files(
    history: History, record: RunRecord, kind: str, *, has_points: bool, now: float
) -> list[bytes]:
    """Return the content of the files: the trials, and the metric points if they are asked for.

    Of JSON it is always one file, with both.

    Args:
        history: What the run is part of.
        record: The run.
        kind: `csv`, `json` or `parquet`.
        has_points: Whether the metric points are asked for.
        now: The time to which runs that have not ended are measured.

    Raises:
        ToolError: Parquet is asked for, and pyarrow is not installed.
    """
    tables = [runs_table(history, record, now)]
    if has_points:
        tables.append(points_table(history, record))
    if kind == "json":
        return [_json(documents.run_document(history, record, now), tables)]
    write: Callable[[RunTable], bytes] = _csv if kind == "csv" else _parquet
    return [write(table) for table in tables]


def _csv(table: RunTable) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(table.columns)
    columns = [_csv_column(name, values) for name, values in table.columns.items()]
    writer.writerows(zip(*columns, strict=True))
    return file.getvalue().encode("utf-8", "backslashreplace")


def _csv_column(name: str, values: list[Any]) -> list[Any]:
    if name in TIMES:
        return [timestamp(value) for value in values]
    is_chosen = _group_of(name) is not None  # None is then a value, as an option of a choice
    return [_csv_cell(value, "None" if is_chosen else "") for value in values]


def _csv_cell(value: Any, none: str) -> Any:
    if value is None:
        return none
    if value is ABSENT:
        return ""
    return to_argument(value) if isinstance(value, (list, tuple, dict)) else value


def _json(document: dict[str, Any], tables: list[RunTable]) -> bytes:
    told = {"run": {name: held for name, held in document.items() if name not in _LISTS}}
    names = ("trials", "points")
    told |= {name: _objects(table) for name, table in zip(names, tables, strict=False)}
    return f"{json.dumps(told, indent=1, default=str)}\n".encode()


def _objects(table: RunTable) -> Any:
    return [_nested(row) for row in table.rows()]


def _nested(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as an object, in which parameters, metrics and tags are objects."""
    facts: dict[str, Any] = {}
    groups: dict[str, dict[str, Any]] = {}
    if "metric" not in row:
        groups = {held: {} for held in GROUPS.values()}
    for name, value in row.items():
        group = _group_of(name)
        if group is not None:
            groups[GROUPS[group]][name[len(group) + 1 :]] = _jsonable(value)
        else:
            facts[name] = timestamp(value) if name in TIMES else _jsonable(value)
    return {**facts, **groups}


def _group_of(name: str) -> str | None:
    group, dot, _ = name.partition(".")
    return group if dot and group in GROUPS else None


def _jsonable(value: Any) -> Any:
    """Return a value with null for every number that JSON cannot hold."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(name): _jsonable(held) for name, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [_jsonable(held) for held in value]
    return value


def _parquet(table: RunTable) -> bytes:
    pyarrow, parquet = _pyarrow()
    arrays = {name: _array(pyarrow, name, values) for name, values in table.plain().items()}
    sink = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.table(arrays), sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content


_TEXTS = ("run_id", "name", "status", "cause", "reason", "metric", "text")
_NUMBERS = ("duration_s", "best", "value")


def _array(pyarrow: Any, name: str, values: list[Any]) -> Any:
    """Return a column of one type: that of its values, or text if they have several."""
    if name in TIMES:
        micros = [None if value is None else round(value * 1e6) for value in values]
        return pyarrow.array(micros, pyarrow.timestamp("us", "UTC"))
    if name in _NUMBERS:
        numbers = [None if value is None else float(value) for value in values]
        return pyarrow.array(numbers, pyarrow.float64())
    if name not in _TEXTS and not any(isinstance(v, (list, tuple, dict, str)) for v in values):
        known = [value for value in values if value is not None]
        is_bool = [isinstance(value, bool) for value in known]
        if known and (all(is_bool) or not any(is_bool)):
            try:
                return pyarrow.array(values)
            except (pyarrow.ArrowException, OverflowError):  # an integer beyond 64 bits
                pass
    return pyarrow.array(list(_texts(values)), pyarrow.string())


def _texts(values: Iterable[Any]) -> Iterable[str | None]:
    for value in values:
        text = value if value is None or isinstance(value, str) else to_argument(value)
        yield text if text is None else text.encode("utf-8", "backslashreplace").decode()


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("pyarrow"):
            raise
        raise ToolError(
            "Parquet files are written with pyarrow, which is not installed: "
            "pip install 'hyperlocal[data]'. --format csv and json need nothing."
        ) from error
    return pyarrow, parquet
