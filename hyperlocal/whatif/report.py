"""Report: a comparison as text: a table of settings, and of the trials that each stops."""

from __future__ import annotations

from collections.abc import Sequence

from hyperlocal.domain.ranking import best_number
from hyperlocal.views import text
from hyperlocal.views.page import Column, Page
from hyperlocal.whatif.outcome import Outcome, Outcomes, Played

__all__ = ["write"]


def write(page: Page, comparison: Outcomes, n_rows: int | None = 10) -> None:
    """Write a comparison.

    Args:
        page: Where to.
        comparison: What was compared.
        n_rows: How many stopped trials are listed of each; None for all.
    """
    recording = comparison.recording
    page.line(
        f"{recording.name}: {text.counted(len(recording.trials), 'trial')}, "
        f"to {recording.goal.value} {recording.metric_name}"
    )
    page.line()
    _write_settings(page, comparison)
    for outcome in comparison.outcomes:
        _write_stopped(page, outcome, n_rows)
    for note in comparison.notes:
        page.line()
        page.line(f"Note: {note}")


def _write_settings(page: Page, comparison: Outcomes) -> None:
    outcomes = [comparison.recorded, *comparison.outcomes]
    shows_sampling = any(outcome.sampling != "recorded" for outcome in outcomes)
    columns = [
        Column("Policy", is_note=page.is_terminal),
        *([Column("Sampling")] if shows_sampling else []),
        Column("At once", is_number=True, optional=1),
        Column("Tried", is_number=True, optional=2),
        Column("Stopped", is_number=True),
        Column("Cut", is_number=True, optional=3),
        Column("Compute", is_number=True),
        Column("Saved", is_number=True),
        Column("Took", is_number=True),
        Column("Best", is_number=True),
        Column("Regret", is_number=True),
        Column("Best trial", is_long=True, is_note=page.is_terminal),
    ]
    rows = [_cells(outcome, shows_sampling) for outcome in outcomes]
    rows[0][0] += " (as it was)"
    page.table(columns, rows)


def _cells(outcome: Outcome, shows_sampling: bool) -> list[str]:
    best = outcome.best
    return [
        outcome.policy,
        *([outcome.sampling] if shows_sampling else []),
        str(outcome.concurrency),
        str(len(outcome.trials)),
        str(len(outcome.stopped)),
        str(len(outcome.cut)),
        text.duration(outcome.compute_s),
        text.percent(outcome.saved_share),
        text.duration(outcome.wall_s),
        text.value(None if best is None else best[1]),
        text.value(outcome.regret, text.SHORT_DIGITS),  # a difference, with its rounding
        _fault_plan(outcome.best_recorded),
    ]


def _fault_plan(best: Played | None) -> str:
    """Say what became of the trial that was the best."""
    if best is None:
        return "not tried"
    if best.stopped_at is not None:
        return f"trial {best.trial_id} stopped at {best.stopped_at}"
    return f"trial {best.trial_id} kept"


def _write_stopped(page: Page, outcome: Outcome, n_rows: int | None) -> None:
    if not outcome.stopped:
        return
    shown: Sequence[Played] = outcome.stopped[:n_rows]
    where = "" if outcome.sampling == "recorded" else f", {outcome.sampling} sampling"
    page.heading(f"Stopped by {outcome.policy}, {outcome.concurrency} at once{where}")
    columns = [
        Column("Trial", is_number=True),
        Column("Interval", is_number=True),
        Column("After", is_number=True),
        Column("Saved", is_number=True),
        Column("Best by then", is_number=True),
        Column("Best recorded", is_number=True),
        Column("Reason", is_long=True, is_note=True),
    ]
    page.table(columns, [_stopped_cells(outcome, trial) for trial in shown])
    hidden = len(outcome.stopped) - len(shown)
    if hidden:
        page.line(f"... and {hidden} more (--all shows them)")


def _stopped_cells(outcome: Outcome, trial: Played) -> list[str]:
    recording = outcome.recording
    recorded = best_number(recording.goal, trial.recorded.values(recording.metric_name))
    return [
        trial.trial_id,
        str(trial.stopped_at),
        text.duration(trial.ran_s),
        text.duration(trial.saved_s),
        text.value(best_number(recording.goal, trial.values)),
        text.value(recorded),
        text.one_line(trial.reason or text.NOTHING),
    ]
