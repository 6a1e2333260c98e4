"""Learnt: what a sweep that has ended leaves to know: what mattered, was saved and failed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from hyperlocal.domain.failures import alike
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views import text
from hyperlocal.views.leaderboard import Leaderboard, read_standing, trial_number
from hyperlocal.views.page import Page

__all__ = ["learnt_lines", "write", "write_whole"]

_MOST_TRIALS = 2_000  # more take longer to read than anybody waits at the end of a script
_MOST_REASONS = 3


def write(page: Page, history: History, record: RunRecord, *, has_time: bool) -> None:
    """Write what was learnt, for who has just seen how the sweep ended and its best trial.

    Args:
        page: Where to.
        history: What the run is part of.
        record: The run.
        has_time: Whether the reader waits for what takes long to be worked out, which is what
            mattered; else it is told how to ask for it.
    """
    for line in learnt_lines(history, record, has_time=has_time):
        page.line(line, indent="  ")


def write_whole(page: Page, history: History, record: RunRecord) -> None:
    """Write how a sweep ended, its best trial and what was learnt; nothing of any other run."""
    leaderboard = read_standing(history, record, 1)
    if leaderboard.sweep is None:
        return
    counts = ", ".join(f"{n:,} {word}" for word, n in leaderboard.counts.items())
    trials = text.counted(leaderboard.n_trials, "trial") + (f" ({counts})" if counts else "")
    took = text.duration(text.run_duration(record, record.ended_at or 0.0))
    page.line(f"{record.run_id}: {text.status(record)}, {trials} in {took}", indent="  ")
    page.line(f"Best: {_best(leaderboard, leaderboard.sweep)}", indent="  ")
    write(page, history, record, has_time="sklearn.ensemble" in sys.modules)


def learnt_lines(history: History, record: RunRecord, *, has_time: bool = True) -> Iterator[str]:
    """Yield what a sweep has taught, a line each, and where to look; nothing of other runs."""
    leaderboard = read_standing(history, record, 1)
    if leaderboard.sweep is None:
        return
    trials: Sequence[RunRecord] = []
    if leaderboard.n_trials <= _MOST_TRIALS:
        trials = history.runs.children_after(record.run_id, 0)
    failed = [trial for trial in trials if trial.status is Status.FAILED]
    yield from _stopped(leaderboard, trials)
    yield from _failed(failed)
    yield from _where_to_look(record.run_id, failed, has_time=has_time)
    if has_time and trials and leaderboard.best is not None:
        yield _mattered(history, record)  # at last: the rest can be read while it is worked out


def _mattered(history: History, record: RunRecord) -> str:
    from hyperlocal.views.mattered import mattered_line, read_importance

    return mattered_line(read_importance(history, record))


def _best(leaderboard: Leaderboard, sweep: Sweep) -> str:
    best = leaderboard.best
    name = text.one_line(sweep.metric_name)
    if best is None:
        return f"none, as no trial logged {name} as a number"
    return (
        f"trial {trial_number(best.record)}, {name} {text.value(best.metric)}, "
        f"{text.parameters(best.record.parameters)}"
    )


def _stopped(leaderboard: Leaderboard, trials: Sequence[RunRecord]) -> Iterator[str]:
    """Say what the policy stopped, and what that saved.

    A trial that was stopped is taken to have gone on for as long as those that completed.
    """
    stopped = [_took(trial) for trial in trials if trial.cause is Cause.POLICY]
    completed = [_took(trial) for trial in trials if trial.status is Status.COMPLETED]
    if not stopped:
        return
    saved = ""
    if completed:
        usual = sum(completed) / len(completed)
        left = sum(max(usual - took, 0.0) for took in stopped)
        whole = left + sum(map(_took, trials))
        if whole > 0:
            share = text.percent(left / whole)
            saved = f", which saved about {text.duration(left)} of computing ({share})"
    n_trials = f"{len(stopped):,} of {text.counted(leaderboard.n_trials, 'trial')}"
    yield f"Stopped by the policy: {n_trials}{saved}"


def _took(trial: RunRecord) -> float:
    return text.run_duration(trial, trial.ended_at or 0.0) or 0.0


def _failed(failed: Sequence[RunRecord]) -> Iterator[str]:
    """Say why trials failed, once what is the same but for the numbers in it."""
    groups: dict[str, list[RunRecord]] = {}
    for trial in failed:
        groups.setdefault(alike(trial.reason or ""), []).append(trial)
    ordered = sorted(groups.values(), key=len, reverse=True)
    for trials in ordered[:_MOST_REASONS]:
        first = trials[0]
        of = f"trial {trial_number(first)}"
        if len(trials) > 1:
            of = f"{text.counted(len(trials), 'trial')}, the first {of}"
        reason = text.one_line(first.reason or "for an unknown reason")
        yield f"Failed: {of}: {reason}"
    if len(ordered) > _MOST_REASONS:
        yield f"... and {text.counted(len(ordered) - _MOST_REASONS, 'other reason')}"


def _where_to_look(run_id: str, failed: Sequence[RunRecord], *, has_time: bool) -> Iterator[str]:
    if has_time:
        yield f"All trials: hyperlocal show {run_id}"
    else:
        yield f"All trials, and what mattered: hyperlocal show {run_id} --importance"
    if failed:
        yield f"What the first that failed printed: hyperlocal logs {failed[0].run_id}"
    yield "Charts: hyperlocal studio"
