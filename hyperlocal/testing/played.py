"""Played: a sweep whose trials follow curves, in virtual time that counts as gone by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hyperlocal.engine.simulated_sweep import SimulatedSweep, TraceOf
from hyperlocal.testing.curves import disturbed

if TYPE_CHECKING:
    from hyperlocal.domain.trial_trace import TrialTrace
    from hyperlocal.engine.inline import Clock
    from hyperlocal.history import History, RunRecord
    from hyperlocal.testing.faults import TrialFaults

__all__ = ["Played"]


class Played:
    """A sweep that is played.

    Args:
        history: Where it is recorded.
        run_id: The sweep.
        metric_name: Its primary metric.
        trace_of: What its trials do.
        faults: What is to go wrong with them.
        clock: The test's clock, which goes on with it.
        cancel_after_s: When the user cancels it.
        cancel_at_trial: With the beginning of which trial.
    """

    has_steps = False

    def __init__(
        self,
        history: History,
        run_id: str,
        metric_name: str,
        trace_of: TraceOf,
        faults: Mapping[int, TrialFaults],
        clock: Clock,
        *,
        cancel_after_s: float | None,
        cancel_at_trial: int | None,
    ) -> None:
        self._history = history
        self._run_id = run_id
        self._clock = clock

        def trace(number: int, trial: RunRecord) -> TrialTrace:
            found, fault_plan = trace_of(number, trial), faults.get(number)
            return found if fault_plan is None else disturbed(found, fault_plan, metric_name)

        self._rehearsal = SimulatedSweep(
            history.home,
            run_id,
            trace,
            cancelled_at_s=cancel_after_s,
            cancelled_at_trial=cancel_at_trial,
        )

    def begin(self) -> None:
        """Play it until its first trials run."""
        self._rehearsal.begin()

    def finish(self) -> None:
        """Play it to its end."""
        self._rehearsal.finish()
        ended_at = self._history.runs.get(self._run_id).ended_at
        self._clock.skip((ended_at or 0.0) - self._clock())

    def look(self) -> None:
        """Do nothing: nothing is asked of it while it is played."""

    def close(self) -> None:
        """Give up what it has open."""
        self._rehearsal.close()
