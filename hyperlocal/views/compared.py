"""Compared: runs side by side, line by line, what differs before what is alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.parameters import identity
from hyperlocal.domain.ranking import best_number
from hyperlocal.domain.secrecy import shown_values
from hyperlocal.history.records import RunRecord
from hyperlocal.history.series import Summary
from hyperlocal.history.store import History
from hyperlocal.views import plans, text
from hyperlocal.views.digits import short_numbers
from hyperlocal.views.leaderboard import trial_number

__all__ = [
    "MISSING",
    "ComparedRun",
    "Line",
    "best_place",
    "fact_lines",
    "mapping_lines",
    "metric_lines",
    "parameter_lines",
    "read_runs",
    "text_line",
    "value_line",
    "without_empty",
]

MISSING = object()
"""In place of a value that is not there; None is a value."""


@dataclass(frozen=True)
class Line:
    """One thing of all that are compared.

    Attributes:
        name: What it is.
        cells: What it is of each, in their order; `-` where it is missing.
        differs: Whether it is not the same of all.
        best: The place of the best of them; None where nothing says what is better.
        whole: The same as `cells` with all digits, for who points at one.
    """

    name: str
    cells: tuple[str, ...]
    differs: bool
    best: int | None = None
    whole: tuple[str, ...] = ()


@dataclass(frozen=True)
class ComparedRun:
    """A run that is compared with others.

    Attributes:
        record: The run.
        label: What it is called beside the others; no two have the same.
        metrics: What it logged, by name.
        aim: The metric that judges it, and which way that is better; None if nothing does.
        best: Its best finite number of that metric; None without one.
    """

    record: RunRecord
    label: str
    metrics: Mapping[str, Summary]
    aim: tuple[str, Goal] | None
    best: float | None = None


def read_runs(history: History, records: Sequence[RunRecord]) -> list[ComparedRun]:
    """Return runs with what is compared of them."""
    ids = dict.fromkeys(record.parent_id for record in records)
    parents = {each: history.runs.get(each) for each in ids if each is not None}
    return [
        _read(history, record, label, _aim(_parent(parents, record)))
        for record, label in zip(records, _labels(records, parents), strict=True)
    ]


def _parent(parents: Mapping[str, RunRecord], record: RunRecord) -> RunRecord | None:
    return None if record.parent_id is None else parents.get(record.parent_id)


def _read(
    history: History, record: RunRecord, label: str, aim: tuple[str, Goal] | None
) -> ComparedRun:
    metrics = {told.name: told for told in history.series.summaries(record.run_id)}
    best = None
    if aim is not None and aim[0] in metrics:
        points = history.overview.curve(record.run_id, aim[0])
        best = best_number(aim[1], [point.value for point in points])
    return ComparedRun(record, label, metrics, aim, best)


def _labels(records: Sequence[RunRecord], parents: Mapping[str, RunRecord]) -> list[str]:
    names = [_name(record, parents, is_long=len(parents) > 1) for record in records]
    return [
        name if names.count(name) == 1 else f"{name} ({record.run_id})"
        for name, record in zip(names, records, strict=True)
    ]


def _name(record: RunRecord, parents: Mapping[str, RunRecord], *, is_long: bool) -> str:
    parent = _parent(parents, record)
    if record.display_name or parent is None or record.parameters is None:
        return text.one_line(record.display_name or record.run_id)
    trial = f"trial {trial_number(record)}"
    if not is_long:
        return trial
    return text.one_line(f"{parent.display_name or parent.run_id}, {trial}")


def _aim(parent: RunRecord | None) -> tuple[str, Goal] | None:
    sweep = None if parent is None else plans.sweep_of(parent)
    return None if sweep is None else (sweep.metric_name, sweep.goal)


def parameter_lines(runs: Sequence[ComparedRun]) -> list[Line]:
    """Return a line for each parameter of any of them, secrets masked."""
    return mapping_lines([shown_values(run.record.parameters or {}) for run in runs])


def mapping_lines(held: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Return a line for each name in any of them, those first whose values differ."""
    names = dict.fromkeys(name for each in held for name in each)
    lines = [value_line(name, [each.get(name, MISSING) for each in held]) for name in names]
    return sorted(lines, key=lambda line: not line.differs)


def value_line(name: str, values: Sequence[Any]) -> Line:
    """Return a line of values, cut to the digits in which they differ; 1, 1.0 and "1" differ."""
    whole = [text.NOTHING if v is MISSING else text.setting(v) for v in values]
    kinds = {None if v is MISSING else identity({"": v}) for v in values}
    short = short_numbers(whole)
    cells = tuple(short.get(each, each) for each in whole)
    return Line(text.one_line(name), cells, len(kinds) > 1, None, tuple(whole))


def metric_lines(runs: Sequence[ComparedRun]) -> list[Line]:
    """Return the best of what judges them, then of each metric its last, range and reports."""
    lines: list[Line] = []
    aims = {run.aim for run in runs}
    aim = next(iter(aims)) if len(aims) == 1 else None
    if aim is not None:
        lines.append(_best_line(runs, *aim))
    names = dict.fromkeys(name for run in runs for name in run.metrics)
    for name in names:
        found = [run.metrics.get(name) for run in runs]
        if all(told is None or isinstance(told.last, dict) for told in found):
            continue  # tables have no line
        lines.append(value_line(f"{name} (last)", [_last(told) for told in found]))
        if any(told is not None and told.n_values > 1 for told in found):
            lines.append(_range_line(f"{name} (range)", found))
            lines.append(value_line(f"{name} (reports)", [_n_values(told) for told in found]))
    return lines


def _last(told: Summary | None) -> Any:
    return MISSING if told is None or isinstance(told.last, dict) else told.last


def _n_values(told: Summary | None) -> Any:
    return MISSING if told is None else told.n_values


def _range_line(name: str, found: Sequence[Summary | None]) -> Line:
    ends = [
        value_line(name, [MISSING if told is None else _end(told, part) for told in found])
        for part in ("least", "greatest")
    ]
    cells, whole = (
        tuple(
            low if low == high else f"{low} to {high}"
            for low, high in zip(getattr(ends[0], kind), getattr(ends[1], kind), strict=True)
        )
        for kind in ("cells", "whole")
    )
    return Line(ends[0].name, cells, ends[0].differs or ends[1].differs, None, whole)


def _end(told: Summary, part: str) -> Any:
    held = getattr(told, part)
    return MISSING if held is None else held


def _best_line(runs: Sequence[ComparedRun], name: str, goal: Goal) -> Line:
    values = [MISSING if run.best is None else run.best for run in runs]
    line = value_line(f"{name} (best)", values)
    return replace(line, best=best_place(goal, [run.best for run in runs]))


def best_place(goal: Goal, bests: Sequence[float | None]) -> int | None:
    """Return the place of the first of the best; None if there is nothing to choose."""
    known = [(goal.score(best), -place) for place, best in enumerate(bests) if best is not None]
    return -max(known)[1] if len({score for score, _ in known}) > 1 else None


_FACTS: dict[str, Callable[[RunRecord, float], str]] = {
    "status": lambda record, now: text.status(record),
    "reason": lambda record, now: text.one_line(record.reason or text.NOTHING),
    "duration": lambda record, now: text.duration(text.run_duration(record, now)),
    "started": lambda record, now: text.moment(record.started_at),
    "exit code": lambda record, now: text.value(record.exit_code),
    "experiment": lambda record, now: text.one_line(record.experiment),
    "kind": lambda record, now: text.one_line(record.kind),
    "tags": lambda record, now: text.parameters(record.tags),
    "command": lambda record, now: text.command(plans.command_of(record) or ()) or text.NOTHING,
}


def fact_lines(runs: Sequence[ComparedRun], now: float) -> list[Line]:
    """Return how they stand, why, for how long, and what was started; none that all lack."""
    told = [text_line(name, [of(run.record, now) for run in runs]) for name, of in _FACTS.items()]
    return without_empty(told)


def text_line(name: str, cells: Iterable[str]) -> Line:
    """Return a line of texts."""
    kept = tuple(cells)
    return Line(name, kept, len(set(kept)) > 1, None, kept)


def without_empty(lines: Iterable[Line]) -> list[Line]:
    """Return those lines of which anything is there."""
    return [line for line in lines if set(line.cells) != {text.NOTHING}]
