"""Workflow trial: a trial that is a workflow, whose steps have controllers of their own.

It has no process itself: the slot's thread conducts it, so that the end of a trial, of the sweep
and of the sweep's controller reach its steps the way they reach those of any workflow.
"""

from __future__ import annotations

import threading

from hyperlocal.domain.instance import instance_of
from hyperlocal.domain.status import Cause
from hyperlocal.domain.sweep import Workflow
from hyperlocal.engine.outcome import Outcome, after_stop
from hyperlocal.engine.trial import TrialSpec
from hyperlocal.engine.workflow_runner import WorkflowRunner
from hyperlocal.history import History

__all__ = ["WorkflowTrial"]


class WorkflowTrial:
    """What `Trial` is, of a workflow.

    Args:
        history: Where everything is recorded.
        workflow: The workflow that all trials of the sweep share.
        spec: The trial's run; its command and environment are nobody's.
        source_id: The run whose snapshot has the sources of its steps.
        slots: How many such trials run side by side.
    """

    pid: int | None = None
    max_duration_s: float | None = None

    def __init__(
        self, history: History, workflow: Workflow, spec: TrialSpec, *, source_id: str, slots: int
    ) -> None:
        self.run_id = spec.run_id
        record = history.runs.get(self.run_id)
        own = instance_of(workflow, self.run_id, record.parameters or {})
        self._workflow_runner = WorkflowRunner(
            history, record, own, source_id=source_id, side_by_side=slots
        )
        self._lock = threading.Lock()
        self._stop: tuple[Cause, str] | None = None
        self._has_ended = False

    @property
    def is_stopped(self) -> bool:
        """Whether policy, limit or user have ended it, perhaps before it starts."""
        return self._stop is not None

    def set_variable(self, name: str, text: str) -> None:
        """Do nothing: it has no process."""

    def prepare(self) -> None:
        """Do nothing: each step prepares itself."""

    def start(self) -> bool:
        """Return whether it will run; False if it has been stopped before."""
        return self._stop is None

    def stop(self, cause: Cause, reason: str) -> bool:
        """Ask for the end of its steps; return at once, whether this will be what ended it."""
        with self._lock:
            if self._stop is not None or self._has_ended:
                return False
            self._stop = (cause, reason)
        self._workflow_runner.request_end(cause, reason)
        return True

    def wait(self) -> Outcome:
        """Run the steps until all have ended; return how."""
        self._workflow_runner.work()
        with self._lock:
            self._has_ended = True
        outcome = self._workflow_runner.outcome()
        return outcome if self._stop is None else after_stop(*self._stop, None)

    def tidy(self) -> list[str]:
        """Do nothing, and warn of nothing: each step tidies up itself."""
        return []
