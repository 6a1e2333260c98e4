"""Tables: the runs of a home, and the trials of a sweep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hyperlocal.domain.secrecy import shown_value
from hyperlocal.domain.status import TERMINAL
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views import text
from hyperlocal.views.leaderboard import Entry, Leaderboard, trial_number
from hyperlocal.views.page import Column, Page
from hyperlocal.views.plans import most_trials, sweep_of, trouble_with

__all__ = [
    "RunRow",
    "abbreviation",
    "abbreviations",
    "read_run_rows",
    "write_runs",
    "write_trials",
]

_SHORTEST_ID = 11  # `HD_` and the first eight digits
_MOST_PARAMETER_COLUMNS = 8
_WIDTH_FOR_KIND = 100  # on narrower terminals the kind is what can be missed most easily


@dataclass(frozen=True)
class RunRow:
    """One line of the list of runs.

    Attributes:
        record: The run.
        n_finished: How many of its trials have ended; None if it can have none.
        n_trials: How many it has, or while it runs: will have at most.
        metric_name: Its primary metric.
        best: The best value of that so far.
        trouble: Why its settings cannot be read; None if they can.
    """

    record: RunRecord
    n_finished: int | None = None
    n_trials: int | None = None
    metric_name: str | None = None
    best: float | None = None
    trouble: str | None = None


def read_run_rows(history: History, records: Iterable[RunRecord]) -> list[RunRow]:
    """Read what the list says of each run."""
    return [_run_row(history, record.examined()) for record in records]


def _run_row(history: History, record: RunRecord) -> RunRow:
    sweep = sweep_of(record)
    if sweep is None:
        return RunRow(record, trouble=trouble_with(record))
    counts = history.runs.count_by_status(record.run_id)
    n_trials = sum(counts.values())
    best = history.ranking.best(
        record.run_id, sweep.metric_name, greatest=sweep.goal.wants_greatest
    )
    return RunRow(
        record,
        n_finished=sum(n for status, n in counts.items() if status in TERMINAL),
        n_trials=n_trials if record.status.is_terminal else max(n_trials, most_trials(sweep)),
        metric_name=sweep.metric_name,
        best=None if best is None else best.metric,
    )


def abbreviations(history: History, records: Iterable[RunRecord]) -> dict[str, str]:
    """Return the abbreviated id of each run, or of the topmost one above it.

    It is the shortest beginning, of a readable length, that the id of no other run without a
    parent shares.
    """
    short: dict[str, str] = {}
    for run_id in dict.fromkeys(record.root_id for record in records):
        short[run_id] = abbreviation(run_id, history.listing.neighbours(run_id))
    return short


def abbreviation(run_id: str, neighbours: Iterable[str]) -> str:
    """Return the shortest beginning, of a readable length, that none of its neighbours shares."""
    shared = max((_n_shared(run_id, other) for other in neighbours), default=0)
    return run_id[: max(shared + 1, _SHORTEST_ID)]


def _n_shared(one: str, other: str) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def write_runs(page: Page, rows: Sequence[RunRow], short: Mapping[str, str], now: float) -> None:
    """Write the list of runs.

    Args:
        page: Where to.
        rows: The runs, in order.
        short: Abbreviations of the ids of top runs, for terminals.
        now: The time to which runs that have not ended are measured.
    """
    columns = [
        Column("Run"),
        Column("Experiment", is_long=True),
        Column("Kind", is_long=True),
        Column("Status"),
        Column("Created", is_optional=True),
        Column("Duration", is_number=True, is_optional=True),
        Column("Trials", is_number=True),
        Column("Best", is_long=True),
    ]
    table = [_run_cells(row, page.is_terminal, short, now) for row in rows]
    if page.width is not None and page.width < _WIDTH_FOR_KIND:
        del columns[2]
        for cells in table:
            del cells[2]
    page.table(columns, table)


def _run_cells(row: RunRow, is_terminal: bool, short: Mapping[str, str], now: float) -> list[str]:
    record = row.record
    created = text.age(record.created_at, now)
    return [
        _short_id(record, short) if is_terminal else record.run_id,
        record.experiment,
        record.kind,
        record.status.value,
        created if is_terminal else text.moment(record.created_at, "T"),
        text.duration(text.run_duration(record, now)),
        text.NOTHING if row.n_trials is None else f"{row.n_finished}/{row.n_trials}",
        _best_cell(row, text.SHORT_DIGITS if is_terminal else None),
    ]


def _best_cell(row: RunRow, digits: int | None) -> str:
    if row.best is None or row.metric_name is None:
        return text.NOTHING
    return text.parameters({row.metric_name: row.best}, digits)


def _short_id(record: RunRecord, short: Mapping[str, str]) -> str:
    if record.run_id in short:
        return short[record.run_id]
    if record.parent_id is not None and record.parent_id in short:
        return f"{short[record.parent_id]}_{trial_number(record)}"
    return record.run_id


def write_trials(
    page: Page, leaderboard: Leaderboard, entries: Sequence[Entry], now: float
) -> None:
    """Write trials as a table, one column for each parameter unless they are many."""
    digits = text.SHORT_DIGITS if page.is_terminal else None
    names = _parameter_names(entries)
    is_spread = len(names) <= _MOST_PARAMETER_COLUMNS
    first = "Run" if leaderboard.sweep is None else "Trial"  # steps of a workflow have names
    columns = [
        Column(first, is_number=leaderboard.sweep is not None),
        Column("Status", is_long=page.is_terminal),
    ]
    if leaderboard.sweep is None:
        columns.insert(1, Column("Name", is_long=True))
    else:
        columns.append(Column(leaderboard.sweep.metric_name, is_number=True))
    columns.append(Column("Duration", is_number=True))
    if is_spread:
        columns += [Column(name, is_number=True, is_optional=True) for name in names]
    else:
        columns.append(Column("Parameters", is_long=True))
    columns.append(Column("Reason", is_long=True))
    rows = []
    for entry in entries:
        record, given = entry.record, entry.record.parameters or {}
        if leaderboard.sweep is None:
            row = [record.run_id, record.display_name or text.NOTHING, text.status(record)]
        else:
            row = [trial_number(record), text.status(record)]
            row.append(text.value(entry.metric, digits))
        row.append(text.duration(text.run_duration(record, now)))
        if is_spread:
            row += [_parameter_cell(given, name, digits) for name in names]
        else:
            row.append(text.parameters(given, digits))
        row.append(text.one_line(record.reason) if record.reason else text.NOTHING)
        rows.append(row)
    page.table(columns, rows)


def _parameter_names(entries: Sequence[Entry]) -> list[str]:
    names: dict[str, None] = {}
    for entry in entries:
        names.update(dict.fromkeys(entry.record.parameters or {}))
    return list(names)


def _parameter_cell(given: Mapping[str, object], name: str, digits: int | None) -> str:
    if name not in given:
        return text.NOTHING
    return text.setting(shown_value(name, given[name]), digits)
