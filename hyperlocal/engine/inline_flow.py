"""Inline flow: runs the steps of a flow from this very process; see `inline`.

What is in charge of the home starts each of them (`runners`), here or with a controller.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Flow
from hyperlocal.engine.conductor import Conductor, close_flow
from hyperlocal.engine.flow_trial import FlowTrial
from hyperlocal.history import History

__all__ = ["InlineFlow", "InlineFlowTrial"]


class InlineFlow:
    """A recorded run of a flow.

    Args:
        history: Where it is recorded.
        run_id: The run.
        flow: The flow.
        abandon: Called with a reason where it is ended by an error of the test's own.
    """

    has_steps = True

    def __init__(
        self, history: History, run_id: str, flow: Flow, abandon: Callable[[str], object]
    ) -> None:
        self._history = history
        self._run_id = run_id
        self._conductor = Conductor(history, history.runs.get(run_id), flow)
        self._abandon = abandon
        history.runs.update(run_id, pid=os.getpid())

    def begin(self) -> None:
        """Let it and its first steps be seen to run."""
        self._history.runs.set_status(self._run_id, Status.RUNNING)
        self._conductor.look()
        self._conductor.begin_ready()

    def finish(self) -> None:
        """Run the steps until none is left that can be run."""
        self._history.runs.set_status(self._run_id, Status.RUNNING)
        try:
            self._conductor.work()
        except BaseException as error:
            self._abandon(f"ended by {type(error).__name__}: {error}")
            raise
        close_flow(self._history, self._run_id, self._conductor)

    def look(self) -> None:
        """Obey what was asked of it, or of a step, while a step works."""
        self._conductor.look()

    def close(self) -> None:
        """Do nothing: it has nothing open."""


class InlineFlowTrial(FlowTrial):
    """A trial that is a flow, whose steps look after it."""

    def stop(self, cause: Cause, reason: str) -> bool:
        """Ask for the end of its steps, which are told at once."""
        is_ending = super().stop(cause, reason)
        if is_ending:
            self._conductor.cancel_running()
        return is_ending
