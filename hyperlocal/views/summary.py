"""Summary: everything about one run, on one page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hyperlocal.domain.failures import ENOUGH, first_failures
from hyperlocal.domain.secrecy import shown_values
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.history.folder import RunFolder
from hyperlocal.history.records import RunRecord
from hyperlocal.history.series import Summary
from hyperlocal.history.store import History
from hyperlocal.views import plans, text
from hyperlocal.views.chart import Drawing
from hyperlocal.views.curves import draw_sweep, draw_trial
from hyperlocal.views.leaderboard import (
    Leaderboard,
    ended_for_a_reason,
    read_standing,
    trial_number,
)
from hyperlocal.views.lines import equal_failures_text
from hyperlocal.views.logs import last_lines
from hyperlocal.views.page import Column, Page
from hyperlocal.views.pipelines import sweeps_within
from hyperlocal.views.rerun import rerun_commands
from hyperlocal.views.tables import write_trials

__all__ = ["best_text", "counts_text", "why_no_best", "write_summary"]

_FAILURE_LOG_LINES = 20
_MOST_REASONS = 10


def write_summary(
    page: Page, history: History, record: RunRecord, *, n_rows: int | None, now: float
) -> None:
    """Write what there is to say of a run: a sweep, a trial, or a single script.

    Args:
        page: Where to.
        history: What the run is part of.
        record: The run.
        n_rows: How many rows tables have at most; None for all.
        now: The time to which runs that have not ended are measured.
    """
    leaderboard = read_standing(history, record, n_rows)
    page.fields(_head(history, record, now))
    if leaderboard.sweep is not None:
        page.heading("Sweep")
        page.fields(_sweep_fields(history, leaderboard, leaderboard.sweep))
        page.chart(partial(_sweep_chart, history, leaderboard))
    else:
        _write_trial(page, history, record, n_rows)
    if leaderboard.entries:
        _write_children(page, history, leaderboard, now)
    _write_troubles(page, history, leaderboard)


def _head(history: History, record: RunRecord, now: float) -> Iterator[tuple[str, str]]:
    yield "Run", record.run_id
    if record.parent_id is not None:
        yield "Parent", record.parent_id
    yield "Experiment", record.experiment
    yield "Kind", record.kind
    if record.display_name:
        yield "Name", record.display_name
    if record.description:
        yield "About", record.description
    yield "Status", text.status(record)
    if record.reason:
        yield "Reason", record.reason.strip()
    if record.exit_code is not None:
        yield "Exit code", str(record.exit_code)
    yield "Created", text.moment(record.created_at)
    yield "Started", text.moment(record.started_at)
    yield "Ended", text.moment(record.ended_at)
    yield "Duration", text.duration(text.run_duration(record, now))
    if record.tags:
        yield "Tags", text.parameters(record.tags)
    if record.properties:
        yield "Properties", text.parameters(record.properties)
    yield "Folder", str(history.folder(record.run_id).path)


def _sweep_fields(
    history: History, leaderboard: Leaderboard, sweep: Sweep
) -> Iterator[tuple[str, str]]:
    yield "Trials", counts_text(leaderboard, sweep)
    yield "Sampling", plans.sampling_text(sweep)
    yield "Space", "\n".join(plans.space_text(sweep)) or "no parameters"
    yield "Metric", f"{sweep.metric_name}, {sweep.goal.value}"
    yield "Limits", plans.limits_text(sweep)
    yield "Policy", plans.policy_text(sweep)
    if earlier := plans.earlier_text(sweep):
        yield "Builds on", earlier
    yield "Best", best_text(history, leaderboard)
    if leaderboard.parent.cause is Cause.INTERRUPTED:
        yield "To go on", f"hyperlocal resume {leaderboard.parent.run_id}"


def counts_text(leaderboard: Leaderboard, sweep: Sweep) -> str:
    """Return how many trials there are, and how many had which outcome."""
    n_trials = leaderboard.n_trials
    of = ""
    if not leaderboard.parent.status.is_terminal:
        of = f" of at most {max(plans.most_trials(sweep), n_trials):,}"
    parts = ", ".join(f"{n:,} {word}" for word, n in leaderboard.counts.items())
    return f"{n_trials:,}{of}{f': {parts}' if parts else ''}"


def best_text(history: History, leaderboard: Leaderboard) -> str:
    """Return the best trial in words, or why there is none."""
    sweep, best = leaderboard.sweep, leaderboard.best
    if sweep is None or best is None:
        return why_no_best(history, leaderboard)
    return (
        f"trial {trial_number(best.record)}: {text.value(best.metric)} with "
        f"{text.parameters(best.record.parameters)}\n{best.record.run_id}"
    )


def why_no_best(history: History, leaderboard: Leaderboard) -> str:
    """Return why no trial is the best."""
    if leaderboard.sweep is None:
        return text.NOTHING
    wanted = leaderboard.sweep.metric_name
    others = history.metrics.names_of_children(leaderboard.parent.run_id)
    if wanted in others:
        return f"none: no trial logged a number as {wanted!r}; NaN and infinities do not count"
    if others:
        names = ", ".join(repr(name) for name in others)
        return f"none: no trial logged {wanted!r}; what they logged: {names}"
    ending = "" if leaderboard.parent.status.is_terminal else " yet"
    return f"none: no trial logged {wanted!r} or anything else{ending}"


def _write_children(page: Page, history: History, leaderboard: Leaderboard, now: float) -> None:
    if leaderboard.sweep is None:
        page.heading("Children")
    else:
        page.heading(f"Trials, best {leaderboard.sweep.metric_name} first")
    write_trials(page, leaderboard, leaderboard.entries, now)
    if leaderboard.sweep is None:
        _write_sweeps(page, history, leaderboard.parent)
    n_hidden = leaderboard.n_trials - len(leaderboard.entries)
    if n_hidden > 0:
        _write_hidden(page, n_hidden)
        _write_reasons(page, history, leaderboard)


def _write_sweeps(page: Page, history: History, record: RunRecord) -> None:
    sweeps = sweeps_within(history, record)
    if not sweeps:
        return
    page.heading("Sweeps")
    columns = [Column("Run"), Column("Of step", is_long=True, is_note=True), Column("Status")]
    names = {step.run_id: step.display_name for step in history.runs.children(record.run_id)}
    page.table(
        columns,
        [
            [sweep.run_id, names.get(sweep.parent_id or "") or text.NOTHING, sweep.status.value]
            for sweep in sweeps
        ],
    )


def _write_hidden(page: Page, n_hidden: int) -> None:
    if n_hidden:
        page.line(f"... and {n_hidden:,} more: --all shows them.", "dim")


def _write_reasons(page: Page, history: History, leaderboard: Leaderboard) -> None:
    """Write why trials ended early, equal reasons once: their rows may be among the hidden."""
    groups: dict[tuple[str, str | None, str], list[int]] = {}
    for each in ended_for_a_reason(history, leaderboard):
        group = each.status, each.cause, text.one_line(each.reason)
        groups.setdefault(group, []).append(each.key)
    if not groups:
        return
    page.heading("Trials that did not complete")
    ordered = sorted(groups.items(), key=lambda item: -len(item[1]))
    rows = []
    for (_, _, reason), keys in ordered[:_MOST_REASONS]:
        first = history.runs.by_key(keys[0])
        if page.is_terminal:
            reason = text.with_trial_numbers(reason, leaderboard.parent.run_id)
        rows.append([f"{len(keys):,}", text.status(first), trial_number(first), reason])
    columns = [
        Column("Trials", is_number=True),
        Column("Status", is_long=page.is_terminal),
        Column("First", is_number=True),
        Column("Reason", is_long=True, is_note=True),
    ]
    page.table(columns, rows)
    if len(ordered) > len(rows):
        page.line(f"... and {text.counted(len(ordered) - len(rows), 'other reason')}.", "dim")


def _write_trial(page: Page, history: History, record: RunRecord, n_rows: int | None) -> None:
    if record.parameters:
        page.heading("Parameters")
        given = shown_values(record.parameters)
        page.fields((name, text.setting(held)) for name, held in given.items())
    if command := plans.command_of(record):
        page.heading("Command")
        page.command(text.command(command))
    _write_metrics(page, history, record)
    page.chart(partial(_trial_chart, history, record))
    _write_decisions(page, history, record, n_rows)
    folder = history.folder(record.run_id)
    names = folder.file_names()
    if names:
        page.heading("Files")
        page.verbatim(_shown_name(folder, name) for name in names[:n_rows])
        _write_hidden(page, len(names) - len(names[:n_rows]))


def _shown_name(folder: RunFolder, name: str) -> str:
    """Return a file's name, of a link that is not followed with where it leads."""
    leads_to = None if folder.file(name) is not None else folder.link_in(name)
    return name if leads_to is None else f"{name} -> {leads_to}"


def _sweep_chart(history: History, leaderboard: Leaderboard, width: int, is_fine: bool) -> Drawing:
    return draw_sweep(history, leaderboard, width, is_fine=is_fine)


def _trial_chart(history: History, record: RunRecord, width: int, is_fine: bool) -> Drawing:
    return draw_trial(history, record, width, is_fine=is_fine)


def _write_metrics(page: Page, history: History, record: RunRecord) -> None:
    metrics = history.series.summaries(record.run_id)
    if not metrics:
        return
    page.heading("Metrics")
    columns = [
        Column("Metric", is_long=page.is_terminal),
        Column("Logged", is_number=True, optional=1),
        *(Column(name, is_number=True) for name in ("Least", "Greatest")),
        Column("Last", is_number=True, is_long=True),
    ]
    page.table(columns, [_metric_cells(metric) for metric in metrics])


def _metric_cells(metric: Summary) -> list[str]:
    return [
        metric.name,
        f"{metric.n_values:,}",
        text.value(metric.least),
        text.value(metric.greatest),
        text.value(metric.last),
    ]


def _write_decisions(page: Page, history: History, record: RunRecord, n_rows: int | None) -> None:
    decisions = history.decisions.of(record.run_id)
    if not decisions:
        return
    shown = decisions if n_rows is None else decisions[-n_rows:]
    page.heading("Decisions of the policy")
    rows = [
        [str(d.interval), "stop" if d.stop else "go on", text.one_line(d.reason)] for d in shown
    ]
    columns = [
        Column("Interval", is_number=True),
        Column("Verdict"),
        Column("Reason", is_long=True, is_note=True),
    ]
    page.table(columns, rows)
    _write_hidden(page, len(decisions) - len(shown))


def _write_troubles(page: Page, history: History, leaderboard: Leaderboard) -> None:
    record = leaderboard.parent
    trouble = plans.trouble_with(record)
    warnings = [*record.warnings, *([] if trouble is None else [trouble]), *_alarm(leaderboard)]
    if warnings:
        page.heading("Warnings")
        page.block(warnings)
    is_trial = leaderboard.sweep is None and record.status is Status.FAILED
    log_end = _log_end(history, record) if is_trial else []
    if log_end:
        page.heading(f"Last lines of {history.folder(record.run_id).output_log}")
        page.verbatim(log_end)
    elif error := _untold_lines(record):
        page.heading("Error")
        page.verbatim(error)
    if again := rerun_commands(history, leaderboard):
        page.heading("To run it again by hand")
        for command_line in again:
            page.command(command_line)


def _untold_lines(record: RunRecord) -> list[str]:
    """Return the lines of a run's error, without the first one where that has been told."""
    if not record.error:
        return []
    lines = str(record.error.get("message", record.error)).rstrip().splitlines()
    return lines if text.untold_error(record) else lines[1:]


def _alarm(leaderboard: Leaderboard) -> Iterator[str]:
    """Say that all trials fail alike, while there is still something to save."""
    parent = leaderboard.parent
    if leaderboard.sweep is None or parent.status.is_terminal:
        return
    records = [entry.record for entry in leaderboard.entries]
    ended = [record for record in records if record.status.is_terminal]
    ended.sort(key=lambda record: record.ended_at or 0.0)
    reason = first_failures(((each.status, each.reason) for each in ended), ENOUGH)
    if reason is not None:
        yield equal_failures_text(parent.run_id, len(ended), reason)


def _log_end(history: History, record: RunRecord) -> list[str]:
    return last_lines(history.folder(record.run_id).output_log, _FAILURE_LOG_LINES)
