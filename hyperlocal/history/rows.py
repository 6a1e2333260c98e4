"""Rows: between the columns of the table `run` and a `RunRecord`.

Whatever a row holds, it becomes a record. A column that cannot be read is replaced by something
harmless and told in the record's `damage` and warnings, so that it hides neither the rest of its
run nor other runs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.status import Cause, Status
from hyperlocal.history import soundness
from hyperlocal.history.records import RunRecord

if TYPE_CHECKING:
    import sqlite3

__all__ = ["COLUMNS", "dump", "records", "status_of"]

_FIELDS = [field.name for field in fields(RunRecord) if field.name != "damage"]
_NAMES = ["id" if name == "key" else name for name in _FIELDS]
COLUMNS = ", ".join(f"run.{name}" for name in _NAMES)
"""What to select for `records`, in the order of a record's fields."""

_STATUSES = {status.value: status for status in Status}
_CAUSES = {cause.value: cause for cause in Cause}


def dump(value: Any) -> str:
    """Return `value` as compact JSON; what JSON does not know becomes its text."""
    return json.dumps(value, separators=(",", ":"), default=str)


def records(rows: Iterable[sqlite3.Row]) -> list[RunRecord]:
    """Return the records of rows of `COLUMNS`."""
    return [_record(row) for row in rows]


def status_of(content: Any) -> Status:
    """Return the status that a column tells, also one that cannot be read."""
    return _STATUSES.get(content, Status.UNREADABLE)


def _status(content: Any) -> Status:
    if content not in _STATUSES:
        raise ValueError(f"{soundness.shown(content)} is no status")
    return _STATUSES[content]


def _cause(content: Any) -> Cause:
    if content not in _CAUSES:
        raise ValueError(f"{soundness.shown(content)} is no cause")
    return _CAUSES[content]


_Reader = Callable[[Any], Any]

# Of each column how its content becomes a field, and what stands for one that cannot be read;
# a column whose stand-in is None may be empty.
_READERS: dict[str, tuple[_Reader, Any]] = {
    "id": (soundness.integer, -1),
    "run_id": (soundness.run_id, ""),
    "experiment": (soundness.text, "unreadable"),
    "number": (soundness.integer, 0),
    "parent_id": (soundness.text, None),
    "root_id": (soundness.text, ""),
    "kind": (soundness.text, "unreadable"),
    "status": (_status, Status.UNREADABLE),
    "cause": (_cause, None),
    "created_at": (soundness.moment, 0.0),
    "started_at": (soundness.moment, None),
    "ended_at": (soundness.moment, None),
    "exit_code": (soundness.integer, None),
    "pid": (soundness.process_number, None),
    "pid_started": (soundness.number, None),
    "parameters": (soundness.json_object, None),
    "command": (soundness.json_texts, None),
    "tags": (soundness.json_object, {}),
    "properties": (soundness.json_object, {}),
    "error": (soundness.json_object, None),
    "warnings": (soundness.json_texts, []),
    "elapsed": (soundness.duration, None),
    "life": (soundness.integer, 0),
}
_ANY_TEXT = (soundness.text, None)

# Ten thousand children come through here at once. Rows whose columns are of types that were found
# to fit before are decoded by position; only the rest is looked at column by column.
_fitting_types: set[tuple[type, ...]] = set()
_PLAIN = (soundness.text, soundness.integer)
_DECODED: list[tuple[int, _Reader]] = [
    (position, _READERS[name][0])
    for position, name in enumerate(_NAMES)
    if name in _READERS and _READERS[name][0] not in _PLAIN
]
_UNREADABLE = (ValueError, TypeError, OverflowError, RecursionError)


def _record(row: sqlite3.Row) -> RunRecord:
    values = list(row)
    if tuple(map(type, values)) in _fitting_types:
        try:
            for position, read in _DECODED:
                content = values[position]
                if content is not None:
                    values[position] = read(content)
        except _UNREADABLE:
            return _examined(row)
        if values[_PARENT] != values[_RUN]:
            return RunRecord(*values)
    return _examined(row)


_RUN, _PARENT, _ROOT = (_NAMES.index(name) for name in ("run_id", "parent_id", "root_id"))


def _examined(row: sqlite3.Row) -> RunRecord:
    """Return the record of a row, of which each column is looked at by itself."""
    values: list[Any] = []
    damage: list[tuple[str, str]] = []
    for name, content in zip(_NAMES, row, strict=True):
        read, stand_in = _READERS.get(name, _ANY_TEXT)
        value = stand_in if type(stand_in) not in (dict, list) else type(stand_in)()
        if content is not None or stand_in is not None:
            try:
                value = read(content)
            except _UNREADABLE as error:
                damage.append((name, soundness.reason(error)))
        values.append(value)
    if values[_RUN] and values[_PARENT] == values[_RUN]:
        values[_PARENT] = None
        damage.append(("parent_id", "it is the run itself"))
    if not damage:
        _fitting_types.add(tuple(map(type, row)))
        return RunRecord(*values)
    return _damaged(values, damage)


def _damaged(values: list[Any], damage: list[tuple[str, str]]) -> RunRecord:
    if not values[_RUN]:  # nobody can ask for it, or find its folder
        values[_RUN] = f"unreadable-{values[0]}"
        values[_NAMES.index("status")] = Status.UNREADABLE
    values[_ROOT] = values[_ROOT] or values[_RUN]
    advice = f"`hyperlocal doctor {values[_RUN]}` says more."
    told = values[_NAMES.index("warnings")]
    told += [f"Its {name} cannot be read: {why}. {advice}" for name, why in damage]
    return RunRecord(*values, damage=tuple(damage))
