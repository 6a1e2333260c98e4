"""What should hold of the history's records."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hyperlocal.domain.parameters import identity
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.engine.doctor.finding import Finding
from hyperlocal.engine.ownership import goes_on, has_opener
from hyperlocal.engine.recovery import settle
from hyperlocal.errors import PlanError
from hyperlocal.history import History, RunRecord
from hyperlocal.history.plans import plan_of
from hyperlocal.search import space_size

__all__ = [
    "check_controllers",
    "check_decisions",
    "check_numbers",
    "check_parameters",
    "check_points",
    "check_statuses",
]

_REPORT = "This is a bug of hyperlocal or the work of another program: please report it."


def check_statuses(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """A run has an end if and only if its status is final, and a cause only if it ended so."""
    for run in runs:
        if run.status is Status.UNREADABLE:
            continue
        if run.status.is_terminal != (run.ended_at is not None):
            has = "no time of end" if run.ended_at is None else "a time of end"
            yield Finding(run.run_id, f"It is {run.status.value} with {has}.", _REPORT)
        if run.cause is not None and run.status not in (Status.FAILED, Status.CANCELED):
            yield Finding(
                run.run_id, f"It is {run.status.value}, with a cause ({run.cause.value}).", _REPORT
            )


def check_controllers(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """Somebody looks after every run that has not ended."""
    by_id = {run.run_id: run for run in runs}
    for run in runs:
        if run.status.is_terminal:
            continue
        if run.plan is not None:
            yield from _check_controller(history, run)
        elif run.parameters is not None:
            parent = by_id.get(run.parent_id or "")
            if parent is not None and parent.status.is_terminal:
                ended = f"its sweep has ended ({parent.status.value})"
                yield Finding(run.run_id, f"It is {run.status.value}, but {ended}.", _REPORT)
        elif not has_opener(history, run):
            yield Finding(
                run.run_id,
                f"It is {run.status.value}, but the process that opened it, {run.pid}, is gone.",
                "Nobody can complete it any more; --repair declares it failed.",
                partial(settle, history, run.run_id),
            )


def _check_controller(history: History, run: RunRecord) -> Iterator[Finding]:
    if goes_on(history, run) or history.runs.get(run.run_id).status.is_terminal:
        return
    yield Finding(
        run.run_id,
        f"It is {run.status.value}, but its controller is gone.",
        f"`hyperlocal show {run.run_id}` or --repair brings it to an end, `hyperlocal resume "
        f"{run.run_id}` lets a sweep go on.",
        partial(settle, history, run.run_id),
    )


def check_numbers(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """A sweep's trials are numbered from 0, without holes, and are no more than it may have."""
    for parent, sweep, trials in _sweeps(runs):
        numbers = [trial.run_id.removeprefix(f"{parent.run_id}_") for trial in trials]
        if sorted(numbers) != sorted(map(str, range(len(trials)))):
            yield Finding(parent.run_id, f"Its trials are numbered {', '.join(numbers)}.", _REPORT)
        if len(trials) > sweep.limits.max_trials:
            yield Finding(
                parent.run_id,
                f"It has {len(trials)} trials, but may have {sweep.limits.max_trials}.",
                _REPORT,
            )


def check_parameters(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """In a space with an end nothing is tried twice."""
    for parent, sweep, trials in _sweeps(runs):
        if space_size(sweep.space) is None:
            continue
        seen: dict[str, str] = {}
        for trial in trials[len(sweep.resumed) :]:
            first = seen.setdefault(identity(trial.parameters or {}), trial.run_id)
            if first != trial.run_id:
                yield Finding(
                    parent.run_id,
                    f"Trials {first} and {trial.run_id} have the same parameters.",
                    _REPORT,
                )


def check_points(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """Every metric point belongs to a run, and to its lifetime."""
    for table, count in history.integrity.strays().items():
        yield Finding(
            None,
            f"The table {table!r} has {count} rows of runs that are not there.",
            "They show nowhere; --repair removes them.",
            history.integrity.remove_strays,
        )
    for run_id, count in history.integrity.late_points().items():
        yield Finding(
            run_id,
            f"{count} metric points were logged after its end.",
            "Either the clock was set back, or a process outlived its trial and ran on.",
        )


def check_decisions(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """Every interval is judged once, and what a policy stopped has a verdict."""
    for run_id, interval in history.integrity.repeated_decisions().items():
        yield Finding(run_id, f"It was judged more than once at interval {interval}.", _REPORT)
    for run_id in history.integrity.stopped_without_decision():
        yield Finding(run_id, "The policy stopped it, but no verdict is recorded.", _REPORT)


def _sweeps(runs: list[RunRecord]) -> Iterator[tuple[RunRecord, Sweep, list[RunRecord]]]:
    """Return every sweep with its plan and its trials, first trial first."""
    trials: dict[str | None, list[RunRecord]] = {}
    for run in reversed(runs):
        if run.parameters is not None:
            trials.setdefault(run.parent_id, []).append(run)
    for run in runs:
        try:
            plan = plan_of(run)
        except PlanError:  # which is a finding of its own
            continue
        if isinstance(plan, Sweep):
            yield run, plan, trials.get(run.run_id, [])
