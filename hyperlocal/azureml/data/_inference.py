"""Inference: columns of text as the types that their values all have.

As observed in the SDK: whole numbers, numbers, true and false, dates in digits; everything else
stays text. Only an empty field is missing: `NA`, `null` and the like are texts.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from hyperlocal.azureml.data._packages import pandas

__all__ = ["converted", "inferred", "missing_in"]

_INTEGER = re.compile(r"[+-]?\d+")
_DATE = re.compile(r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}(?:[T ]\d|$)")
# Where day and month can be told either way, the month comes first.
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y")
_TIMES = ("", "%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")
_BOOLEANS = {"true": True, "false": False}


def missing_in(column: Any) -> Any:
    """Return which values of a column of text are missing: those that are not there or empty."""
    return column.isna() | (column == "")


def inferred(column: Any) -> Any:
    """Return a column of text as the narrowest type that all its values have."""
    is_missing = missing_in(column)
    present = column[~is_missing]
    if present.empty:
        return pandas().Series([None] * len(column), index=column.index, dtype=object)
    for attempt in (_booleans, _numbers, _dates):
        values = attempt(present)
        if values is not None:
            return _spread(values, column.index)
    return column.where(~is_missing, None)


def _spread(values: Any, index: Any) -> Any:
    """Put values back among the missing ones."""
    if len(values) == len(index):
        return values
    if values.dtype != bool:
        return values.reindex(index)
    spread = pandas().Series([None] * len(index), index=index, dtype=object)
    spread[values.index] = values.astype(object)
    return spread


def _booleans(present: Any) -> Any:
    words = present.str.lower()
    return words.map(_BOOLEANS).astype(bool) if words.isin(list(_BOOLEANS)).all() else None


def _numbers(present: Any) -> Any:
    texts = present.str.strip()
    numbers = pandas().to_numeric(texts, errors="coerce")
    is_text = numbers.isna() & (texts.str.lower() != "nan")
    if is_text.any() or numbers.isna().all():
        return None
    if numbers.dtype.kind == "i":
        return numbers.astype("int64")
    return numbers.astype("float64")


def _dates(present: Any) -> Any:
    texts = present.str.strip()
    if not _DATE.match(texts.iloc[0]):
        return None
    if texts.str.endswith("Z").all():
        texts = texts.str[:-1]
    for shape in _date_formats(texts.iloc[0]):
        dates = pandas().to_datetime(texts, format=shape, errors="coerce")
        if dates.notna().all():
            return dates.astype("datetime64[ns]")
    return None


def _date_formats(example: str) -> Iterator[str]:
    """Give the formats of dates that an example may have."""
    separator = "T" if "T" in example else " "
    for day, time in itertools.product(_DATES, _TIMES):
        shape = day + separator + time if time else day
        if (example[4:5] in "-/") == day.startswith("%Y"):
            yield shape


def converted(column: Any, wanted: dict[str, Any], on_error: str) -> Any:
    """Return a column of text as a type that was asked for.

    Args:
        column: The column.
        wanted: `type` ("string", "long", "float", "bool", "datetime") and its settings.
        on_error: What becomes of a value that is not of the type: "null" or "fail".

    Raises:
        ValueError: There is such a value, and `on_error` is "fail".
    """
    is_missing = missing_in(column)
    if wanted["type"] == "string":
        return column.where(~is_missing, None)
    values = _CONVERSIONS[wanted["type"]](column.where(~is_missing, None), wanted)
    is_wrong = values.isna() & ~is_missing & (column.astype(str).str.strip().str.lower() != "nan")
    if on_error == "fail" and is_wrong.any():
        example = column[is_wrong].iloc[0]
        raise ValueError(f"{column.name!r} holds {example!r}, which is no {wanted['type']}.")
    return values


def _to_long(column: Any, wanted: dict[str, Any]) -> Any:
    texts = column.str.strip()
    whole = texts.where(texts.str.fullmatch(_INTEGER.pattern).fillna(False).astype(bool), None)
    numbers = pandas().to_numeric(whole, errors="coerce")
    return numbers if numbers.isna().any() else numbers.astype("int64")


def _to_float(column: Any, wanted: dict[str, Any]) -> Any:
    texts = column.str.strip().str.replace(wanted.get("decimal_mark", "."), ".", regex=False)
    return pandas().to_numeric(texts, errors="coerce").astype("float64")


def _to_bool(column: Any, wanted: dict[str, Any]) -> Any:
    values = column.str.strip().str.lower().map({**_BOOLEANS, "1": True, "0": False})
    return values.astype(object).where(values.notna(), None)


def _to_datetime(column: Any, wanted: dict[str, Any]) -> Any:
    texts = column.str.strip()
    values = pandas().Series(pandas().NaT, index=column.index, dtype="datetime64[ns]")
    formats = wanted.get("formats")
    if not formats:
        found = _dates(texts[texts.notna()]) if texts.notna().any() else None
        return values if found is None else found.reindex(column.index)
    for shape in formats:
        parsed = pandas().to_datetime(texts, format=shape, errors="coerce")
        values = values.where(values.notna(), parsed)
    return values.astype("datetime64[ns]")


_CONVERSIONS = {"long": _to_long, "float": _to_float, "bool": _to_bool, "datetime": _to_datetime}
