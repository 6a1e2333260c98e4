"""Inline: trials in this very process, with functions for processes.

Scheduler, supervisor, early stopper, slots, outcomes and closing are those of a controller
(`inline_run`). What differs is what a trial does (`Body`), and that no thread watches: a body
calls `InlineTrial.look` after what it reports. That makes everything repeatable. Time is the
system's plus what was skipped, so that a trial may hang or take an hour, and limits end it, while
nobody waits.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from hyperlocal.domain.status import Cause
from hyperlocal.engine.outcome import Outcome, after_exit, after_stop, not_started
from hyperlocal.engine.slot import Slot
from hyperlocal.engine.supervisor import Ending, Supervisor
from hyperlocal.engine.tidying import keep
from hyperlocal.engine.trial import Trial, TrialSpec
from hyperlocal.engine.trial_scheduler import TrialScheduler
from hyperlocal.history.descent import is_folder, walk

__all__ = [
    "STOPPED",
    "Body",
    "Clock",
    "Gate",
    "InlinePool",
    "InlineTrial",
    "NeverEnds",
    "StaysOpen",
]

STOPPED = -signal.SIGINT
"""What a process returns that was told to end."""

_JUST_AFTER_S = 1e-3


class NeverEnds(BaseException):
    """A trial hangs, and nothing will end it. The mistake of a test, not the trial's failure."""


class StaysOpen(BaseException):
    """A trial goes on for good, and its run with it: they are left as they are."""


class Clock:
    """The time as `time.time()` tells it, and ahead of it by what was skipped."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def __call__(self) -> float:
        """Return seconds since the epoch."""
        return time.time() + self._ahead_s

    def skip(self, seconds: float) -> None:
        """Let time pass without waiting; it does not go back."""
        self._ahead_s += max(0.0, seconds)


class InlineTrial(Trial):
    """A trial whose body runs in the slot's own thread."""

    def __init__(self, spec: TrialSpec, body: Body, inline_pool: InlinePool) -> None:
        super().__init__(spec)
        self._body = body
        self._inline_pool = inline_pool
        self._has_begun = False
        self._copy_before: set[tuple[str, int, int]] = set()

    @property
    def pid(self) -> int | None:
        """This process; None if the trial was not started."""
        return os.getpid() if self._has_begun else None

    @property
    def output_path(self) -> str:
        """The file in which its output belongs."""
        return self._output

    @property
    def is_stopped_at_once(self) -> bool:
        """Whether it was ended by a limit or the user, and not for what it has just reported."""
        return self._stop is not None and self._stop[0] is not Cause.POLICY

    def prepare(self) -> None:
        """Make its working copy, or take over that of a trial which has left it as it was."""
        spare = self._inline_pool.spare_copies.pop() if self._inline_pool.spare_copies else None
        if spare is None or self.spec.staged_inputs or self._obstacle is not None:
            super().prepare()
        else:
            os.makedirs(os.path.dirname(self._output), exist_ok=True)
            os.rename(spare, self._work)
        self._copy_before = _state_of(self._work)

    def tidy(self) -> list[str]:
        """Keep what is kept of its working copy, and leave the rest to the next if it can be."""
        if is_folder(self._work) and not self.spec.staged_inputs and self._restores():
            self._inline_pool.spare_copies.append(self._work)
            return []
        return super().tidy()

    def _restores(self) -> bool:
        """Keep what is kept; return whether that leaves the working copy as it was."""
        names = self.spec.kept_folders
        kept = [os.path.join(self._work, name) for name in names]
        for path in kept:
            with suppress(OSError):  # there is something to be kept
                os.rmdir(path)
        if keep(self.spec.folder, names):
            return False
        for path in kept:
            with suppress(OSError):  # it is not as it was
                os.mkdir(path)
        return _state_of(self._work) == self._copy_before

    def start(self) -> bool:
        """Return whether it will run; False if that is impossible or it has been stopped."""
        with self._lock:
            self._has_begun = self._stop is None and self._obstacle is None
        return self._has_begun

    def wait(self) -> Outcome:
        """Run its body; return how it ended."""
        self._inline_pool.lets_work(self)
        exit_code = self._body(self) if self._has_begun else None
        with self._lock:
            self._has_ended = True
        # A process that ends by itself is quicker than the policy that looks at its last report.
        is_quicker = exit_code not in (None, STOPPED) and not self.is_stopped_at_once
        if self._stop is not None and not is_quicker:
            return after_stop(*self._stop, None if exit_code is None else STOPPED)
        if exit_code is None:
            return not_started(self._obstacle or "It was never started.")
        return after_exit(exit_code, self._output)

    def look(self) -> None:
        """Have requests, limits and policy looked at; afterwards `is_stopped` may be true."""
        self._inline_pool.look()

    def hang(self) -> None:
        """Return when it is stopped; other trials go on, and time passes when none is left."""
        self._inline_pool.hang(self)

    def spend(self, seconds: float) -> None:
        """Let time pass for this trial, and for all."""
        self._inline_pool.skip(seconds)

    def stay_open(self) -> None:
        """Go on for good, while other trials have their turn; it does not return.

        Raises:
            StaysOpen: Nobody else has anything left to do.
        """
        self._inline_pool.others_work(self)
        raise StaysOpen(self.run_id)


Body = Callable[[InlineTrial], int]
"""What a trial does; returns its exit code as a process would."""


def _state_of(folder: str) -> set[tuple[str, int, int]]:
    """Return what changes when something in a folder does; what is kept of it aside."""
    found: set[tuple[str, int, int]] = set()
    for here, entries in walk(folder):
        for entry in entries:
            path = os.path.join(*here.names, entry.name)
            if entry.is_folder:
                found.add((path, 0, 0))
            else:
                status = here.status(entry.name)
                found.add((path, status.st_mtime_ns, status.st_size))
    return found


class Gate:
    """A scheduler that can be shut for a while: then it gives out no trials."""

    def __init__(self, scheduler: TrialScheduler) -> None:
        self._scheduler = scheduler
        self.is_shut = False

    @property
    def ending(self) -> Ending | None:
        """Why the whole run has to end, by the outcomes so far."""
        return self._scheduler.ending

    def next(self) -> TrialSpec | None:
        """Return the next trial; None if there is none, or for now."""
        return None if self.is_shut else self._scheduler.next()

    def tell(self, run_id: str, outcome: Outcome, elapsed: float | None = None) -> None:
        """Record how a trial ended."""
        self._scheduler.tell(run_id, outcome, elapsed)

    def close(self) -> None:
        """Give out no more trials."""
        self._scheduler.close()


class InlinePool:
    """The slots of one run, and what they share: one looks at a time, time passes for all.

    Args:
        supervisor: Looks after the trials.
        clock: Tells the time.
        gate: The scheduler of its slots.
        cancel: Asks for the end of the run, as its user does.
        cancel_at: When that is done, by the clock; None for never.
        look_beyond: Looks after what the run is part of.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        clock: Clock,
        gate: Gate,
        cancel: Callable[[], object],
        cancel_at: float | None,
        look_beyond: Callable[[], object] | None = None,
    ) -> None:
        self._supervisor = supervisor
        self._clock = clock
        self._gate = gate
        self._cancel = cancel
        self._cancel_at = cancel_at
        self._look_beyond = look_beyond
        self._changed = threading.Condition()
        self._n_active = 0
        self._broken_by: BaseException | None = None
        self._spare: list[Slot] = []
        self.spare_copies: list[str] = []

    def work(self, slots: list[Slot], n_threads: int, n_begun: int = 0) -> None:
        """Let every slot work until there is nothing more to do.

        Args:
            slots: The slots.
            n_threads: How many of them work side by side.
            n_begun: How many of the first have begun a trial, and shall end it first of all.
        """
        self._n_active = n_threads
        if n_threads == 1:
            self._work_in_order(slots, n_begun)
            return
        threads = [
            threading.Thread(target=self._work, args=(slot,), name=f"slot {number}", daemon=True)
            for number, slot in enumerate(slots)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._broken_by is not None:
            raise self._broken_by

    def _work_in_order(self, slots: list[Slot], n_begun: int) -> None:
        # Those that are popped first come last.
        self._spare = [*slots[n_begun:], *reversed(slots[:n_begun])]
        self._gate.is_shut = bool(n_begun)
        for _ in range(n_begun):
            if self._spare:
                self._spare.pop().work()
        self._gate.is_shut = False
        first, *self._spare = slots
        first.work()

    def _work(self, slot: Slot) -> None:
        try:
            slot.work()
        except BaseException as error:  # such as pytest's own: for the thread of the test
            self._broken_by = error
        finally:
            with self._changed:
                self._n_active -= 1
                self._changed.notify_all()

    def lets_work(self, trial: InlineTrial) -> None:
        """Count a trial's time from now on: it may have waited for those before it."""
        if trial.pid is not None:
            self._supervisor.count_time(trial, self._clock())

    def look(self) -> None:
        """Have all that is to be obeyed looked at."""
        with self._changed:
            if self._look_beyond is not None:
                self._look_beyond()
            if self._cancel_at is not None and self._clock() >= self._cancel_at:
                self._cancel_at = None
                self._cancel()
            self._supervisor.look()
            self._changed.notify_all()

    def skip(self, seconds: float) -> None:
        """Let time pass."""
        with self._changed:
            self._clock.skip(seconds)
            self.look()

    def others_work(self, trial: InlineTrial) -> None:
        """In order, let the slots that would have gone on beside a trial do it now."""
        self._gate.is_shut = False
        while self._spare and not trial.is_stopped:
            self._spare.pop().work()

    def hang(self, trial: InlineTrial) -> None:
        """Return when a trial is stopped; others go on."""
        self.others_work(trial)
        with self._changed:
            self._n_active -= 1
            while not trial.is_stopped:
                if self._n_active:
                    self._changed.wait()
                else:
                    self._skip_to_next_limit(trial)
            self._n_active += 1

    def _skip_to_next_limit(self, trial: InlineTrial) -> None:
        deadlines = (self._supervisor.next_deadline(), self._cancel_at)
        until = min((each for each in deadlines if each is not None), default=None)
        if until is None:
            raise NeverEnds(
                f"{trial.run_id} hangs, and nothing will ever end it: it has no time limit. Give "
                "its configuration max_run_duration_seconds."
            )
        self.skip(until - self._clock() + _JUST_AFTER_S)
