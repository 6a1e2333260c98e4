"""Inference: columns of text as the types that their values all have.

As observed in the SDK: whole numbers, numbers, true and false, dates in digits; everything else
stays text. Only an empty field is missing: `NA`, `null` and the like are texts.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from hyperlocal.services.data.packages import pandas

__all__ = ["converted", "inferred", "missing_in"]

_INTEGER = re.compile(r"[+-]?\d+")
_DATE = re.compile(r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}(?:[T ]\d|$)")
# Where day and month can be told either way, the month comes first.
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y")
_TIMES = ("", "%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")
_A_FEW = 100
_BOOLEANS = {"true": True, "false": False}


def missing_in(column: Any) -> Any:
    """Return which values of a column of text are missing: those that are not there or empty."""
    return column.isna() | (column == "")


def inferred(column: Any) -> Any:
    """Return a column as the narrowest type that all its values have.

    Args:
        column: The column, of text or as `_typed` has read it.
    """
    is_typed = column.dtype.kind in "iufb"
    is_missing = column.isna() if is_typed else missing_in(column)
    if is_missing.all():
        return pandas().Series([None] * len(column), index=column.index, dtype=object)
    if is_typed:
        return column.astype("float64") if column.dtype.kind == "u" else column
    first = column.iloc[int(is_missing.to_numpy().argmin())]
    if pandas().api.types.is_bool(first):
        return _spread(column[~is_missing].astype(bool), column.index)
    values = None if _is_text(first) else _narrowed(column[~is_missing])
    if values is not None:
        return _spread(values, column.index)
    return column.where(~is_missing, None) if is_missing.any() else column


def _is_text(value: str) -> bool:
    """Tell whether a value can be nothing but text, as most first ones of columns of text can."""
    word = value.strip()
    is_number = word.lower() == "nan" or _is_number(word)
    return not (is_number or value.lower() in _BOOLEANS or _DATE.match(word))


def _is_number(word: str) -> bool:
    return bool(pandas().notna(pandas().to_numeric([word], errors="coerce")[0]))


def _narrowed(present: Any) -> Any:
    for attempt in (_booleans, _numbers, _dates):
        values = attempt(present)
        if values is not None:
            return values
    return None


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
    if present.iloc[0].lower() not in _BOOLEANS:
        return None
    words = present.str.lower()
    return words.map(_BOOLEANS).astype(bool) if words.isin(list(_BOOLEANS)).all() else None


def _numbers(present: Any) -> Any:
    # Most columns of text are told by a few of their values, long before all are tried.
    some = present.iloc[:: 1 + len(present) // _A_FEW]
    if _has_text(some) or (len(some) < len(present) and _has_text(present)):
        return None
    numbers = pandas().to_numeric(present.str.strip(), errors="coerce")
    if numbers.isna().all():
        return None
    if numbers.dtype.kind == "i":
        return numbers.astype("int64")
    return numbers.astype("float64")


def _has_text(present: Any) -> bool:
    texts = present.str.strip()
    is_number = pandas().to_numeric(texts, errors="coerce").notna()
    return bool((texts[~is_number].str.lower() != "nan").any())


def _dates(present: Any) -> Any:
    if not _DATE.match(present.iloc[0].strip()):
        return None
    texts = present.str.strip()
    if texts.str.endswith("Z").all():
        texts = texts.str[:-1]
    for shape in _date_formats(texts.iloc[0]):
        if pandas().isna(pandas().to_datetime(texts.iloc[0], format=shape, errors="coerce")):
            continue
        dates = pandas().to_datetime(texts, format=shape, errors="coerce")
        # With and without a time zone in turn, older versions of pandas make objects of them.
        if dates.notna().all() and dates.dtype.kind == "M":
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
