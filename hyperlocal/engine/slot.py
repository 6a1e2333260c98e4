"""Slot: asks for a trial, prepares it, runs it, records how it ended, and asks again."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from hyperlocal.domain.status import Cause, Status
from hyperlocal.engine.capacity import PERMITS_VARIABLE, Capacity, Permits
from hyperlocal.engine.outcome import Outcome
from hyperlocal.engine.processes import here, started_at
from hyperlocal.engine.supervisor import Supervisor
from hyperlocal.engine.sweep_log import CONTROLLER, SCHEDULER, SweepLog
from hyperlocal.engine.trial import AnyTrial, Trial, TrialSpec
from hyperlocal.engine.trial_scheduler import TrialScheduler
from hyperlocal.engine.watchdog import Watchdog
from hyperlocal.history import History

__all__ = ["Slot", "SlotContext"]


@dataclass
class SlotContext:
    """What the slots of one run share."""

    history: History
    run_id: str
    scheduler: TrialScheduler
    supervisor: Supervisor
    watchdog: Watchdog
    log: SweepLog
    make_trial: Callable[[TrialSpec], AnyTrial] = Trial
    capacity: Capacity | None = None
    has_started: bool = False

    def try_admit(self, trial: AnyTrial) -> Permits | None:
        """Return what a trial needs to start, if it is to be had at once; else None."""
        return Permits(()) if self.capacity is None else self.capacity.try_take()

    def admit(self, trial: AnyTrial) -> Permits:
        """Wait for what a trial needs to start; a trial that is stopped needs nothing."""
        permits = self.try_admit(trial)
        if permits is None:
            assert self.capacity is not None
            permits = self.capacity.take(
                lambda: trial.is_stopped, lambda why: self._report_wait(trial, why)
            )
            self._set_status(trial, Status.PREPARING)
        return Permits(()) if permits is None else permits

    def _report_wait(self, trial: AnyTrial, why: str) -> None:
        self._set_status(trial, Status.QUEUED)
        self.log.write(SCHEDULER, f"{trial.run_id} is queued: {why}.")

    def _set_status(self, trial: AnyTrial, status: Status) -> None:
        """Record how far a trial is, and so the run, as long as no other is further."""
        self.history.runs.set_status(trial.run_id, status)
        if trial.run_id != self.run_id and not self.has_started:
            self.history.runs.set_status(self.run_id, status)

    def report_start(self, trial: AnyTrial, permits: Permits, began_at: float) -> None:
        """Tell everyone that a trial runs, since `began_at` by the supervisor's clock."""
        if trial.pid is not None:
            self.watchdog.look_after(trial.pid)
            pid_started = started_at(trial.pid)
            permits.name(trial.pid, pid_started)
        self.supervisor.count_time(trial, began_at)
        if trial.run_id != self.run_id:
            if trial.pid is not None:
                self.history.runs.update(
                    trial.run_id, pid=trial.pid, pid_started=pid_started, place=here()
                )
            self.history.runs.set_status(trial.run_id, Status.RUNNING)
        if not self.has_started:
            self.has_started = True
            self.history.runs.set_status(self.run_id, Status.RUNNING)
            self.history.runs.update(self.run_id, pid_started=started_at(os.getpid()))
            self.log.write(CONTROLLER, "The run is Running.")
        process = "" if trial.pid is None else f" as process {trial.pid}"
        self.log.write(SCHEDULER, f"Started {trial.run_id}{process}.")

    def report_end(self, trial: AnyTrial, outcome: Outcome) -> None:
        """Tell everyone how a trial ended, and keep what is kept of it."""
        elapsed = self.supervisor.remove(trial)
        if trial.pid is not None:
            self.watchdog.release(trial.pid)
        for sentence in trial.tidy():
            self.history.runs.add_warning(trial.run_id, sentence)
        self.scheduler.tell(trial.run_id, outcome, elapsed)
        reason = f": {outcome.reason}" if outcome.reason else ""
        self.log.write(SCHEDULER, f"{trial.run_id} is {outcome.status.value}{reason}.")


class Slot:
    """One trial at a time. It never raises: an exception would abort all other slots."""

    def __init__(self, context: SlotContext) -> None:
        self._context = context
        self._trial: AnyTrial | None = None
        self._permits: Permits | None = None

    def begin(self) -> bool:
        """Take the first trial, and start it if that needs no waiting; False if there is none."""
        try:
            if not self._take():
                return False
            assert self._trial is not None
            permits = self._context.try_admit(self._trial)
            if permits is not None:
                self._start(self._trial, permits)
        except Exception as error:  # the boundary: recorded as the run's failure
            self._give_up(error)
            return False
        return True

    def work(self) -> None:
        """Run one trial after the other until there is none."""
        try:
            while self._trial is not None or self._take():
                assert self._trial is not None
                if self._permits is None:
                    self._start(self._trial, self._context.admit(self._trial))
                self._finish(self._trial)
        except Exception as error:  # the boundary: recorded as the run's failure
            self._give_up(error)

    @property
    def waits(self) -> bool:
        """Whether it has a trial that has to wait for others'."""
        return self._trial is not None and self._permits is None

    def _take(self) -> bool:
        spec = self._context.scheduler.next()
        if spec is None:
            return False
        self._trial = self._context.make_trial(spec)
        self._context.supervisor.add(self._trial)
        return True

    def _start(self, trial: AnyTrial, permits: Permits) -> None:
        self._permits = permits
        trial.set_variable(PERMITS_VARIABLE, permits.variable)
        trial.prepare()
        # Taken before the start: on a busy machine a trial is well on when that returns.
        began_at = self._context.supervisor.now()
        if trial.start():
            self._context.report_start(trial, permits, began_at)

    def _finish(self, trial: AnyTrial) -> None:
        outcome = trial.wait()
        self._leave()
        self._context.report_end(trial, outcome)
        self._trial = None

    def _leave(self) -> None:
        permits, self._permits = self._permits, None
        if permits is not None:
            permits.release()

    def _give_up(self, error: Exception) -> None:
        self._context.supervisor.fail(error)
        if self._trial is not None:
            self._trial.stop(Cause.INTERRUPTED, str(error))
            with suppress(Exception):  # the first error is the one that counts
                self._trial.wait()
        self._leave()
