"""Looks: runs that are seen to wait, and to go on, as often as a test says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.engine.closing import close_sweep
from hyperlocal.engine.inline import NeverEnds
from hyperlocal.engine.outcome import Ending, Outcome
from hyperlocal.history.plans import plan_of

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = ["Looks", "OpenRuns"]

_BY_USER = "cancelled by the user"


class Looks:
    """Counts how often runs are looked at: first Queued, then Running, then ended.

    Each run is counted by itself, a sweep's trials too, so that who looks at a sweep and at each
    of its trials in turn sees all of them go on for as long, and who looks at trials only sees an
    end as well.

    Attributes:
        n_queued: How many looks see a run Queued.
        n_running: How many more see it Running.
    """

    def __init__(self, history: History) -> None:
        self.n_queued = 0
        self.n_running = 0
        self._history = history
        self._most: dict[str, tuple[int, int]] = {}
        self._counts: dict[str, Counter[str]] = {}

    def expect(self, run_id: str) -> None:
        """Begin to count; what is said later is meant for later runs."""
        self._most[run_id] = (self.n_queued, self.n_running)
        self._counts[run_id] = Counter()

    def has_queue(self, run_id: str) -> bool:
        """Whether a run is seen Queued at all."""
        return self._most[run_id][0] > 0

    def is_seen_running(self, run_id: str) -> bool:
        """Whether a run is seen Running at all."""
        return self._most[run_id][1] > 0

    def is_over(self, run_id: str, asked_id: str, *, is_queued: bool) -> bool:
        """Count a look at a run, or one below it; return whether what it is now is over."""
        ids = {run_id, asked_id}
        if any(self._history.runs.get(i).status is Status.CANCEL_REQUESTED for i in ids):
            self._most[run_id] = (0, 0)
            return True
        self._counts[run_id][asked_id] += 1
        return self._counts[run_id][asked_id] > self._most[run_id][0 if is_queued else 1]

    def begins(self, run_id: str, asked_id: str) -> None:
        """A look has found that a run is no longer Queued, and sees it Running."""
        self._counts[run_id] = Counter([asked_id])


class OpenRuns:
    """Runs that are said to go on for good; only their user ends them."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._ids: set[str] = set()

    def add(self, run_id: str) -> None:
        """Let a run go on."""
        self._ids.add(run_id)

    def update(self, others: OpenRuns) -> None:
        """Let those of another go on, too."""
        self._ids |= others._ids

    def has(self, run_id: str) -> bool:
        """Whether a run goes on; what was cancelled by its user ends now."""
        if run_id in self._ids:
            self._obey(self._history.runs.get(run_id))
        return run_id in self._ids

    def check_not_waited_for(self, run_id: str) -> None:
        """Refuse to wait for what nothing will end.

        Raises:
            NeverEnds: Somebody does.
        """
        record = self._history.runs.get(run_id)
        if self._ids & {run_id, record.parent_id} and not record.status.is_terminal:
            raise NeverEnds(
                f"{run_id} is waited for, but the test said that it is Running, and nothing will "
                "end it. Let its children end, or do not wait."
            )

    def _obey(self, record: RunRecord) -> None:
        runs, run_id = self._history.runs, record.run_id
        is_cancelled = record.status is Status.CANCEL_REQUESTED
        for child in runs.children(run_id):
            if is_cancelled or child.status is Status.CANCEL_REQUESTED:
                runs.finish(child.run_id, Status.CANCELED, cause=Cause.USER, reason=_BY_USER)
        if is_cancelled:
            self._ids.remove(run_id)
            self._close(record)

    def _close(self, record: RunRecord) -> None:
        history, run_id, plan = self._history, record.run_id, plan_of(record)
        if not isinstance(plan, Sweep):
            history.runs.finish(run_id, Status.CANCELED, cause=Cause.USER, reason=_BY_USER)
            return
        outcomes = {
            child.run_id: Outcome(child.status, child.cause, child.reason, error=child.error)
            for child in reversed(history.runs.children(run_id))
        }
        close_sweep(history, run_id, plan, outcomes, Ending(Cause.USER, _BY_USER))
