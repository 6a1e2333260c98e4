"""Acting: what is done in place of a trial's process, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperlocal.engine.inline import STOPPED, Body, Clock, InlineTrial
from hyperlocal.testing.answers import Answers
from hyperlocal.testing.faults import FaultPlan, TrialFaults
from hyperlocal.testing.functions import call
from hyperlocal.testing.stage import say_last, stage, write_traceback
from hyperlocal.testing.trial_run import TrialEnded, TrialRun, exit_code_of

if TYPE_CHECKING:
    from hyperlocal.engine.trial import TrialSpec
    from hyperlocal.history import History

__all__ = ["Acting"]


class Acting:
    """What stands for scripts, and goes wrong with them.

    Attributes:
        answers: The functions.
        faults: What is to go wrong with a trial, by its number.
        n_threads: How many trials run side by side.
        cancel_after_s: When the user cancels each sweep.
        cancel_at_trial: With the beginning of which trial.
    """

    def __init__(self, history: History, clock: Clock) -> None:
        self.answers = Answers()
        self.faults: dict[int, TrialFaults] = {}
        self.n_threads = 1
        self.cancel_after_s: float | None = None
        self.cancel_at_trial: int | None = None
        self._history = history
        self._clock = clock

    @property
    def is_disturbed(self) -> bool:
        """Whether anything is to go wrong."""
        is_cancelled = self.cancel_at_trial is not None or self.cancel_after_s is not None
        return bool(self.faults) or is_cancelled

    def _body_of(self, metric_name: str | None, is_step: bool, spec: TrialSpec) -> Body:
        """Return what is done in place of a process.

        Args:
            metric_name: The primary metric, if it is a sweep's trial.
            is_step: Whether it is a step's script, of which nothing is said.
            spec: The trial, or single run.
        """
        number = 0 if metric_name is None else int(spec.run_id.rpartition("_")[2])
        faults = None if is_step else self.faults.get(number)

        def body(trial: InlineTrial) -> int:
            fault_plan = FaultPlan(trial, metric_name, faults)
            run = TrialRun(self._history, trial, fault_plan)
            with stage(trial, run, is_alone=self.n_threads == 1):
                try:
                    if not is_step:
                        self._cancel_if_due(number, trial)
                    return self._act(number, trial, run, fault_plan)
                except TrialEnded as ended:
                    return ended.exit_code
                except SystemExit as ended:
                    if not isinstance(ended.code, (int, type(None))):
                        say_last(f"{ended.code}\n", trial)
                    return exit_code_of(ended)
                except Exception as error:  # as an interpreter does
                    write_traceback(error, trial)
                    return 1

        return body

    def _act(self, number: int, trial: InlineTrial, run: TrialRun, fault_plan: FaultPlan) -> int:
        """Do what a trial does; return its exit code."""
        command = trial.spec.command
        function = self.answers.of(command)
        assert function is not None
        trial.look()
        if trial.is_stopped:
            raise TrialEnded(STOPPED)
        fault_plan.begin()
        call(function, run, command[2:], run._record.parameters or {})
        return 0

    def _cancel_if_due(self, number: int, trial: InlineTrial) -> None:
        if number == self.cancel_at_trial:
            parent_id = self._history.runs.get(trial.run_id).parent_id
            self._history.runs.request_cancel(parent_id or trial.run_id)
