"""Rows: between the columns of the table `run` and a `RunRecord`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.status import Cause, Status
from hyperlocal.history.records import RunRecord

if TYPE_CHECKING:
    import sqlite3

__all__ = ["dump", "records"]

_JSON_COLUMNS = ("parameters", "command", "tags", "properties", "error", "warnings")


def dump(value: Any) -> str:
    """Return `value` as compact JSON; what JSON does not know becomes its text."""
    return json.dumps(value, separators=(",", ":"), default=str)


def records(rows: Iterable[sqlite3.Row]) -> list[RunRecord]:
    """Return the records of whole rows of the table `run`."""
    return [_record(row) for row in rows]


def _record(row: sqlite3.Row) -> RunRecord:
    values = dict(row)
    for column in _JSON_COLUMNS:
        text = values[column]
        if text is not None:
            # Nearly every child has empty ones; of 10,000 children that is a tenth of a second.
            values[column] = {} if text == "{}" else [] if text == "[]" else json.loads(text)
    values["key"] = values.pop("id")
    values["status"] = Status(values["status"])
    values["cause"] = None if values["cause"] is None else Cause(values["cause"])
    return RunRecord(**values)
