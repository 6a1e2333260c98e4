"""Bench: the curves of a sweep's trials so far, and what the policy says of the newest point.

It knows neither history nor clock: real sweeps and simulated ones are judged here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Policy
from hyperlocal.domain.trial import Curve
from hyperlocal.termination import Verdict, judge

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
        self._curves = {
            trial_id: Curve(trial_id, scores, is_finished=True)
            for trial_id, scores in (known or {}).items()
        }
        self._open: set[str] = set()

    def add(self, trial_id: str, value: float) -> None:
        """Take in the next report of a trial."""
        curve = self._curves.get(trial_id)
        scores = () if curve is None else curve.scores
        self._curves[trial_id] = Curve(trial_id, (*scores, self._goal.score(value)))
        self._open.add(trial_id)

    def judge(self, trial_id: str, running: Collection[str]) -> Judgement | None:
        """Judge a running trial at its newest report; None if the policy does not look at it.

        Args:
            trial_id: The trial.
            running: The trials that have not ended.
        """
        interval = len(self._curves[trial_id].scores)
        if not self._policy.schedule.applies_at(interval):
            return None
        for other_id in [each for each in self._open if each not in running]:
            self._open.remove(other_id)
            scores = self._curves[other_id].scores
            self._curves[other_id] = Curve(other_id, scores, is_finished=True)
        curves = list(self._curves.values())
        return Judgement(interval, judge(self._policy, trial_id, curves, self._goal))
