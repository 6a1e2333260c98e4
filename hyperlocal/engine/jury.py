"""Jury: what the policy says of each new point of the primary metric."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Policy
from hyperlocal.domain.trial import Curve
from hyperlocal.engine.earlier import curves_of
from hyperlocal.history import History
from hyperlocal.termination import judge

__all__ = ["Jury", "Stop"]


class Stop(NamedTuple):
    """A trial that is to be stopped, and why."""

    run_id: str
    interval: int
    reason: str


class Jury:
    """Follows the curves of a sweep's trials. Used by one thread."""

    def __init__(
        self,
        history: History,
        parent_id: str,
        metric_name: str,
        goal: Goal,
        policy: Policy,
        earlier: Iterable[str] = (),
    ) -> None:
        self._history = history
        self._parent_id = parent_id
        self._metric_name = metric_name
        self._goal = goal
        self._policy = policy
        self._last_key = 0
        self._curves: dict[str, Curve] = {}
        self._unfinished: set[str] = set()
        for sweep_id in earlier:  # their trials have ended: they are only compared with
            for trial_id, scores in curves_of(history, sweep_id, metric_name, goal).items():
                self._curves[trial_id] = Curve(trial_id, scores, is_finished=True)

    def stops(self, running: Collection[str]) -> Iterator[Stop]:
        """Judge what was logged since the last call, and record every verdict.

        Points are taken one by one in the order in which they were logged, so that a verdict
        depends on nothing that was logged after the point it is about.

        Args:
            running: The trials that can still be stopped; others are only compared with.
        """
        stopped: set[str] = set()
        for trial_id in self._unfinished - set(running):
            self._unfinished.remove(trial_id)
            self._curves[trial_id] = replace(self._curves[trial_id], is_finished=True)
        points = self._history.metrics.points_after(
            self._parent_id, self._metric_name, self._last_key
        )
        for point in points:
            self._last_key = point.key
            if not point.is_numeric:
                continue
            trial_id = point.run_id
            self._add(trial_id, self._goal.score(float(point.value)), trial_id in running)
            if trial_id not in running or trial_id in stopped:
                continue
            stop = self._judge(trial_id)
            if stop is not None:
                stopped.add(trial_id)
                yield stop

    def _add(self, trial_id: str, score: float, is_running: bool) -> None:
        known = self._curves.get(trial_id)
        scores = (score,) if known is None else (*known.scores, score)
        self._curves[trial_id] = Curve(trial_id, scores, is_finished=not is_running)
        if is_running:
            self._unfinished.add(trial_id)

    def _judge(self, trial_id: str) -> Stop | None:
        interval = len(self._curves[trial_id].scores)
        if not self._policy.schedule.applies_at(interval):
            return None
        # The same objects as long as nothing changes: they remember what was computed of them.
        curves = list(self._curves.values())
        verdict = judge(self._policy, trial_id, curves, self._goal)
        self._history.decisions.add(trial_id, interval, stop=verdict.stop, reason=verdict.reason)
        return Stop(trial_id, interval, verdict.reason) if verdict.stop else None
