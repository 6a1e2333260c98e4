"""Stopping: what the policy said of one trial at each interval, and the metric that it asked for.

The trial's reports are judged once more, by the rules of `hyperlocal.termination`, among what all
trials had reported by then. What was decided at the time is in the history, and comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, Policy
from hyperlocal.domain.trial import Curve as ScoreCurve
from hyperlocal.domain.trial import GrowingCurve
from hyperlocal.errors import HyperlocalError
from hyperlocal.history.store import History
from hyperlocal.termination import EndedTrials, Peers, judge
from hyperlocal.views.sweep_data import Curve, Rise, SweepData
from hyperlocal.views.sweep_reader import SweepReader

__all__ = ["Judged", "Judgements", "curves_to_judge", "judged_again", "read_judgements"]

_MOST_NOT_DUE = 300  # intervals: of longer curves, only what is judged is worked out


class Judged(NamedTuple):
    """What was said of a trial at one interval.

    Attributes:
        interval: Which report it was, from 1.
        best: The trial's best by then; None without a finite number.
        threshold: The metric that it had to reach; None if there was nothing to compare with.
        stop: Whether it was to be stopped.
        reason: Why, or why not, in numbers.
        is_due: Whether the policy looks at a trial at this interval at all; if not, this is what
            it would have said.
    """

    interval: int
    best: float | None
    threshold: float | None
    stop: bool
    reason: str
    is_due: bool = True


@dataclass(frozen=True)
class Judgements:
    """What the policy said of one trial.

    Attributes:
        curve: What the trial reported.
        judged: At each interval: those at which it is not looked at are left out if they are many.
        n_differ: At how many of these something else was decided at the time, as the controller
            looks a moment later than a trial reports.
    """

    curve: Curve
    judged: Sequence[Judged]
    n_differ: int = 0


def curves_to_judge(reader: SweepReader, run_id: str) -> dict[str, Curve]:
    """Return the curves that a trial has to be judged by: of as few trials as there can be.

    A bandit compares with the best so far alone, so those that made the best better are enough;
    the other policies compare with all trials.

    Args:
        reader: Follows the sweep.
        run_id: The trial.
    """
    data = reader.read()
    sweep = data.sweep
    if sweep is None or not isinstance(sweep.policy, Bandit):
        return reader.curves([trial.run_id for trial in data.trials])
    rises: dict[str, list[Rise]] = {}
    for rise in reader.rises():
        rises.setdefault(rise.run_id, []).append(rise)
    curves = {
        each: Curve(
            each,
            sweep.metric_name,
            tuple(rise.value for rise in told),
            tuple(rise.at for rise in told),
            (None,) * len(told),
        )
        for each, told in rises.items()
    }
    return curves | reader.curves([run_id])


def read_judgements(
    history: History, data: SweepData, curves: Mapping[str, Curve], run_id: str
) -> Judgements:
    """Return what the policy said of a trial.

    Args:
        history: What the sweep is part of.
        data: The sweep.
        curves: What its trials reported of the primary metric: all, or `curves_to_judge`.
        run_id: The trial.

    Raises:
        HyperlocalError: The sweep has no policy, or the trial has reported nothing.
    """
    sweep, own = data.sweep, curves.get(run_id)
    if sweep is None or sweep.policy is None:
        raise HyperlocalError(f"{data.run_id} has no policy that could have stopped a trial.")
    if own is None:
        raise HyperlocalError(f"{run_id} has reported no number of {sweep.metric_name}.")
    ends = {trial.run_id: trial.ended_at for trial in data.trials if trial.ended_at is not None}
    known = [
        ScoreCurve(each.run_id, [sweep.goal.score(float(v)) for v in each.numbers()], True)
        for prior in sweep.prior_sweeps
        for each in history.series.of_children(prior, sweep.metric_name)
    ]
    again = judged_again(sweep.policy, sweep.goal, own, curves.values(), ends, known)
    decided = {each.interval: each for each in history.decisions.of(run_id)}
    judged, n_differ = [], 0
    for each in again:
        then = decided.get(each.interval)
        if then is not None and each.is_due:
            n_differ += then.stop != each.stop
            each = each._replace(stop=then.stop, reason=then.reason)
        judged.append(each)
    return Judgements(own, judged, n_differ)


def judged_again(
    policy: Policy,
    goal: Goal,
    own: Curve,
    curves: Iterable[Curve],
    ends: Mapping[str, float],
    known: Iterable[ScoreCurve] = (),
) -> list[Judged]:
    """Judge a trial's reports by what all trials had reported by then.

    Args:
        policy: The policy.
        goal: Which way the metric is better.
        own: What the trial reported.
        curves: What all trials reported.
        ends: When trials ended that have: run id to time.
        known: Curves of trials that had ended before the sweep began.
    """
    if not own.times:
        return []
    latest = own.times[-1]
    reports = [
        (at, place, curve.run_id, value)
        for curve in curves
        if curve.run_id != own.run_id
        for place, (at, value) in enumerate(zip(curve.times, curve.values, strict=True))
        if at <= latest
    ]
    reports.sort(reverse=True)
    room = _Room(goal, ends, known)
    mine = GrowingCurve(own.run_id)
    judged = []
    for interval, (at, value) in enumerate(zip(own.times, own.values, strict=True), start=1):
        while reports and reports[-1][0] <= at:
            _, _, run_id, report = reports.pop()
            room.add(run_id, report)
        mine.add(goal.score(value))
        is_due = policy.schedule.applies_at(interval)
        if is_due or len(own.times) <= _MOST_NOT_DUE:
            verdict = judge(policy, mine, room.peers(at), goal)
            best = None if mine.best is None else goal.metric(mine.best)
            judged.append(
                Judged(interval, best, verdict.threshold, verdict.stop, verdict.reason, is_due)
            )
    return judged


class _Room:
    """The other trials, as far as they had come."""

    def __init__(self, goal: Goal, ends: Mapping[str, float], known: Iterable[ScoreCurve]) -> None:
        self._goal = goal
        self._ends = ends
        self._ended = EndedTrials(known)
        self._open: dict[str, GrowingCurve] = {}

    def add(self, run_id: str, value: float) -> None:
        """Take in a report."""
        self._open.setdefault(run_id, GrowingCurve(run_id)).add(self._goal.score(value))

    def peers(self, now: float) -> Peers:
        """Return who there was to compare with."""
        for run_id in [each for each in self._open if self._ends.get(each, now) < now]:
            self._ended.add(self._open.pop(run_id))
        return Peers(list(self._open.values()), self._ended)
