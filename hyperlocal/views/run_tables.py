"""Run tables: trials and metric points as columns of plain values, for data frames and files.

A table of runs has a row for each child of a run, or one for the run itself if it has none and is
no sweep. Secrets are hidden. Times are seconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hyperlocal.domain.secrecy import shown_values
from hyperlocal.history.records import MetricPoint, RunRecord
from hyperlocal.history.series import Series
from hyperlocal.history.store import History
from hyperlocal.views.leaderboard import Entry, read_standing, trial_number
from hyperlocal.views.plans import sweep_of
from hyperlocal.views.text import run_duration

__all__ = ["ABSENT", "GROUPS", "TIMES", "RunTable", "points_table", "runs_table"]


class _Absent:
    """Stands where a run has no such parameter, metric or tag; None may be its value."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()

TIMES = frozenset({"created", "started", "ended", "logged"})
"""The columns of times."""

GROUPS = {"params": "parameters", "metrics": "metrics", "tags": "tags"}
"""What a column's name begins with, before a dot, if a run chose the rest of it."""


@dataclass(frozen=True)
class RunTable:
    """Columns of one length.

    Attributes:
        columns: Name to values; `ABSENT` where a run has none.
    """

    columns: Mapping[str, list[Any]]

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.columns.values())))

    def plain(self) -> dict[str, list[Any]]:
        """Return the columns, with None for what is absent."""
        return {
            name: [None if value is ABSENT else value for value in values]
            for name, values in self.columns.items()
        }

    def rows(self) -> Iterator[dict[str, Any]]:
        """Return each row, without what is absent."""
        for row in zip(*self.columns.values(), strict=True):
            yield {
                name: value
                for name, value in zip(self.columns, row, strict=True)
                if value is not ABSENT
            }


def runs_table(history: History, record: RunRecord, now: float) -> RunTable:
    """Return the children of a run in order of creation, or else the run itself.

    Args:
        history: What the run is part of.
        record: The run.
        now: The time to which runs that have not ended are measured.
    """
    entries, series = _read(history, record)
    columns: dict[str, list[Any]] = {
        name: [of(entry, now) for entry in entries] for name, of in _FACTS.items()
    }
    if sweep_of(record) is None:
        del columns["best"]
    parameters = [shown_values(entry.record.parameters or {}) for entry in entries]
    columns |= _group("params", parameters)
    last: dict[str, dict[str, Any]] = {}
    for each in series:
        last.setdefault(each.run_id, {})[each.name] = each.values[-1]
    columns |= _group("metrics", [last.get(entry.record.run_id, {}) for entry in entries])
    columns |= _group("tags", [shown_values(entry.record.tags) for entry in entries])
    return RunTable(columns)


def points_table(history: History, record: RunRecord) -> RunTable:
    """Return all that the runs of `runs_table` logged, in order of logging."""
    entries = _entries(history, record)
    numbers = {entry.record.run_id: trial_number(entry.record) for entry in entries}
    is_itself = [entry.record.run_id for entry in entries] == [record.run_id]
    read = history.metrics.points if is_itself else history.metrics.points_of_children
    counts: dict[tuple[str, str], int] = {}
    rows = []
    for point in read(record.run_id):
        if point.run_id not in numbers:
            continue  # a run that began meanwhile
        place = counts[point.run_id, point.name] = counts.get((point.run_id, point.name), 0) + 1
        whose = point.run_id, _number(numbers[point.run_id])
        when = place, point.step, point.logged_at
        rows.append((*whose, point.name, *when, *_value_and_text(point)))
    names = ("run_id", "number", "metric", "report", "step", "logged", "value", "text")
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return RunTable({name: list(held) for name, held in zip(names, columns, strict=True)})


def _entries(history: History, record: RunRecord) -> list[Entry]:
    standing = read_standing(history, record)
    if not standing.entries and standing.sweep is None:
        return [Entry(record.examined(), None)]
    return sorted(standing.entries, key=lambda entry: entry.record.key)


def _read(history: History, record: RunRecord) -> tuple[list[Entry], list[Series]]:
    entries = _entries(history, record)
    if [entry.record.run_id for entry in entries] == [record.run_id]:
        return entries, history.series.of(record.run_id)
    return entries, history.series.of_children(record.run_id)


_FACTS: dict[str, Callable[[Entry, float], Any]] = {
    "run_id": lambda entry, now: entry.record.run_id,
    "number": lambda entry, now: _number(trial_number(entry.record)),
    "name": lambda entry, now: entry.record.display_name,
    "status": lambda entry, now: entry.record.status.value,
    "cause": lambda entry, now: None if entry.record.cause is None else entry.record.cause.value,
    "reason": lambda entry, now: entry.record.reason,
    "exit_code": lambda entry, now: entry.record.exit_code,
    "created": lambda entry, now: entry.record.created_at,
    "started": lambda entry, now: entry.record.started_at,
    "ended": lambda entry, now: entry.record.ended_at,
    "duration_s": lambda entry, now: run_duration(entry.record, now),
    "best": lambda entry, now: entry.metric,
}


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _group(prefix: str, held: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    rows = list(held)
    names = dict.fromkeys(name for row in rows for name in row)
    return {f"{prefix}.{name}": [row.get(name, ABSENT) for row in rows] for name in names}


def _value_and_text(point: MetricPoint) -> tuple[float | int | None, str | None]:
    """Return a number, or what else was logged as text."""
    if point.is_numeric:
        return point.value, None
    if isinstance(point.value, str) or point.value is None:
        return None, point.value
    import json

    return None, json.dumps(point.value, default=str)
