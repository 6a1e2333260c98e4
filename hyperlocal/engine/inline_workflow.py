"""Inline workflow: runs the steps of a workflow from this very process; see `inline`.

What is in charge of the home starts each of them (`runners`), here or with a controller.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Workflow
from hyperlocal.engine.workflow_runner import WorkflowRunner, close_workflow
from hyperlocal.engine.workflow_trial import WorkflowTrial
from hyperlocal.history import History

__all__ = ["InlineWorkflow", "InlineWorkflowTrial"]


class InlineWorkflow:
    """A recorded run of a workflow.

    Args:
        history: Where it is recorded.
        run_id: The run.
        workflow: The workflow.
        abandon: Called with a reason where it is ended by an error of the test's own.
    """

    has_steps = True

    def __init__(
        self, history: History, run_id: str, workflow: Workflow, abandon: Callable[[str], object]
    ) -> None:
        self._history = history
        self._run_id = run_id
        self._workflow_runner = WorkflowRunner(history, history.runs.get(run_id), workflow)
        self._abandon = abandon
        history.runs.update(run_id, pid=os.getpid())

    def begin(self) -> None:
        """Let it and its first steps be seen to run."""
        self._history.runs.set_status(self._run_id, Status.RUNNING)
        self._workflow_runner.look()
        self._workflow_runner.begin_ready()

    def finish(self) -> None:
        """Run the steps until none is left that can be run."""
        self._history.runs.set_status(self._run_id, Status.RUNNING)
        try:
            self._workflow_runner.work()
        except BaseException as error:
            self._abandon(f"ended by {type(error).__name__}: {error}")
            raise
        close_workflow(self._history, self._run_id, self._workflow_runner)

    def look(self) -> None:
        """Obey what was asked of it, or of a step, while a step works."""
        self._workflow_runner.look()

    def close(self) -> None:
        """Do nothing: it has nothing open."""


class InlineWorkflowTrial(WorkflowTrial):
    """A trial that is a workflow, whose steps look after it."""

    def stop(self, cause: Cause, reason: str) -> bool:
        """Ask for the end of its steps, which are told at once."""
        is_ending = super().stop(cause, reason)
        if is_ending:
            self._workflow_runner.cancel_running()
        return is_ending
