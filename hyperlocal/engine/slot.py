"""Slot: asks for a trial, prepares it, runs it, records how it ended, and asks again."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from hyperlocal.domain.status import Cause, Status
from hyperlocal.engine.desk import Desk
from hyperlocal.engine.guardian import Guardian
from hyperlocal.engine.outcome import Outcome
from hyperlocal.engine.processes import here, started_at
from hyperlocal.engine.sweep_log import CONTROLLER, SCHEDULER, SweepLog
from hyperlocal.engine.trial import AnyTrial, Assignment, Trial
from hyperlocal.engine.watch import Watch
from hyperlocal.history import History

__all__ = ["Slot", "Workshop"]


@dataclass
class Workshop:
    """What the slots of one run share."""

    history: History
    run_id: str
    desk: Desk
    watch: Watch
    guardian: Guardian
    log: SweepLog
    make_trial: Callable[[Assignment], AnyTrial] = Trial
    has_started: bool = False

    def report_start(self, trial: AnyTrial, began_at: float) -> None:
        """Tell everyone that a trial runs, since `began_at` by the watch's clock."""
        if trial.pid is not None:
            self.guardian.look_after(trial.pid)
        self.watch.count_time(trial, began_at)
        if trial.run_id != self.run_id:
            if trial.pid is not None:
                self.history.runs.update(
                    trial.run_id,
                    pid=trial.pid,
                    pid_started=started_at(trial.pid),
                    place=here(),
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
        elapsed = self.watch.remove(trial)
        if trial.pid is not None:
            self.guardian.release(trial.pid)
        for sentence in trial.tidy():
            self.history.runs.add_warning(trial.run_id, sentence)
        self.desk.tell(trial.run_id, outcome, elapsed)
        reason = f": {outcome.reason}" if outcome.reason else ""
        self.log.write(SCHEDULER, f"{trial.run_id} is {outcome.status.value}{reason}.")


class Slot:
    """One trial at a time. It never raises: an exception would abort all other slots."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._trial: AnyTrial | None = None

    def begin(self) -> bool:
        """Start the first trial without waiting for it; False if there is none to start."""
        try:
            return self._begin()
        except Exception as error:  # the boundary: recorded as the run's failure
            self._give_up(error)
            return False

    def work(self) -> None:
        """Run one trial after the other until there is none."""
        try:
            while self._trial is not None or self._begin():
                self._finish()
        except Exception as error:  # the boundary: recorded as the run's failure
            self._give_up(error)

    def _begin(self) -> bool:
        assignment = self._workshop.desk.next()
        if assignment is None:
            return False
        trial = self._trial = self._workshop.make_trial(assignment)
        self._workshop.watch.add(trial)
        trial.prepare()
        # Taken before the start: on a busy machine a trial is well on when that returns.
        began_at = self._workshop.watch.now()
        if trial.start():
            self._workshop.report_start(trial, began_at)
        return True

    def _finish(self) -> None:
        assert self._trial is not None
        self._workshop.report_end(self._trial, self._trial.wait())
        self._trial = None

    def _give_up(self, error: Exception) -> None:
        self._workshop.watch.fail(error)
        if self._trial is not None:
            self._trial.stop(Cause.INTERRUPTED, str(error))
            with suppress(Exception):  # the first error is the one that counts
                self._trial.wait()
