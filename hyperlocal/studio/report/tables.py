"""The tables of a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hyperlocal.domain.secrecy import shown_values
from hyperlocal.domain.status import Cause, Status
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.studio.report.content import Cell, Column, Row, Table
from hyperlocal.views import text
from hyperlocal.views.sweep_data import SweepData, TrialData

__all__ = ["anchor", "badge", "children_table", "decisions_table", "metrics_table", "trials_table"]

_MOST_TRIALS = 2000
_MOST_DECISIONS = 200
_LONGEST = 60
_DIGITS = text.SHORT_DIGITS
_MOST_METRICS = 8


def badge(status: Status, cause: Cause | None) -> str:
    """Return how a status is marked."""
    if status is Status.COMPLETED:
        return "good"
    if status is Status.FAILED:
        return "bad"
    if status is Status.CANCELED:
        return "warn"
    return "busy" if status in (Status.RUNNING, Status.FINALIZING) else "plain"


def anchor(run_id: str) -> str:
    """Return the name by which the row or part of a run is led to."""
    return f"run-{run_id}"


def trials_table(data: SweepData) -> Table:
    """Return the trials of a sweep, best first; those without a number last."""
    ranked = data.ranked
    known = {trial.run_id for trial in ranked}
    ordered = [*ranked, *(trial for trial in data.trials if trial.run_id not in known)]
    shown = ordered[:_MOST_TRIALS]
    others = [name for name in data.metric_names if name != data.metric_name][:_MOST_METRICS]
    columns = [Column("trial", is_number=True), Column("status")]
    columns += [Column(data.metric_name or "", is_number=True)] if data.metric_name else []
    columns += [Column(_cut(name), is_number=True) for name in others]
    columns += [Column(_cut(name), _is_number(data, name)) for name in data.parameter_names]
    columns += [Column("duration", is_number=True), Column("why it ended")]
    rows = [_trial(data, trial, others) for trial in shown]
    note = ""
    if len(ordered) > len(shown):
        note = (
            f"The best {len(shown):,} of {len(ordered):,} trials. All are in "
            f"hyperlocal report {data.run_id} --format csv"
        )
    return Table(f"Trials ({len(ordered):,})", columns, rows, note, is_sortable=True)


def _trial(data: SweepData, trial: TrialData, others: Sequence[str]) -> Row:
    cells = [
        Cell.of_number(trial.number, str(trial.number), trial.run_id),
        Cell(trial.outcome, badge=badge(trial.status, trial.cause)),
    ]
    if data.metric_name:
        cells.append(_number(trial.best))
    for name in others:
        told = trial.metrics.get(name)
        cells.append(_number(None if told is None else told.last))
    cells += [_setting(trial, name) for name in data.parameter_names]
    seconds = trial.duration_s(data.read_at)
    cells.append(Cell.of_number(seconds, text.duration(seconds)))
    cells.append(_words(trial.reason or ""))
    return Row(cells, anchor(trial.run_id))


def _is_number(data: SweepData, name: str) -> bool:
    held = [trial.parameters[name] for trial in data.trials if name in trial.parameters]
    return bool(held) and all(
        isinstance(value, (int, float)) and not isinstance(value, bool) for value in held
    )


def _setting(trial: TrialData, name: str) -> Cell:
    if name not in trial.parameters:
        return Cell(text.NOTHING)
    value = trial.parameters[name]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Cell.of_number(value, text.value(value, _DIGITS), text.value(value))
    return _words(text.setting(value))


def _number(value: float | None) -> Cell:
    return Cell.of_number(value, text.value(value, _DIGITS), text.value(value))


def _words(words: str) -> Cell:
    line = text.one_line(words)
    return Cell(line) if len(line) <= 4 * _LONGEST else Cell(f"{line[: 4 * _LONGEST]}...", line)


def _cut(name: str) -> str:
    line = text.one_line(name)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def children_table(
    title: str, records: Sequence[RunRecord], now: float, parts: Sequence[str] = ()
) -> Table:
    """Return children that are no trials of a sweep, in order of creation.

    Args:
        title: The title.
        records: The children.
        now: The time to which those that have not ended are measured.
        parts: The ids of runs that the report has parts for.
    """
    columns = [
        Column("run"),
        Column("status"),
        Column("kind"),
        Column("parameters"),
        Column("started"),
        Column("duration", is_number=True),
        Column("why it ended"),
    ]
    shown = list(records)[:_MOST_TRIALS]
    rows = [_child(record, now, record.run_id in parts) for record in shown]
    hidden = len(records) - len(shown)
    note = f"The first {len(shown):,} of {len(records):,} runs." if hidden else ""
    return Table(f"{title} ({len(records):,})", columns, rows, note, is_sortable=True)


def _child(record: RunRecord, now: float, has_part: bool) -> Row:
    seconds = text.run_duration(record, now)
    name = _cut(record.display_name or record.run_id)
    parameters = shown_values(record.parameters or {})
    cells = [
        Cell(name, record.run_id, link=anchor(record.run_id) if has_part else ""),
        Cell(text.status(record), badge=badge(record.status, record.cause)),
        Cell(record.kind),
        _words(text.parameters(parameters, _DIGITS) if parameters else ""),
        Cell(text.moment(record.started_at)),
        Cell.of_number(seconds, text.duration(seconds)),
        _words(record.reason or ""),
    ]
    return Row(cells, "" if has_part else anchor(record.run_id))


def metrics_table(history: History, record: RunRecord) -> Table | None:
    """Return what one run logged; None if that is nothing."""
    summaries = history.series.summaries(record.run_id)
    if not summaries:
        return None
    columns = [
        Column("metric"),
        *(Column(name, is_number=True) for name in ("logged", "least", "greatest", "last")),
    ]
    rows = [
        Row(
            [
                Cell(_cut(each.name), each.name),
                Cell.of_number(each.n_values, f"{each.n_values:,}"),
                *(_number(value) for value in (each.least, each.greatest)),
                _last(each.last),
            ]
        )
        for each in summaries
    ]
    return Table("Metrics", columns, rows, is_sortable=True)


def _last(value: Any) -> Cell:
    if isinstance(value, (int, float)):
        return _number(value)
    return _words(text.value(value))


def decisions_table(history: History, record: RunRecord) -> Table | None:
    """Return what the policy decided of a trial, and why; None if it decided nothing."""
    decisions = history.decisions.of(record.run_id)
    if not decisions:
        return None
    shown = decisions[-_MOST_DECISIONS:]
    rows = [
        Row(
            [
                Cell.of_number(each.interval, str(each.interval)),
                Cell("stop" if each.stop else "go on", badge="warn" if each.stop else "plain"),
                _words(each.reason),
            ]
        )
        for each in shown
    ]
    hidden = len(decisions) - len(shown)
    note = f"The last {len(shown)} of {len(decisions):,}." if hidden else ""
    columns = [Column("interval", is_number=True), Column("verdict"), Column("reason")]
    return Table("Decisions of the policy", columns, rows, note)
