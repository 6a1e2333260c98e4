"""Rows: between the columns of the table `run` and a `RunRecord`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from hyperlocal.history.records import RunRecord

if TYPE_CHECKING:
    import sqlite3

__all__ = ["COLUMNS", "N_COLUMNS", "dump", "records"]

_NAMES = ["id" if field == "key" else field.removeprefix("stored_") for field in RunRecord._fields]
N_COLUMNS = len(_NAMES)
_made: Callable[[Iterable[Any]], RunRecord] = partial(tuple.__new__, RunRecord)
COLUMNS = ", ".join(f"run.{name}" for name in _NAMES)
"""What to select for `records`, in the order of a record's fields."""


def dump(value: Any) -> str:
    """Return `value` as compact JSON; what JSON does not know becomes its text."""
    return json.dumps(value, separators=(",", ":"), default=str)


def records(rows: Iterable[sqlite3.Row | tuple[Any, ...]]) -> list[RunRecord]:
    """Return the records of rows of `COLUMNS`."""
    return list(map(_made, rows))
