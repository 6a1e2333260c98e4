"""Runner: brings the runs of a test's home to their end, with functions for their scripts."""

from __future__ import annotations

import os
import posixpath
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from hyperlocal.domain.course import Course
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Flow, Sweep
from hyperlocal.engine.inline import STOPPED, Body, Clock, InlineTrial, run_inline
from hyperlocal.engine.keeper import as_keeper
from hyperlocal.engine.ownership import claim_alone
from hyperlocal.engine.rehearsal import CourseOf, rehearse
from hyperlocal.errors import HyperlocalError, NotEmulatedError
from hyperlocal.history.plans import plan_of
from hyperlocal.search import Sampler
from hyperlocal.testing.curves import disturbed
from hyperlocal.testing.faults import Fate, TrialFaults
from hyperlocal.testing.finished import Child, Given
from hyperlocal.testing.functions import Function, call
from hyperlocal.testing.stage import routed_streams, say_last, stage, write_traceback
from hyperlocal.testing.trial_run import TrialEnded, TrialRun, current_run, exit_code_of

if TYPE_CHECKING:
    from hyperlocal.engine.trial import Assignment
    from hyperlocal.history import History, RunRecord

__all__ = ["EVERY_SCRIPT", "CannotBe", "Replay", "TestRunner"]

EVERY_SCRIPT = ""
"""The name under which a function stands for all scripts."""


_one_at_a_time = threading.RLock()
"""Inline runs have this process's working directory, arguments, variables and streams."""


class TestRunner:
    """What is in charge of a test's home; see `hyperlocal.engine.runners`.

    A run whose script a function stands for is brought to its end inline: when it is submitted,
    or, if it is to stay queued for a while, when it was looked at often enough. Any other run has
    a controller and processes as outside of tests.

    Args:
        history: The history of the test's home.
        clock: Its clock.
    """

    __test__ = False  # it is none of pytest's

    def __init__(self, history: History, clock: Clock) -> None:
        self.functions: dict[str, Function] = {}
        self.unasked: set[str] = set()
        self.faults: dict[int, TrialFaults] = {}
        self.n_threads = 1
        self.n_queued_polls = 0
        self.cancel_after_s: float | None = None
        self.cancel_at_trial: int | None = None
        self.detached_ids: list[str] = []
        self.courses_of: Callable[[str], CourseOf] | None = None
        self._history = history
        self._clock = clock
        self._sampler: Sampler | None = None
        self._queued: dict[str, int] = {}
        self._running: set[str] = set()

    def start(self, run_id: str) -> int:
        """Begin a recorded run; most often, bring it to its end."""
        record = self._history.runs.get(run_id)
        if not self._is_simulated(record) and self._function_of(record) is None:
            self._check_undisturbed(run_id)
            self.detached_ids.append(run_id)
            with claim_alone(self._history.home, run_id) as claimed:
                return claimed.start(as_keeper())
        self._queued[run_id] = self.n_queued_polls
        if self.n_queued_polls:
            self._history.runs.set_status(run_id, Status.QUEUED)
        else:
            self.hasten(run_id)
        return os.getpid()

    def is_alive(self, run_id: str) -> bool | None:
        """Whether a run goes on here; of one that is queued it counts as a look."""
        if run_id in self._queued:
            is_cancelled = self._history.runs.get(run_id).status is Status.CANCEL_REQUESTED
            self._queued[run_id] -= 1
            if self._queued[run_id] < 0 or is_cancelled:
                self.hasten(run_id)
        return True if run_id in self._queued or run_id in self._running else None

    def hasten(self, run_id: str) -> None:
        """Bring a queued run to its end."""
        # What a trial itself submits runs within it.
        with nullcontext() if current_run.get() is not None else _one_at_a_time:
            if self._queued.pop(run_id, None) is None:
                return
            self._running.add(run_id)
            record = self._history.runs.get(run_id)
            try:
                if self._is_simulated(record):
                    self._rehearse(record)
                else:
                    self._run_inline(record)
            finally:
                self._running.remove(run_id)

    def _run_inline(self, record: RunRecord) -> None:
        plan = plan_of(record)
        metric_name = plan.metric_name if isinstance(plan, Sweep) else None
        with routed_streams() if self.n_threads > 1 else nullcontext():
            run_inline(
                self._history,
                record.run_id,
                partial(self._body_of, metric_name),
                n_threads=self.n_threads,
                clock=self._clock,
                cancel_after_s=self.cancel_after_s,
                sampler=self._sampler,
            )

    def _rehearse(self, record: RunRecord) -> None:
        """Play a sweep in virtual time, which then counts as gone by."""
        sweep = plan_of(record)
        assert isinstance(sweep, Sweep)
        assert self.courses_of is not None
        course_of = self.courses_of(sweep.metric_name)

        def disturbed_course(number: int, trial: RunRecord) -> Course:
            course, faults = course_of(number, trial), self.faults.get(number)
            return course if faults is None else disturbed(course, faults, sweep.metric_name)

        rehearse(
            self._history.home,
            record.run_id,
            disturbed_course,
            cancelled_at_s=self.cancel_after_s,
            cancelled_at_trial=self.cancel_at_trial,
        )
        ended_at = self._history.runs.get(record.run_id).ended_at
        self._clock.skip((ended_at or 0.0) - self._clock())

    def _is_simulated(self, record: RunRecord) -> bool:
        """Whether curves stand for a sweep's script, and no function that was told its name.

        Raises:
            NotEmulatedError: It is one with a pipeline, or a pipeline's.
        """
        if self.courses_of is None:
            return False
        plan = plan_of(record)
        has_sweep = isinstance(plan, Flow) and any(isinstance(s.work, Sweep) for s in plan.steps)
        if has_sweep or (isinstance(plan, Sweep) and plan.flow is not None):
            raise NotEmulatedError(
                "A simulation of a sweep with a pipeline",
                "Submit the sweep without a pipeline, or in a test that simulates nothing.",
            )
        if not isinstance(plan, Sweep):
            return False
        answering = self._of_command(plan.launch.command)
        return answering is None or answering is self.functions.get(EVERY_SCRIPT)

    def missed_answers(self) -> str | None:
        """Return which functions stood for nothing while scripts were run; None if none did."""
        if not self.unasked or not self.detached_ids:
            return None
        names = ", ".join(map(repr, sorted(self.unasked)))
        return (
            f"Functions were to answer {names}, and no run has a script of such a name. Run "
            f"{self.detached_ids[0]} ran its script in processes: was that meant to be answered?"
        )

    def missed_cancellation(self) -> str | None:
        """Return what the user was to cancel and has not; None if nothing was missed."""
        is_meant = self.cancel_at_trial is not None or self.cancel_after_s is not None
        if not is_meant or any(run.cause is Cause.USER for run in self._history.runs.top()):
            return None
        return "Sweeps were to be cancelled, and none was: they ended before."

    def stands_in_for(self, script: str) -> bool:
        """Whether a function, or a curve, stands for a script."""
        return self.courses_of is not None or self._named(script) is not None

    def hint_about(self, script: str) -> str:
        """Return how a function can stand for a script."""
        answered = ", ".join(map(repr, sorted(self.functions)))
        only = f"So far a function answers {answered}. " if answered else ""
        return f"{only}In a test a function may stand for it: hyperdrive.answer(function)."

    def _named(self, script: str) -> Function | None:
        names = (script, posixpath.basename(script), EVERY_SCRIPT)
        found = next((name for name in names if name in self.functions), None)
        if found is None:
            return None
        self.unasked.discard(found)
        return self.functions[found]

    def _of_command(self, command: Sequence[str]) -> Function | None:
        # A shell command line is `bash -c LINE`.
        return None if len(command) < 2 or command[1] == "-c" else self._named(command[1])

    def _function_of(self, record: RunRecord) -> Function | None:
        plan = plan_of(record)
        assert plan is not None
        launches = [s.work.launch for s in plan.steps] if isinstance(plan, Flow) else [plan.launch]
        found = [self._of_command(launch.command) for launch in launches]
        if isinstance(plan, Flow) and any(found):
            raise NotEmulatedError(
                "A function in place of the script of a pipeline step",
                "Let the step run its script, or submit what it runs without a pipeline.",
            )
        return found[0]

    def _check_undisturbed(self, run_id: str) -> None:
        if self.faults or self.cancel_at_trial is not None or self.cancel_after_s is not None:
            raise HyperlocalError(
                f"Run {run_id} runs its script in processes of its own, where nothing can be made "
                "to go wrong. Let a function answer the script."
            )

    def _body_of(self, metric_name: str | None, assignment: Assignment) -> Body:
        number = 0 if metric_name is None else int(assignment.run_id.rpartition("_")[2])

        def body(trial: InlineTrial) -> int:
            fate = Fate(trial, metric_name, self.faults.get(number))
            run = TrialRun(self._history, trial, fate)
            with stage(trial, run, is_alone=self.n_threads == 1):
                try:
                    return self._act(number, trial, run, fate)
                except TrialEnded as ended:
                    return ended.exit_code
                except SystemExit as ended:
                    if not isinstance(ended.code, (int, type(None))):
                        say_last(f"{ended.code}\n", trial)
                    return exit_code_of(ended)
                except Exception as error:  # as an interpreter does
                    write_traceback(error, trial)
                    return 1

        return body

    def _act(self, number: int, trial: InlineTrial, run: TrialRun, fate: Fate) -> int:
        """Do what a trial does; return its exit code."""
        command = trial.assignment.command
        function = self._of_command(command)
        assert function is not None
        self._cancel_if_due(number, trial)
        fate.begin()
        call(function, run, command[2:], run._record.parameters or {})
        return 0

    def _cancel_if_due(self, number: int, trial: InlineTrial) -> None:
        if number == self.cancel_at_trial:
            parent_id = self._history.runs.get(trial.run_id).parent_id
            self._history.runs.request_cancel(parent_id or trial.run_id)
        trial.look()
        if trial.is_stopped:
            raise TrialEnded(STOPPED)


class CannotBe(BaseException):
    """What was said of a trial cannot be: the mistake of a test, not the trial's failure."""


class Replay(TestRunner):
    """Lets the trials of a run do what is said of each of them."""

    def __init__(self, history: History, clock: Clock, children: Sequence[Child]) -> None:
        super().__init__(history, clock)
        self._children = children
        self._sampler = Given(children)

    def stands_in_for(self, script: str) -> bool:
        """Return True: no script is run."""
        return True

    def _of_command(self, command: Sequence[str]) -> Function | None:
        return _nothing

    def _act(self, number: int, trial: InlineTrial, run: TrialRun, fate: Fate) -> int:
        try:
            return self._children[number].play(run, trial, self._history)
        except Exception as error:
            raise CannotBe(run.id) from error


def _nothing() -> None:
    """Do nothing: what stands for a script that is not asked for."""
