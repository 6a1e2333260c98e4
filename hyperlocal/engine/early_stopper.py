"""Early stopper: what the policy says of each new point of the primary metric."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Policy
from hyperlocal.domain.sweep import Sweep
from hyperlocal.engine.prior_sweeps import curves_of
from hyperlocal.engine.stopping_state import StoppingState
from hyperlocal.history import History

__all__ = ["EarlyStopper", "Stop", "early_stopper_for"]

_MOST_AT_ONCE = 500


class Stop(NamedTuple):
    """A trial that is to be stopped, and why."""

    run_id: str
    interval: int
    reason: str


class EarlyStopper:
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
        self._tail = history.tail(parent_id, metric_name)
        # Their trials have ended: they are only compared with.
        self._state = StoppingState(goal, policy, curves_of(history, earlier, metric_name, goal))

    def stops(self, running: Collection[str]) -> Iterator[Stop]:
        """Judge what was logged since the last call, and record every verdict.

        Points are taken one by one in the order in which they were logged, so that a verdict
        depends on nothing that was logged after the point it is about. Verdicts are recorded by
        the hundred, for a transaction costs more than a verdict; but a stop before it is
        returned.

        Args:
            running: The trials that can still be stopped; others are only compared with.
        """
        stopped: set[str] = set()
        verdicts: list[tuple[str, int, bool, str]] = []
        try:
            for point in self._tail.new_points():
                if not point.is_numeric:
                    continue
                trial_id = point.run_id
                self._state.add(trial_id, float(point.value))
                if trial_id not in running or trial_id in stopped:
                    continue
                judgement = self._state.judge(trial_id, running)
                if judgement is None:
                    continue
                interval, verdict = judgement
                verdicts.append((trial_id, interval, verdict.stop, verdict.reason))
                if verdict.stop or len(verdicts) >= _MOST_AT_ONCE:
                    self._record(verdicts)
                if verdict.stop:
                    stopped.add(trial_id)
                    yield Stop(trial_id, interval, verdict.reason)
        finally:  # what was judged before something failed was judged
            self._record(verdicts)

    def _record(self, verdicts: list[tuple[str, int, bool, str]]) -> None:
        if verdicts:
            written, verdicts[:] = list(verdicts), []
            self._history.decisions.add_many(written)


def early_stopper_for(history: History, run_id: str, sweep: Sweep) -> EarlyStopper | None:
    """Return who judges the trials of a sweep; None if it has no policy."""
    if sweep.policy is None:
        return None
    return EarlyStopper(
        history, run_id, sweep.metric_name, sweep.goal, sweep.policy, sweep.prior_sweeps
    )
