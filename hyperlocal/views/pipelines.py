"""Pipelines: the steps of a workflow, and the sweeps inside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hyperlocal.domain.sweep import Step, Workflow
from hyperlocal.errors import HyperlocalError
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views.leaderboard import outcome
from hyperlocal.views.plans import plan_of, sweep_of
from hyperlocal.views.text import run_duration

__all__ = ["StepData", "read_steps", "short_ids", "sweeps_within", "with_sweeps"]

_SHORTEST_ID = 11  # `HD_` and the first eight digits
NOT_BEGUN = "NotStarted"


@dataclass(frozen=True)
class StepData:
    """One step of a workflow, as it stands.

    Attributes:
        run_id: The run that it is, or will be.
        work_id: The run that works: that of its sweep, or its own.
        name: What its author calls it.
        outcome: The word under which it is counted; `NotStarted` before it is recorded.
        needs: The steps, by `run_id`, that come before it.
        is_sweep: Whether it is a sweep.
        duration_s: For how long it has run; None before.
        reason: What ended it, as a sentence; None if it simply completed.
    """

    run_id: str
    work_id: str
    name: str
    outcome: str
    needs: tuple[str, ...] = ()
    is_sweep: bool = False
    duration_s: float | None = None
    reason: str | None = None


def read_steps(history: History, record: RunRecord, now: float) -> list[StepData]:
    """Return the steps of a pipeline's run, each after those that it needs; none of another run.

    Args:
        history: What the run is part of.
        record: The pipeline's run.
        now: The time, for steps that run.
    """
    plan = plan_of(record)
    if not isinstance(plan, Workflow):
        return []
    known = {run.run_id: run for run in history.runs.children(record.run_id)}
    return [_step(step, known.get(step.run_id), now) for step in plan.steps]


def _step(step: Step, run: RunRecord | None, now: float) -> StepData:
    return StepData(
        step.run_id,
        step.run_id if run is None else step.work_id,
        step.name,
        NOT_BEGUN if run is None else outcome(run),
        step.needs,
        bool(step.sweep_id),
        None if run is None else run_duration(run, now),
        None if run is None else run.reason,
    )


def sweeps_within(history: History, record: RunRecord) -> list[RunRecord]:
    """Return the sweeps that a pipeline's steps have started, newest first."""
    if not isinstance(plan_of(record), Workflow):
        return []
    steps = history.runs.children(record.run_id)
    below = [run for step in steps for run in history.runs.children(step.run_id)]
    return [run for run in below if sweep_of(run) is not None]


def with_sweeps(history: History, records: Iterable[RunRecord]) -> Iterator[RunRecord]:
    """Return runs, newest first, with the sweeps of pipelines before these."""
    known = list(records)
    listed = {record.run_id for record in known}
    for record in known:
        for sweep in sweeps_within(history, record):
            if sweep.run_id not in listed:
                yield sweep
        yield record


def short_ids(history: History, records: Iterable[RunRecord]) -> dict[str, str]:
    """Return what may be typed in place of the ids of those that are sweeps of pipelines."""
    return {
        record.run_id: _short_id(history, record.run_id)
        for record in records
        if record.parent_id is not None and sweep_of(record) is not None
    }


def _short_id(history: History, run_id: str) -> str:
    for length in range(_SHORTEST_ID, len(run_id)):
        try:
            if history.runs.find(run_id[:length]).run_id == run_id:
                return run_id[:length]
        except HyperlocalError:
            continue
    return run_id
