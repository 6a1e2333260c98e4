"""Tables: the runs of a home, and the trials of a sweep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hyperlocal.domain.status import TERMINAL
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views import text
from hyperlocal.views.digits import short_numbers
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
        Column("Kind", optional=3),
        Column("Status"),
        Column("Created", optional=1),
        Column("Duration", is_number=True, optional=2),
        Column("Trials", is_number=True),
        Column("Best", is_long=True),
    ]
    short_bests = {} if page.all_digits else _short_bests(rows)
    page.table(columns, [_run_cells(row, page, short, short_bests, now) for row in rows])


def _run_cells(
    row: RunRow,
    page: Page,
    short: Mapping[str, str],
    short_bests: Mapping[str | None, Mapping[str, str]],
    now: float,
) -> list[str]:
    record = row.record
    return [
        _short_id(record, short) if page.is_terminal else record.run_id,
        text.one_line(record.experiment) if page.is_terminal else record.experiment,
        record.kind,
        record.status.value,
        text.age(record.created_at, now)
        if page.is_terminal
        else text.moment(record.created_at, "T"),
        text.duration(text.run_duration(record, now)),
        text.NOTHING if row.n_trials is None else f"{row.n_finished}/{row.n_trials}",
        _best_cell(row, short_bests.get(row.metric_name, {})),
    ]


def _short_bests(rows: Sequence[RunRow]) -> dict[str | None, Mapping[str, str]]:
    """Return short forms of the best values, of each metric those that tell its sweeps apart."""
    bests: dict[str | None, list[str]] = {}
    for row in rows:
        if row.best is not None:
            bests.setdefault(row.metric_name, []).append(text.value(row.best))
    return {name: short_numbers(values) for name, values in bests.items()}


def _best_cell(row: RunRow, short: Mapping[str, str]) -> str:
    if row.best is None or row.metric_name is None:
        return text.NOTHING
    shown = text.value(row.best)
    return f"{text.one_line(row.metric_name)}={short.get(shown, shown)}"


def _short_id(record: RunRecord, short: Mapping[str, str]) -> str:
    if record.run_id in short:
        return short[record.run_id]
    if record.parent_id is not None and record.parent_id in short:
        return f"{short[record.parent_id]}_{trial_number(record)}"
    return record.run_id


def write_trials(
    page: Page, leaderboard: Leaderboard, entries: Sequence[Entry], now: float
) -> None:
    """Write trials as a table.

    There is one column for each parameter, unless these are many or the terminal has no room for
    them: then one column has them all.
    """
    columns, rows = spread = _trials_table(page, leaderboard, entries, now, is_spread=True)
    names = _parameter_names(entries)
    if len(names) > _MOST_PARAMETER_COLUMNS or not page.fits(columns, rows):
        spread = _trials_table(page, leaderboard, entries, now, is_spread=False)
    page.table(*spread)


def _trials_table(
    page: Page,
    leaderboard: Leaderboard,
    entries: Sequence[Entry],
    now: float,
    *,
    is_spread: bool,
) -> tuple[list[Column], list[list[str]]]:
    names = _parameter_names(entries)
    columns = [*_first_columns(page, leaderboard), Column("Duration", is_number=True, optional=1)]
    if is_spread:
        columns += [Column(name, is_number=True) for name in names]
    elif names:
        columns.append(Column("Parameters", is_long=True, is_note=True))
    columns.append(Column("Reason", is_long=True, is_note=True))
    short = {} if page.all_digits or is_spread else _short_parameters(entries, names)
    rows = []
    for entry in entries:
        given = text.shown_parameters(entry.record.parameters)
        row = [*_first_cells(leaderboard, entry)]
        row.append(text.duration(text.run_duration(entry.record, now)))
        if is_spread:
            row += [given.get(name, text.NOTHING) for name in names]
        elif names:
            row.append(_packed(given, short))
        row.append(_reason(page, leaderboard, entry.record))
        rows.append(row)
    return columns, rows


def _first_columns(page: Page, leaderboard: Leaderboard) -> list[Column]:
    status = Column("Status", is_long=page.is_terminal)
    if leaderboard.sweep is None:  # steps of a workflow have names
        return [Column("Run", is_long=page.is_terminal), Column("Name", is_long=True), status]
    metric = text.one_line(leaderboard.sweep.metric_name)
    return [Column("Trial", is_number=True), status, Column(metric, is_number=True)]


def _first_cells(leaderboard: Leaderboard, entry: Entry) -> list[str]:
    record = entry.record
    if leaderboard.sweep is None:
        return [record.run_id, record.display_name or text.NOTHING, text.status(record)]
    return [trial_number(record), text.status(record), text.value(entry.metric)]


def _reason(page: Page, leaderboard: Leaderboard, record: RunRecord) -> str:
    if not record.reason:
        return text.NOTHING
    reason = text.one_line(record.reason)
    if page.is_terminal and leaderboard.sweep is not None:
        return text.with_trial_numbers(reason, leaderboard.parent.run_id)
    return reason


def _short_parameters(
    entries: Sequence[Entry], names: Sequence[str]
) -> dict[str, Mapping[str, str]]:
    """Return short forms of the values of each parameter."""
    given = [text.shown_parameters(entry.record.parameters) for entry in entries]
    return {name: short_numbers(cells[name] for cells in given if name in cells) for name in names}


def _packed(given: Mapping[str, str], short: Mapping[str, Mapping[str, str]]) -> str:
    pairs = (f"{name}={short.get(name, {}).get(cell, cell)}" for name, cell in given.items())
    return " ".join(pairs) or text.NOTHING


def _parameter_names(entries: Sequence[Entry]) -> list[str]:
    names: dict[str, None] = {}
    for entry in entries:
        names.update(dict.fromkeys(text.shown_parameters(entry.record.parameters)))
    return list(names)
