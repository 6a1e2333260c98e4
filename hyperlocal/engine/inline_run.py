"""Inline run: brings a recorded run to its end in this very process; see `inline`.

It may be begun, so that it and its first trials are seen to run, and go on later.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Protocol

from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job, Sweep
from hyperlocal.engine.closing import close_sweep
from hyperlocal.engine.early_stopper import EarlyStopper
from hyperlocal.engine.files import remove_tree
from hyperlocal.engine.inline import Body, Clock, Gate, InlinePool, InlineTrial, StaysOpen
from hyperlocal.engine.inline_workflow import InlineWorkflowTrial
from hyperlocal.engine.outcome import Ending
from hyperlocal.engine.slot import Slot, SlotContext
from hyperlocal.engine.supervisor import Supervisor
from hyperlocal.engine.sweep_log import CONTROLLER, SweepLog
from hyperlocal.engine.trial import AnyTrial, TrialSpec
from hyperlocal.engine.trial_scheduler import SingleTrialScheduler, SweepScheduler
from hyperlocal.engine.watchdog import Watchdog
from hyperlocal.history import History
from hyperlocal.history.plans import plan_of
from hyperlocal.search import Sampler

__all__ = ["InlineRun", "Part", "abandon"]


class Part(Protocol):
    """A run that is brought to its end in this process.

    Attributes:
        has_steps: Whether it starts runs of its own by what is in charge of its home.
    """

    has_steps: bool

    def begin(self) -> None:
        """Let it be seen to run, with its first trials or steps, which do nothing yet."""

    def finish(self) -> None:
        """Bring it to its end."""

    def look(self) -> None:
        """Obey what was asked of it meanwhile."""

    def close(self) -> None:
        """Give up what it has open, without bringing it to its end."""


def abandon(history: History, run_id: str, reason: str) -> None:
    """Leave nothing running of a run, and nothing that a controller could go on with."""
    below = [run.run_id for run in history.runs.children(run_id, recursive=True)]
    for each in (*below, run_id):
        history.runs.finish(each, Status.CANCELED, cause=Cause.INTERRUPTED, reason=reason)


class InlineRun:
    """A recorded run, a sweep's or a single script's.

    Args:
        history: Where it is recorded; its clock should be `clock`.
        run_id: The run.
        body_of: Gives what is done in place of a trial's process.
        clock: Tells the time.
        n_threads: How many trials run side by side; 1 for one after the other in this thread.
        cancel_after_s: When the user cancels it, counted from its start.
        sampler: What chooses a sweep's parameters, in place of what its plan names.
        look_beyond: Looks after what it is part of.
    """

    def __init__(
        self,
        history: History,
        run_id: str,
        body_of: Callable[[TrialSpec], Body],
        *,
        clock: Clock,
        n_threads: int = 1,
        cancel_after_s: float | None = None,
        sampler: Sampler | None = None,
        look_beyond: Callable[[], object] | None = None,
    ) -> None:
        self._history = history
        self._record = record = history.runs.get(run_id)
        plan = plan_of(record)
        assert isinstance(plan, (Sweep, Job))
        self._plan = plan
        path = history.folder(run_id).path
        log_file = path / plan.launch.log_file if plan.launch.log_file else None
        self._log = SweepLog(log_file, plan.launch.log_format, clock)
        if isinstance(plan, Job):
            self._scheduler: SweepScheduler | SingleTrialScheduler = SingleTrialScheduler(
                history, record, plan.launch
            )
            self._n_slots, early_stopper, limit = 1, None, None
        else:
            limits = plan.limits
            self._n_slots = min(limits.max_concurrent, limits.max_trials)
            self._scheduler = SweepScheduler(
                history, record, plan, self._n_slots, self._log, sampler
            )
            early_stopper, limit = _early_stopper(history, run_id, plan), limits.max_duration_s
        gate = Gate(self._scheduler)
        self._supervisor = Supervisor(
            history,
            run_id,
            gate,
            self._log,
            early_stopper=early_stopper,
            max_duration_s=limit,
            clock=clock,
        )
        cancel_at = None if cancel_after_s is None else clock() + cancel_after_s
        self._inline_pool = InlinePool(
            self._supervisor, clock, gate, self._cancel, cancel_at, look_beyond
        )
        # The steps of workflows have this process's working directory, and so take turns.
        self.has_steps = isinstance(plan, Sweep) and plan.workflow is not None
        self._n_threads = 1 if self.has_steps else min(n_threads, self._n_slots)
        self._context = SlotContext(
            history,
            run_id,
            gate,
            self._supervisor,
            Watchdog(),
            self._log,
            make_trial=self._trials_with(body_of),
        )
        n_slots = self._n_slots if self._n_threads == 1 else self._n_threads
        self._slots = [Slot(self._context) for _ in range(n_slots)]
        self._n_begun = 0
        history.runs.update(run_id, pid=os.getpid())

    def _trials_with(
        self, body_of: Callable[[TrialSpec], Body]
    ) -> Callable[[TrialSpec], AnyTrial]:
        plan, run_id = self._plan, self._record.run_id
        if isinstance(plan, Job) or plan.workflow is None:
            return lambda spec: InlineTrial(spec, body_of(spec), self._inline_pool)
        workflow = plan.workflow
        return lambda spec: InlineWorkflowTrial(
            self._history, workflow, spec, source_id=run_id, slots=1
        )

    def begin(self) -> None:
        """Let it and its first trials be seen to run, without their doing anything yet."""
        self._supervisor.look()
        for slot in self._slots:
            if not slot.begin():
                break
            self._n_begun += 1
        self._supervisor.forget_times()

    def finish(self) -> None:
        """Bring it to its end.

        Raises:
            StaysOpen: One of its trials goes on for good.
        """
        try:
            self._finish()
        except StaysOpen:
            raise
        except BaseException as error:  # such as Ctrl-C, or pytest's own
            abandon(
                self._history, self._record.run_id, f"ended by {type(error).__name__}: {error}"
            )
            raise
        finally:
            self.close()

    def close(self) -> None:
        """Give up what it has open."""
        self._log.close()

    def look(self) -> None:
        """Obey what was asked of it meanwhile."""
        self._inline_pool.look()

    def _finish(self) -> None:
        plan, run_id = self._plan, self._record.run_id
        self._supervisor.look()  # it may have been cancelled before
        if isinstance(plan, Sweep):
            self._log.write(CONTROLLER, f"Up to {plan.limits.max_trials} trials, in a test.")
        self._inline_pool.work(self._slots, self._n_threads, self._n_begun)
        if self._supervisor.broken_by is not None:
            raise self._supervisor.broken_by
        self._supervisor.look()
        for folder in self._inline_pool.spare_copies:
            remove_tree(folder)
        ending = self._supervisor.ending
        if isinstance(self._scheduler, SingleTrialScheduler):
            self._scheduler.finish(*(ending or Ending(Cause.INTERRUPTED, "It was never started.")))
            return
        assert isinstance(plan, Sweep)
        status = close_sweep(self._history, run_id, plan, self._scheduler.outcomes, ending)
        self._log.write(CONTROLLER, f"The run is {status.value}.")

    def _cancel(self) -> None:
        self._history.runs.request_cancel(self._record.run_id)


def _early_stopper(history: History, run_id: str, sweep: Sweep) -> EarlyStopper | None:
    if sweep.policy is None:
        return None
    return EarlyStopper(
        history, run_id, sweep.metric_name, sweep.goal, sweep.policy, sweep.prior_sweeps
    )
