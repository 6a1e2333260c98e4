"""Bench: the curves of a sweep's trials so far, and what the policy says of the newest point.

It knows neither history nor clock: real sweeps and simulated ones are judged here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Policy
from hyperlocal.domain.trial import Curve
from hyperlocal.termination import Ended, Field, Verdict, judge_among

__all__ = ["Bench", "Judgement"]


class Judgement(NamedTuple):
    """What the policy said of a trial, and at which interval."""

    interval: int
    verdict: Verdict


class Bench:
    """Follows curves. Used by one thread.

    Args:
        goal: Turns the metric into scores.
        policy: The rule.
        known: Scores of trials that have ended before: they are only compared with.
    """

    def __init__(
        self, goal: Goal, policy: Policy, known: Mapping[str, tuple[float, ...]] | None = None
    ) -> None:
        self._goal = goal
        self._policy = policy
        self._scores = dict(known or {})
        self._open: dict[str, Curve] = {}
        self._ended = Ended(
            Curve(trial_id, scores, is_finished=True) for trial_id, scores in self._scores.items()
        )

    def add(self, trial_id: str, value: float) -> None:
        """Take in the next report of a trial."""
        scores = (*self._scores.get(trial_id, ()), self._goal.score(value))
        self._scores[trial_id] = scores
        self._open[trial_id] = Curve(trial_id, scores)

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
            self._ended.add(self._open.pop(other_id))
        rivals = [curve for curve in self._open.values() if curve is not own]
        field = Field(rivals, self._ended)
        return Judgement(interval, judge_among(self._policy, own, field, self._goal))
