"""Stopping state: the curves of a sweep's trials, and what the policy says of the newest point.

It knows neither history nor clock: real sweeps and simulated ones are judged here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Policy
from hyperlocal.domain.trial import Curve, GrowingCurve
from hyperlocal.termination import EndedTrials, Peers, Verdict, judge

__all__ = ["Judgement", "StoppingState"]


class Judgement(NamedTuple):
    """What the policy said of a trial, and at which interval."""

    interval: int
    verdict: Verdict


class StoppingState:
    """Follows curves. Used by one thread.

    Args:
        goal: Turns the metric into scores.
        policy: The rule.
        known: Scores of trials that have ended before: they are only compared with.
    """

    def __init__(
        self, goal: Goal, policy: Policy, known: Mapping[str, Sequence[float]] | None = None
    ) -> None:
        self._goal = goal
        self._policy = policy
        self._open: dict[str, GrowingCurve] = {}
        self._closed: dict[str, Sequence[float]] = dict(known or {})
        self._ended = EndedTrials(
            Curve(trial_id, scores, is_finished=True) for trial_id, scores in self._closed.items()
        )

    def add(self, trial_id: str, value: float) -> None:
        """Take in the next report of a trial."""
        if trial_id not in self._open:
            # Of a trial that was taken to have ended, what it had then stays as it was.
            self._open[trial_id] = GrowingCurve(trial_id, self._closed.get(trial_id, ()))
        self._open[trial_id].add(self._goal.score(value))

    def judge(self, trial_id: str, running: Collection[str]) -> Judgement | None:
        """Judge a running trial at its newest report; None if the policy does not look at it.

        Args:
            trial_id: The trial.
            running: The trials that have not ended.
        """
        own = self._open[trial_id]
        interval = len(own.scores)
        if not self._policy.schedule.applies_at(interval):
            return None
        for other_id in [each for each in self._open if each not in running]:
            closed = self._open.pop(other_id)
            self._closed[other_id] = closed.scores
            self._ended.add(closed)
        rivals = [curve for curve in self._open.values() if curve is not own]
        peers = Peers(rivals, self._ended)
        return Judgement(interval, judge(self._policy, own, peers, self._goal))
