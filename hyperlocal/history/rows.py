"""Rows: between the columns of the table `run` and a `RunRecord`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.status import Cause, Status
from hyperlocal.history.records import RunRecord

if TYPE_CHECKING:
    import sqlite3

__all__ = ["COLUMNS", "dump", "records"]

_NAMES = ["id" if field.name == "key" else field.name for field in fields(RunRecord)]
COLUMNS = ", ".join(f"run.{name}" for name in _NAMES)
"""What to select for `records`, in the order of a record's fields."""

_JSON_COLUMNS = [
    _NAMES.index(name)
    for name in ("parameters", "command", "tags", "properties", "error", "warnings")
]
_STATUS, _CAUSE = _NAMES.index("status"), _NAMES.index("cause")
_STATUSES = {status.value: status for status in Status}
_CAUSES: dict[str | None, Cause | None] = {cause.value: cause for cause in Cause}
_CAUSES[None] = None


def dump(value: Any) -> str:
    """Return `value` as compact JSON; what JSON does not know becomes its text."""
    return json.dumps(value, separators=(",", ":"), default=str)


def records(rows: Iterable[sqlite3.Row]) -> list[RunRecord]:
    """Return the records of rows of `COLUMNS`."""
    return [_record(row) for row in rows]


def _record(row: sqlite3.Row) -> RunRecord:
    # Ten thousand children come through here at once, hence positions and tables.
    values = list(row)
    for position in _JSON_COLUMNS:
        text = values[position]
        if text is not None:
            values[position] = {} if text == "{}" else [] if text == "[]" else json.loads(text)
    values[_STATUS] = _STATUSES[values[_STATUS]]
    values[_CAUSE] = _CAUSES[values[_CAUSE]]
    return RunRecord(*values)
