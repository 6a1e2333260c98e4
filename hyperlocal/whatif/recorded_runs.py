"""Recorded runs: a sweep of the history as a recording."""

from __future__ import annotations

import heapq
import statistics
from collections.abc import Iterable, Sequence

from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import SamplingKind, Sweep
from hyperlocal.domain.trial_trace import Report, TrialTrace
from hyperlocal.engine.supervisor import POLL_S
from hyperlocal.errors import SweepError
from hyperlocal.history import Decision, History, MetricPoint, RunRecord
from hyperlocal.history.plans import plan_of
from hyperlocal.whatif.recorded import RecordedSweep, RecordedTrial

__all__ = ["recording_of"]


def recording_of(history: History, run_id: str) -> RecordedSweep:
    """Return the recording of a sweep that has ended."""
    record = history.runs.get(run_id)
    sweep = plan_of(record)
    if not isinstance(sweep, Sweep):
        raise SweepError(f"Run {run_id} is no sweep: there are no trials to replay.")
    if not record.status.is_terminal:
        raise SweepError(
            f"Run {run_id} is {record.status.value}. Wait until it has ended, or cancel it."
        )
    children = history.runs.children_after(run_id, 0)
    ran = [c for c in children if c.started_at is not None and c.ended_at is not None]
    trials = _trials(history, record, sweep, ran)
    return RecordedSweep(
        name=run_id,
        metric_name=sweep.metric_name,
        goal=sweep.goal,
        trials=tuple(trials),
        concurrency=_concurrency(ran),
        policy=sweep.policy,
        space=sweep.space,
        reaction_s=POLL_S,
        notes=tuple(_notes(sweep, len(children) - len(ran))),
    )


def _notes(sweep: Sweep, n_missing: int) -> Iterable[str]:
    if n_missing:
        yield f"{n_missing} of its trials never ran, and are left out."
    if sweep.sampling.kind is SamplingKind.BAYESIAN:
        yield (
            "Its parameters were chosen by Bayesian sampling, which went by earlier results: "
            "another policy or concurrency would have led to others."
        )
    if sweep.prior_sweeps:
        yield "It was built on earlier sweeps; its policy compared with their trials, too."


def _trials(
    history: History, parent: RunRecord, sweep: Sweep, ran: Sequence[RunRecord]
) -> list[RecordedTrial]:
    points: dict[str, list[MetricPoint]] = {}
    for point in history.metrics.points_of_children(parent.run_id, sweep.metric_name):
        points.setdefault(point.run_id, []).append(point)
    stops: dict[str, Decision] = {}
    for decision in history.decisions.of_children(parent.run_id):
        if decision.stop:
            stops.setdefault(decision.run_id, decision)
    lags = {
        child.run_id: _lag(child, points.get(child.run_id, ()), stops[child.run_id])
        for child in ran
        if child.cause is Cause.POLICY and child.run_id in stops
    }
    usual_lag_s = statistics.median(lags.values()) if lags else 0.0
    delays = _delays(ran, _concurrency(ran))
    trials = []
    for child, delay_s in zip(ran, delays, strict=True):
        stop = stops.get(child.run_id) if child.cause is Cause.POLICY else None
        trials.append(
            RecordedTrial(
                trial_id=child.run_id.removeprefix(f"{parent.run_id}_"),
                parameters=child.parameters or {},
                trace=_trace(
                    child,
                    points.get(child.run_id, ()),
                    delay_s,
                    lags.get(child.run_id, usual_lag_s),
                ),
                stopped_at=None if stop is None else stop.interval,
            )
        )
    return trials


def _trace(
    child: RunRecord, points: Sequence[MetricPoint], delay_s: float, lag_s: float
) -> TrialTrace:
    assert child.started_at is not None
    assert child.ended_at is not None
    reports, at_s = [], 0.0
    for point in points:
        at_s = max(at_s, point.logged_at - child.started_at)  # a clock may have been set back
        reports.append(Report(at_s, {point.name: point.value}))
    is_failure = child.status is Status.FAILED
    return TrialTrace(
        tuple(reports),
        duration_s=max(at_s, child.ended_at - child.started_at),
        delay_s=delay_s,
        stop_lag_s=lag_s,
        exit_code=(child.exit_code or 1) if is_failure else 0,
        error=child.reason if is_failure else None,
        is_cut=child.status is Status.CANCELED,
    )


def _lag(child: RunRecord, points: Sequence[MetricPoint], stop: Decision) -> float:
    """Return how long after the report for which it was stopped a trial had ended."""
    numeric = [point for point in points if point.is_numeric]
    if child.ended_at is None or len(numeric) < stop.interval:
        return 0.0
    return max(0.0, child.ended_at - numeric[stop.interval - 1].logged_at)


def _concurrency(ran: Sequence[RunRecord]) -> int:
    """Return how many trials there were at once, at most."""
    changes = [(child.created_at, 1) for child in ran]
    changes += [(child.ended_at or child.created_at, -1) for child in ran]
    now = most = 0
    for _, change in sorted(changes):  # at the same moment, ends before beginnings
        now += change
        most = max(most, now)
    return max(most, 1)


def _delays(ran: Sequence[RunRecord], slots: int) -> list[float]:
    """Return how long after a slot was free for it each trial began to run."""
    free = [min((child.created_at for child in ran), default=0.0)] * slots
    delays = []
    for child in ran:
        since = heapq.heappop(free)
        began, ended = child.started_at or since, child.ended_at or since
        delays.append(max(0.0, began - since))
        heapq.heappush(free, ended)
    return delays
