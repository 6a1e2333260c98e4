"""Flow trial: a trial that is a flow, whose steps are runs below it with controllers of their own.

It has no process itself: the slot's thread conducts it, so that the end of a trial, of the sweep
and of the sweep's controller reach its steps the way they reach those of any flow.
"""

from __future__ import annotations

import threading

from hyperlocal.domain.instance import instance_of
from hyperlocal.domain.status import Cause
from hyperlocal.domain.sweep import Flow
from hyperlocal.engine.conductor import Conductor
from hyperlocal.engine.outcome import Outcome, after_stop
from hyperlocal.engine.trial import Assignment
from hyperlocal.history import History

__all__ = ["FlowTrial"]


class FlowTrial:
    """What `Trial` is, of a flow.

    Args:
        history: Where everything is recorded.
        flow: The flow that all trials of the sweep share.
        assignment: The trial's run; its command and environment are nobody's.
        source_id: The run whose snapshot has the sources of its steps.
        slots: How many such trials run side by side.
    """

    pid: int | None = None
    max_duration_s: float | None = None

    def __init__(
        self, history: History, flow: Flow, assignment: Assignment, *, source_id: str, slots: int
    ) -> None:
        self.run_id = assignment.run_id
        record = history.runs.get(self.run_id)
        own = instance_of(flow, self.run_id, record.parameters or {})
        self._conductor = Conductor(history, record, own, source_id=source_id, side_by_side=slots)
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
        self._conductor.request_end(cause, reason)
        return True

    def wait(self) -> Outcome:
        """Run the steps until all have ended; return how."""
        self._conductor.work()
        with self._lock:
            self._has_ended = True
        outcome = self._conductor.outcome()
        return outcome if self._stop is None else after_stop(*self._stop, None)

    def tidy(self) -> list[str]:
        """Do nothing, and warn of nothing: each step tidies up itself."""
        return []
