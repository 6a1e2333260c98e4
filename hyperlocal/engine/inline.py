"""Inline: brings a recorded run to its end in this very process, with functions for processes.

Desk, watch, jury, slots, outcomes and closing are a controller's. What differs is what a trial
does (`Body`), and that no thread watches: a body calls `InlineTrial.look` after what it reports.
That makes everything repeatable. Time is the system's plus what was skipped, so that a trial may
hang or take an hour, and limits end it, while nobody waits.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Flow, Job, Sweep
from hyperlocal.engine.closing import close_sweep
from hyperlocal.engine.desk import Desk, SingleDesk, SweepDesk
from hyperlocal.engine.files import remove_tree
from hyperlocal.engine.guardian import Guardian
from hyperlocal.engine.jury import jury_for
from hyperlocal.engine.outcome import Outcome, after_exit, after_stop, not_started
from hyperlocal.engine.slot import Slot, Workshop
from hyperlocal.engine.sweep_log import CONTROLLER, SweepLog
from hyperlocal.engine.tidying import keep
from hyperlocal.engine.trial import Assignment, Trial
from hyperlocal.engine.watch import Ending, Watch
from hyperlocal.history import History, RunRecord
from hyperlocal.history.descent import is_folder, walk
from hyperlocal.history.plans import plan_of
from hyperlocal.search import Sampler

__all__ = ["STOPPED", "Body", "Clock", "InlineTrial", "NeverEnds", "run_inline"]

STOPPED = -signal.SIGINT
"""What a process returns that was told to end."""

_JUST_AFTER_S = 1e-3


class NeverEnds(BaseException):
    """A trial hangs, and nothing will end it. The mistake of a test, not the trial's failure."""


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

    def __init__(self, assignment: Assignment, body: Body, crew: _Crew) -> None:
        super().__init__(assignment)
        self._body = body
        self._crew = crew
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
    def is_stopped(self) -> bool:
        """Whether policy, limit or user have ended it: its body should return `STOPPED`."""
        return self._stop is not None

    @property
    def is_stopped_at_once(self) -> bool:
        """Whether it was ended by a limit or the user, and not for what it has just reported."""
        return self._stop is not None and self._stop[0] is not Cause.POLICY

    def prepare(self) -> None:
        """Make its working copy, or take over that of a trial which has left it as it was."""
        spare = self._crew.spare_copies.pop() if self._crew.spare_copies else None
        if spare is None or self.assignment.placements or self._obstacle is not None:
            super().prepare()
        else:
            os.makedirs(os.path.dirname(self._output), exist_ok=True)
            os.rename(spare, self._work)
        self._copy_before = _state_of(self._work)

    def tidy(self) -> list[str]:
        """Keep what is kept of its working copy, and leave the rest to the next if it can be."""
        if is_folder(self._work) and not self.assignment.placements and self._restores():
            self._crew.spare_copies.append(self._work)
            return []
        return super().tidy()

    def _restores(self) -> bool:
        """Keep what is kept; return whether that leaves the working copy as it was."""
        names = self.assignment.kept_folders
        kept = [os.path.join(self._work, name) for name in names]
        for path in kept:
            with suppress(OSError):  # there is something to be kept
                os.rmdir(path)
        if keep(self.assignment.folder, names):
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
        self._crew.look()

    def hang(self) -> None:
        """Return when it is stopped; other trials go on, and time passes when none is left."""
        self._crew.hang(self)

    def spend(self, seconds: float) -> None:
        """Let time pass for this trial, and for all."""
        self._crew.skip(seconds)


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


class _Crew:
    """The slots of one run, and what they share: one looks at a time, time passes for all."""

    def __init__(
        self, watch: Watch, clock: Clock, cancel: Callable[[], object], cancel_at: float | None
    ) -> None:
        self._watch = watch
        self._clock = clock
        self._cancel = cancel
        self._cancel_at = cancel_at
        self._changed = threading.Condition()
        self._n_active = 0
        self._broken_by: BaseException | None = None
        self._spare: list[Slot] = []
        self.spare_copies: list[str] = []

    def work(self, slots: list[Slot], n_threads: int) -> None:
        """Let every slot work until there is nothing more to do."""
        first, others = slots[0], slots[1:]
        self._n_active = n_threads
        if n_threads == 1:
            self._spare = others
            first.work()
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

    def _work(self, slot: Slot) -> None:
        try:
            slot.work()
        except BaseException as error:  # such as pytest's own: for the thread of the test
            self._broken_by = error
        finally:
            with self._changed:
                self._n_active -= 1
                self._changed.notify_all()

    def look(self) -> None:
        with self._changed:
            if self._cancel_at is not None and self._clock() >= self._cancel_at:
                self._cancel_at = None
                self._cancel()
            self._watch.look()
            self._changed.notify_all()

    def skip(self, seconds: float) -> None:
        with self._changed:
            self._clock.skip(seconds)
            self.look()

    def hang(self, trial: InlineTrial) -> None:
        # In order, the slots that would have gone on beside this one do it now.
        while self._spare and not trial.is_stopped:
            self._spare.pop().work()
        with self._changed:
            self._n_active -= 1
            while not trial.is_stopped:
                if self._n_active:
                    self._changed.wait()
                else:
                    self._skip_to_next_limit(trial)
            self._n_active += 1

    def _skip_to_next_limit(self, trial: InlineTrial) -> None:
        deadlines = (self._watch.next_deadline(), self._cancel_at)
        until = min((each for each in deadlines if each is not None), default=None)
        if until is None:
            raise NeverEnds(
                f"{trial.run_id} hangs, and nothing will ever end it: it has no time limit. Give "
                "its configuration max_run_duration_seconds."
            )
        self.skip(until - self._clock() + _JUST_AFTER_S)


def run_inline(
    history: History,
    run_id: str,
    body_of: Callable[[Assignment], Body],
    *,
    clock: Clock,
    n_threads: int = 1,
    cancel_after_s: float | None = None,
    sampler: Sampler | None = None,
) -> None:
    """Bring a recorded run, a sweep's or a single script's, to its end.

    Args:
        history: Where it is recorded; its clock should be `clock`.
        run_id: The run.
        body_of: Gives what is done in place of a trial's process.
        clock: Tells the time.
        n_threads: How many trials run side by side; 1 for one after the other in this thread.
        cancel_after_s: When the user cancels it, counted from its start.
        sampler: What chooses a sweep's parameters, in place of what its plan names.
    """
    record = history.runs.get(run_id)
    if record.status.is_terminal or record.plan is None:
        return
    history.runs.update(run_id, pid=os.getpid())
    plan = plan_of(record)
    assert plan is not None
    assert not isinstance(plan, Flow)
    path = history.folder(run_id).path
    log_file = path / plan.launch.log_file if plan.launch.log_file else None
    log = SweepLog(log_file, plan.launch.log_format, clock)
    cancel_at = None if cancel_after_s is None else clock() + cancel_after_s
    try:
        _Inline(history, record, body_of, log, clock, n_threads, cancel_at, sampler).run(plan)
    finally:
        log.close()


@dataclass(frozen=True)
class _Inline:
    history: History
    record: RunRecord
    body_of: Callable[[Assignment], Body]
    log: SweepLog
    clock: Clock
    n_threads: int
    cancel_at: float | None
    sampler: Sampler | None

    def run(self, plan: Sweep | Job) -> None:
        try:
            if isinstance(plan, Job):
                self._run_job(plan)
            else:
                self._run_sweep(plan)
        except BaseException as error:  # such as Ctrl-C, or pytest's own
            self._abandon(f"ended by {type(error).__name__}: {error}")
            raise

    def _abandon(self, reason: str) -> None:
        """Leave nothing running, and nothing that a controller could go on with."""
        run_id = self.record.run_id
        below = [run.run_id for run in self.history.runs.children(run_id, recursive=True)]
        for each in (*below, run_id):
            self.history.runs.finish(each, Status.CANCELED, cause=Cause.INTERRUPTED, reason=reason)

    def _run_job(self, job: Job) -> None:
        desk = SingleDesk(self.history, self.record, job.launch)
        watch = Watch(self.history, self.record.run_id, desk, self.log, clock=self.clock)
        self._work(desk, watch, 1)
        desk.finish(*(watch.ending or Ending(Cause.INTERRUPTED, "It was never started.")))

    def _run_sweep(self, sweep: Sweep) -> None:
        history, run_id = self.history, self.record.run_id
        slots = min(sweep.limits.max_concurrent, sweep.limits.max_trials)
        desk = SweepDesk(history, self.record, sweep, slots, self.log, self.sampler)
        watch = Watch(
            history,
            run_id,
            desk,
            self.log,
            jury=jury_for(history, run_id, sweep),
            max_duration_s=sweep.limits.max_duration_s,
            clock=self.clock,
        )
        self.log.write(CONTROLLER, f"Up to {sweep.limits.max_trials} trials, in a test.")
        self._work(desk, watch, slots)
        status = close_sweep(history, run_id, sweep, desk.outcomes, watch.ending)
        self.log.write(CONTROLLER, f"The run is {status.value}.")

    def _work(self, desk: Desk, watch: Watch, slots: int) -> None:
        n_threads = min(self.n_threads, slots)
        crew = _Crew(watch, self.clock, self._cancel, self.cancel_at)
        workshop = Workshop(
            self.history,
            self.record.run_id,
            desk,
            watch,
            Guardian(),
            self.log,
            make_trial=lambda assignment: InlineTrial(assignment, self.body_of(assignment), crew),
        )
        watch.look()  # it may have been cancelled before
        crew.work(
            [Slot(workshop) for _ in range(slots if n_threads == 1 else n_threads)], n_threads
        )
        if watch.broken_by is not None:
            raise watch.broken_by
        watch.look()
        for folder in crew.spare_copies:
            remove_tree(folder)

    def _cancel(self) -> None:
        self.history.runs.request_cancel(self.record.run_id)
