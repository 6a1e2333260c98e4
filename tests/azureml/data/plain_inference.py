"""Inference, plainly: every value of every column is tried as every type."""

import itertools
import re

import pandas as pd

__all__ = ["inferred"]

_DATE = re.compile(r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}(?:[T ]\d|$)")
# Where day and month can be told either way, the month comes first.
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y")
_TIMES = ("", "%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")
_BOOLEANS = {"true": True, "false": False}


def missing_in(column):
    """Return which values of a column of text are missing: those that are not there or empty."""
    return column.isna() | (column == "")


def inferred(column):
    """Return a column of text as the narrowest type that all its values have."""
    is_missing = missing_in(column)
    present = column[~is_missing]
    if present.empty:
        return pd.Series([None] * len(column), index=column.index, dtype=object)
    for attempt in (_booleans, _numbers, _dates):
        values = attempt(present)
        if values is not None:
            return _spread(values, column.index)
    return column.where(~is_missing, None)


def _spread(values, index):
    """Put values back among the missing ones."""
    if len(values) == len(index):
        return values
    if values.dtype != bool:
        return values.reindex(index)
    spread = pd.Series([None] * len(index), index=index, dtype=object)
    spread[values.index] = values.astype(object)
    return spread


def _booleans(present):
    words = present.str.lower()
    return words.map(_BOOLEANS).astype(bool) if words.isin(list(_BOOLEANS)).all() else None


def _numbers(present):
    texts = present.str.strip()
    numbers = pd.to_numeric(texts, errors="coerce")
    is_text = numbers.isna() & (texts.str.lower() != "nan")
    if is_text.any() or numbers.isna().all():
        return None
    if numbers.dtype.kind == "i":
        return numbers.astype("int64")
    return numbers.astype("float64")


def _dates(present):
    texts = present.str.strip()
    if not _DATE.match(texts.iloc[0]):
        return None
    if texts.str.endswith("Z").all():
        texts = texts.str[:-1]
    for shape in _date_formats(texts.iloc[0]):
        dates = pd.to_datetime(texts, format=shape, errors="coerce")
        # With and without a time zone in turn, older versions of pandas make objects of them.
        if dates.notna().all() and dates.dtype.kind == "M":
            return dates.astype("datetime64[ns]")
    return None


def _date_formats(example):
    """Give the formats of dates that an example may have."""
    separator = "T" if "T" in example else " "
    for day, time in itertools.product(_DATES, _TIMES):
        shape = day + separator + time if time else day
        if (example[4:5] in "-/") == day.startswith("%Y"):
            yield shape
