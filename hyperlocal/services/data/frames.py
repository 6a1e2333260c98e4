"""Frames: the files of a tabular dataset as one pandas data frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hyperlocal.errors import DataError
from hyperlocal.services.data.definitions import Definition
from hyperlocal.services.data.expressions import evaluated
from hyperlocal.services.data.files import find
from hyperlocal.services.data.inference import converted, inferred, missing_in
from hyperlocal.services.data.packages import pandas
from hyperlocal.services.data.reading import PATH_COLUMN, read
from hyperlocal.services.data.selection import SELECTIONS, kept

__all__ = ["frame_of"]


def frame_of(definition: Definition, home: str, on_error: str = "null") -> Any:
    """Return what a tabular dataset holds now.

    Raises:
        DataError: A file is missing or cannot be read, or a column that a step needs is not there.
    """
    reader = definition.reader
    frame = _typed(read(find(definition.sources, home), reader), reader, on_error)
    for step in definition.steps:
        frame = _after(frame, step)
    return frame.reset_index(drop=True)


def _typed(frame: Any, reader: Mapping[str, Any], on_error: str) -> Any:
    wanted: Mapping[str, Any] = reader.get("column_types") or {}
    absent = [name for name in wanted if name not in frame.columns]
    if absent:
        raise DataError(f"set_column_types: {_no_column(absent[0], frame)}")
    columns = {}
    for name in frame.columns:
        column = frame[name]
        if name in wanted:
            texts = column if reader["format"] == "delimited" else _texts(column)
            column = _converted(texts, wanted[name], on_error)
        elif reader["format"] == "delimited" and name != PATH_COLUMN:
            column = _as_read(column, reader)
        columns[name] = column
    return pandas().DataFrame(columns, index=frame.index) if columns else frame


def _texts(column: Any) -> Any:
    return column.where(column.isna(), column.astype(str))


def _converted(column: Any, wanted: dict[str, Any], on_error: str) -> Any:
    try:
        return converted(column, wanted, on_error)
    except ValueError as error:
        raise DataError(f"set_column_types: {error}") from error


def _as_read(column: Any, reader: Mapping[str, Any]) -> Any:
    if reader.get("empty_as_string") and missing_in(column).any():
        return column.fillna("")
    if reader.get("infer_column_types", True):
        return inferred(column)
    return column.where(~missing_in(column), None)


def _after(frame: Any, step: list[Any]) -> Any:
    name, *arguments = step
    if name in SELECTIONS:
        return frame.iloc[list(kept(len(frame), step))]
    return _STEPS[name](frame, *arguments)


def _keep(frame: Any, names: list[str]) -> Any:
    absent = [name for name in names if name not in frame.columns]
    if absent:
        raise DataError(f"keep_columns: {_no_column(absent[0], frame)}")
    return frame[[column for column in frame.columns if column in names]]


def _filter(frame: Any, expression: list[Any]) -> Any:
    try:
        return frame[evaluated(expression, frame).astype(bool)]
    except KeyError as error:
        raise DataError(f"filter: {_no_column(error.args[0], frame)}") from error


def _within(frame: Any, name: str, start: str | None, end: str | None, inclusive: bool) -> Any:
    if name not in frame.columns:
        raise DataError(f"with_timestamp_columns: {_no_column(name, frame)}")
    times = pandas().to_datetime(frame[name])
    fits = times.notna()
    if start is not None:
        first = pandas().Timestamp(start)
        fits &= times >= first if inclusive else times > first
    if end is not None:
        last = pandas().Timestamp(end)
        fits &= times <= last if inclusive else times < last
    return frame[fits]


def _no_column(name: Any, frame: Any) -> str:
    known = ", ".join(map(repr, frame.columns[:20]))
    return f"there is no column {name!r}. There are: {known}."


_STEPS: dict[str, Callable[..., Any]] = {
    "keep": _keep,
    "drop": lambda frame, names: frame.drop(columns=names, errors="ignore"),
    "filter": _filter,
    "within": _within,
    "timestamps": lambda frame, *names: frame,
}
