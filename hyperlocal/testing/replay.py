"""Replay: a run whose trials do what a test says that they did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hyperlocal.testing.answers import Answers
from hyperlocal.testing.finished import Child, Given
from hyperlocal.testing.runner import TestRunner

if TYPE_CHECKING:
    from hyperlocal.engine.inline import Clock, InlineTrial
    from hyperlocal.history import History
    from hyperlocal.testing.faults import FaultPlan
    from hyperlocal.testing.functions import Function
    from hyperlocal.testing.trial_run import TrialRun

__all__ = ["CannotBe", "Replay"]


class CannotBe(BaseException):
    """What was said of a trial cannot be: the mistake of a test, not the trial's failure."""


class Replay(TestRunner):
    """Lets the trials of a run do what is said of each of them."""

    def __init__(self, history: History, clock: Clock, children: Sequence[Child]) -> None:
        super().__init__(history, clock)
        self.answers = _Nothing()
        self._children = children
        self._sampler = Given(children)

    def check_all_played(self, run_id: str) -> None:
        """Check that there was room for all trials.

        Raises:
            ValueError: As many as may run at once go on for good, and others were to come.
        """
        n_played = len(self._history.runs.children(run_id)) or 1
        if self.open.has(run_id) and n_played < len(self._children):
            raise ValueError(
                f"{n_played} of {len(self._children)} children have a place: as many as the "
                "configuration lets run at once are Running. Raise its max_concurrent_runs."
            )

    def _act(self, number: int, trial: InlineTrial, run: TrialRun, fault_plan: FaultPlan) -> int:
        try:
            return self._children[number].play(run, trial, self._history)
        except Exception as error:
            raise CannotBe(run.id) from error


class _Nothing(Answers):
    """No script is run, nor is a function called."""

    def named(self, script: str) -> Function | None:
        """Return what is never called."""
        return _nothing


def _nothing() -> None:
    """Do nothing: what stands for a script that is not asked for."""
