"""The run that a function logs into, and that `Run.get_context()` gives inside of it."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _current
from hyperlocal.azureml.core._run_objects import experiment_of
from hyperlocal.azureml.core._submitted_run import _SubmittedRun
from hyperlocal.azureml.core.workspace import Workspace
from hyperlocal.engine.inline import STOPPED, InlineTrial
from hyperlocal.testing.endings import DROPPED, TrialEnded, exit_code_of

if TYPE_CHECKING:
    from hyperlocal.azureml.core.experiment import Experiment
    from hyperlocal.engine.inline_run import Part
    from hyperlocal.history import History
    from hyperlocal.testing.faults import FaultPlan

__all__ = ["DROPPED", "TrialEnded", "TrialRun", "conducting", "current_run", "exit_code_of"]

current_run: ContextVar[TrialRun | None] = ContextVar("current_run", default=None)
"""The run of the trial that this thread works on."""

conducting: ContextVar[Part | None] = ContextVar("conducting", default=None)
"""The run that starts its own steps in this thread, as long as no function is called."""

_WORKSPACE = (
    "AZUREML_ARM_SUBSCRIPTION",
    "AZUREML_ARM_RESOURCEGROUP",
    "AZUREML_ARM_WORKSPACE_NAME",
)


class TrialRun(_SubmittedRun):
    """A submitted run whose trial is in this process.

    Whatever it logs is in the history when a call returns, and has been judged. If a limit or the
    user ends the trial, the call does not return; if the policy does, the next report of the
    primary metric is not made: a script has more to do meanwhile, or has ended.
    """

    def __init__(self, history: History, trial: InlineTrial, fault_plan: FaultPlan) -> None:
        super().__init__(None, trial.run_id)
        self._known_history = history
        self._trial = trial
        self._fault_plan = fault_plan

    @property
    def experiment(self) -> Experiment:
        """The experiment that the run belongs to."""
        if self._known_experiment is None:
            environment = self._trial.spec.environment
            workspace = Workspace(*(environment[name] for name in _WORKSPACE))
            self._known_experiment = experiment_of(workspace, self._record)
        return self._known_experiment

    def log(self, name: Any, value: Any, description: Any = "", step: Any = None) -> None:
        """Log one value of a metric, and have it judged."""
        self._end_if_judged(name)
        altered = self._fault_plan.alter(name, value)
        if altered is not DROPPED:
            super().log(name, altered, description, step)
        self._see(name)

    def log_list(self, name: Any, value: Any, description: Any = "") -> None:
        """Log several values of a metric, and have them judged."""
        self._end_if_judged(name)
        altered = self._fault_plan.alter(name, value)
        if altered is not DROPPED:
            super().log_list(name, altered, description)
        self._see(name)

    def _end_if_judged(self, name: str) -> None:
        """Go on, unless the policy has stopped the trial for an earlier report.

        Raises:
            TrialEnded: It has.
        """
        if self._trial.is_stopped and self._fault_plan.is_primary(name):
            raise TrialEnded(STOPPED)

    def _see(self, name: str) -> None:
        """Have it judged, and go on, unless the trial was stopped by a limit or the user.

        Raises:
            TrialEnded: It was.
        """
        self._trial.look()
        if self._trial.is_stopped_at_once:
            raise TrialEnded(STOPPED)
        self._fault_plan.reported(name)


_current.ask_first(current_run.get)
