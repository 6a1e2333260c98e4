"""Supervisor: the one thread that obeys cancel requests, time limits and the policy."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress

from hyperlocal.domain.status import Cause
from hyperlocal.engine import offspring
from hyperlocal.engine.early_stopper import EarlyStopper
from hyperlocal.engine.limits import late_sweep, late_trial
from hyperlocal.engine.outcome import Ending
from hyperlocal.engine.sweep_log import CONTROLLER, ENFORCER, SweepLog
from hyperlocal.engine.trial import AnyTrial
from hyperlocal.engine.trial_scheduler import TrialScheduler
from hyperlocal.errors import FencedError, HistoryError
from hyperlocal.history import History

__all__ = ["Ending", "Supervisor"]

POLL_S = 0.01
"""How often it looks: cheap, because it first asks the database whether anybody wrote."""

_CLOSING_S = 5.0
_NOTE_TIME_S = 1.0


class Supervisor:
    """Looks after the running trials of one run."""

    def __init__(
        self,
        history: History,
        run_id: str,
        scheduler: TrialScheduler,
        log: SweepLog,
        *,
        early_stopper: EarlyStopper | None = None,
        max_duration_s: float | None = None,
        elapsed: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._history = history
        self._run_id = run_id
        self._scheduler = scheduler
        self._log = log
        self._early_stopper = early_stopper
        self._max_duration_s = max_duration_s
        self._folder = history.folder(run_id).path
        # By default a clock that nobody can set, and that stands still while the machine sleeps.
        self._clock = clock
        self._began_at = clock() - (elapsed or 0.0)
        self._noted_at = self._began_at
        self._lock = threading.RLock()
        self._trials: dict[str, AnyTrial] = {}
        self._starts: dict[str, float] = {}
        self._ending: Ending | None = None
        self._broken_by: Exception | None = None
        self._requested: Ending | None = None
        self._counter: int | None = None
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    @property
    def ending(self) -> Ending | None:
        """Why the whole run was ended; None if nothing ended it."""
        return self._ending

    @property
    def broken_by(self) -> Exception | None:
        """The error of the controller's own that ended the run; None if none did."""
        return self._broken_by

    @property
    def elapsed(self) -> float:
        """For how many seconds the run has been going on, in all its lives."""
        return self._clock() - self._began_at

    def look(self) -> None:
        """Look now, in place of the thread: for a run all of whose trials are in this process."""
        self._counter = None  # what this very process wrote does not count as a change
        self._look()

    def start(self) -> None:
        """Begin to watch; a cancellation that was requested before has its effect at once."""
        self._look()
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._is_closing.set()
        self._thread.join(_CLOSING_S)
        self._obey_desk()  # which may have had enough at the very last

    def add(self, trial: AnyTrial) -> None:
        """Look after a trial from now on, also before its process runs."""
        with self._lock:
            self._trials[trial.run_id] = trial
            self._counter = None  # its cancellation may have been requested before
            if self._ending is not None:
                trial.stop(*self._ending)

    def now(self) -> float:
        """Return what its clock shows, in seconds."""
        return self._clock()

    def count_time(self, trial: AnyTrial, began_at: float) -> None:
        """Count a trial's time, which began at `began_at` by this clock."""
        with self._lock:
            self._starts[trial.run_id] = began_at

    def forget_times(self) -> None:
        """Count no trial's time, until `count_time` says when it really begins."""
        with self._lock:
            self._starts.clear()

    def remove(self, trial: AnyTrial) -> float | None:
        """Look after a trial no longer, because it has ended; return how many seconds it took."""
        with self._lock:
            self._trials.pop(trial.run_id, None)
            began_at = self._starts.pop(trial.run_id, None)
        return None if began_at is None else self._clock() - began_at

    def next_deadline(self) -> float | None:
        """Return when, by its clock, the next limit of time is over; None if there is none."""
        deadlines = [until for _, _, until in self._deadlines()]
        if self._max_duration_s is not None:
            deadlines.append(self._began_at + self._max_duration_s)
        return min(deadlines, default=None)

    def request_end(self, reason: str) -> None:
        """Ask for the end of everything; safe in a signal handler, for it takes no lock."""
        self._requested = Ending(Cause.INTERRUPTED, reason)

    def fail(self, error: Exception) -> None:
        """End everything because the controller itself is in trouble."""
        self._broken_by = self._broken_by or error
        with suppress(OSError):  # a full disk takes no log, but the trials still have to end
            traceback.print_exception(type(error), error, error.__traceback__, file=sys.stderr)
        text = str(error) or type(error).__name__
        self._end_everything(Ending(Cause.INTERRUPTED, f"The controller failed: {text}"))

    def _run(self) -> None:
        while not self._is_closing.wait(POLL_S):
            try:
                offspring.bury_orphans()
                self._look()
            except Exception as error:  # whatever it is, no trial may be left unwatched
                self.fail(error)

    def _look(self) -> None:
        if not self._folder.exists():
            self.request_end(f"The run's folder {self._folder} was removed.")
        if self._requested is not None:
            self._end_everything(self._requested)
        self._obey_desk()
        self._enforce_time()
        self._note_time()
        counter = self._history.change_counter()
        if counter != self._counter:
            self._counter = counter
            self._obey()
            self._ask_jury()

    def _obey_desk(self) -> None:
        if self._scheduler.ending is not None:
            self._end_everything(self._scheduler.ending)

    def _enforce_time(self) -> None:
        limit = self._max_duration_s
        if limit is not None and self.elapsed > limit and self._ending is None:
            self._end_everything(Ending(Cause.SWEEP_LIMIT, late_sweep(limit)))
        now = self._clock()
        for trial, limit, deadline in self._deadlines():
            if now > deadline:
                self._stop(trial, Cause.TRIAL_LIMIT, late_trial(limit))

    def _deadlines(self) -> list[tuple[AnyTrial, float, float]]:
        """Return each running trial whose time is limited, its limit, and when that is over."""
        with self._lock:
            running = [(self._trials[i], began_at) for i, began_at in self._starts.items()]
        return [
            (trial, trial.max_duration_s, began_at + trial.max_duration_s)
            for trial, began_at in running
            if trial.max_duration_s is not None
        ]

    def _note_time(self) -> None:
        """Record how long the run has been going on, in case that this process is killed."""
        now = self._clock()
        if now - self._noted_at >= _NOTE_TIME_S:
            self._noted_at = now
            try:
                self._history.runs.update(self._run_id, elapsed=self.elapsed)
            except FencedError:  # the run has another owner: whatever this one does is too late
                raise
            except HistoryError:  # a disk that is full for a moment
                return

    def _obey(self) -> None:
        """Look for requests to cancel the run or one of its trials."""
        with self._lock:
            trials = list(self._trials.values())
        ids = [self._run_id, *(trial.run_id for trial in trials)]
        cancelled = self._history.runs.to_be_cancelled(ids)
        if self._run_id in cancelled:
            self._end_everything(Ending(Cause.USER, "cancelled by the user"))
        for trial in trials:
            if trial.run_id in cancelled:
                self._stop(trial, Cause.USER, "cancelled by the user")

    def _ask_jury(self) -> None:
        if self._early_stopper is None:
            return
        with self._lock:
            running = dict(self._trials)
        for stop in self._early_stopper.stops(running.keys()):
            self._stop(running[stop.run_id], Cause.POLICY, stop.reason)

    def _stop(self, trial: AnyTrial, cause: Cause, reason: str) -> None:
        if trial.stop(cause, reason):
            self._log.write(ENFORCER, f"Stopping {trial.run_id} ({cause.value}): {reason}")

    def _end_everything(self, ending: Ending) -> None:
        self._scheduler.close()
        with self._lock:
            if self._ending is not None:
                return
            self._ending = ending
            trials = list(self._trials.values())
        self._log.write(CONTROLLER, f"Ending the run: {ending.reason}", level="WARNING")
        for trial in trials:
            self._stop(trial, *ending)
