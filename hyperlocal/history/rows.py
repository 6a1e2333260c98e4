"""Rows: between the columns of the table `run` and a `RunRecord`.

Whatever a row holds, it becomes a record. A column that cannot be read is replaced by something
harmless and told in the record's `damage` and warnings, so that it hides neither the rest of its
run nor other runs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.status import Cause, Status
from hyperlocal.history import soundness
from hyperlocal.history.records import CAUSES, STATUSES, RunRecord

if TYPE_CHECKING:
    import sqlite3

__all__ = ["COLUMNS", "N_COLUMNS", "cause_of", "dump", "records", "status_of"]

_FIELDS = [name for name in RunRecord._fields if name not in ("plain_damage", "note")]
_NAMES = ["id" if name == "key" else name.removeprefix("stored_") for name in _FIELDS]
N_COLUMNS = len(_NAMES)
"""How many columns `COLUMNS` selects."""

COLUMNS = ", ".join(f"run.{name}" for name in _NAMES)
"""What to select for `records`, in the order of a record's fields."""

_Note = Callable[[str, str], object]
_made: Callable[[tuple[Any, ...]], RunRecord] = partial(tuple.__new__, RunRecord)


def dump(value: Any) -> str:
    """Return `value` as compact JSON; what JSON does not know becomes its text."""
    return json.dumps(value, separators=(",", ":"), default=str)


def records(rows: Iterable[sqlite3.Row | tuple[Any, ...]], note: _Note) -> list[RunRecord]:
    """Return the records of rows of `COLUMNS`.

    Args:
        rows: The rows.
        note: Is told what cannot be read, of JSON when it is asked for: a sentence, and the run.
    """
    # A hundred thousand children come through here at once. Rows whose columns are of types that
    # were found to fit before are only compared; the rest is looked at column by column.
    found, rest = [], ((), note)
    for row in map(tuple, rows):
        if tuple(map(type, row)) in _fitting_types and _is_sound(*_compared(row)):
            found.append(_made(row + rest))
        else:
            found.append(_examined(row, note))
    return found


def status_of(content: Any) -> Status:
    """Return the status that a column tells, also one that cannot be read."""
    return STATUSES.get(content, Status.UNREADABLE)


def cause_of(content: Any) -> Cause | None:
    """Return the cause that a column tells; None also of one that cannot be read."""
    return CAUSES.get(content)


def _status(content: Any) -> Any:
    if content not in STATUSES:
        raise ValueError(f"{soundness.shown(content)} is no status")
    return content


def _cause(content: Any) -> Any:
    if content not in CAUSES:
        raise ValueError(f"{soundness.shown(content)} is no cause")
    return content


def _any(content: Any) -> Any:
    return content  # it is decoded, and then found sound or not, by the record


_Reader = Callable[[Any], Any]

# Of each column what tells whether its content can be read, and what stands for one that cannot;
# a column whose stand-in is None may be empty.
_READERS: dict[str, tuple[_Reader, Any]] = {
    "id": (soundness.integer, -1),
    "run_id": (soundness.run_id, ""),
    "experiment": (soundness.text, "unreadable"),
    "number": (soundness.integer, 0),
    "parent_id": (soundness.text, None),
    "root_id": (soundness.text, ""),
    "kind": (soundness.text, "unreadable"),
    "status": (_status, Status.UNREADABLE.value),
    "cause": (_cause, None),
    "created_at": (soundness.moment, 0.0),
    "started_at": (soundness.moment, None),
    "ended_at": (soundness.moment, None),
    "exit_code": (soundness.integer, None),
    "pid": (soundness.process_number, None),
    "pid_started": (soundness.number, None),
    "elapsed": (soundness.duration, None),
    "life": (soundness.integer, 0),
    **dict.fromkeys(
        ("parameters", "command", "tags", "properties", "error", "warnings"), (_any, None)
    ),
}
_ANY_TEXT = (soundness.text, None)
_fitting_types: set[tuple[type, ...]] = set()


# Of these columns the type alone does not tell.
_compared = itemgetter(
    *map(
        _NAMES.index,
        (
            "run_id",
            "parent_id",
            "status",
            "cause",
            "created_at",
            "started_at",
            "ended_at",
            "pid",
            "pid_started",
            "elapsed",
        ),
    )
)


def _is_sound(
    run_id: str,
    parent_id: str | None,
    status: str,
    cause: str | None,
    created_at: float,
    started_at: float | None,
    ended_at: float | None,
    pid: int | None,
    pid_started: float | None,
    elapsed: float | None,
) -> bool:
    """Whether a row of types that fit can be read: the same as of its columns one by one."""
    latest = soundness.LATEST_MOMENT
    return (
        status in STATUSES
        and (cause is None or cause in CAUSES)
        and 0 <= created_at <= latest
        and (started_at is None or 0 <= started_at <= latest)
        and (ended_at is None or 0 <= ended_at <= latest)
        and (pid is None or 0 < pid <= soundness.LARGEST_PROCESS)
        and (pid_started is None or math.isfinite(pid_started))
        and (elapsed is None or 0 <= elapsed < math.inf)
        and parent_id != run_id
        and soundness.FOLDER_NAME.fullmatch(run_id) is not None
    )


def _examined(row: tuple[Any, ...], note: _Note) -> RunRecord:
    """Return the record of a row, of which each column is looked at by itself."""
    values: dict[str, Any] = {}
    damage: list[tuple[str, str]] = []
    for name, content in zip(_NAMES, row, strict=True):
        read, stand_in = _READERS.get(name, _ANY_TEXT)
        values[name] = stand_in
        if content is not None or stand_in is not None:
            try:
                values[name] = read(content)
            except soundness.UNREADABLE as error:
                damage.append((name, soundness.reason(error)))
    if values["run_id"] and values["parent_id"] == values["run_id"]:
        values["parent_id"] = None
        damage.append(("parent_id", "it is the run itself"))
    if not damage:
        _fitting_types.add(tuple(map(type, row)))
    if not values["run_id"]:  # nobody can ask for it, or find its folder
        values["run_id"] = f"unreadable-{values['id']}"
        values["status"] = Status.UNREADABLE.value
    values["root_id"] = values["root_id"] or values["run_id"]
    record = _made((*values.values(), tuple(damage), note))
    for name, why in damage:
        record.tell(name, why)
    return record
