"""Runner: brings the runs of a test's home to their end, with functions for their scripts."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job, Plan, Step, Sweep, Work, Workflow
from hyperlocal.engine.inline import Clock, StaysOpen
from hyperlocal.engine.inline_run import InlineRun, Part, abandon
from hyperlocal.engine.inline_workflow import InlineWorkflow
from hyperlocal.engine.keeper import as_keeper
from hyperlocal.engine.ownership import claim_alone
from hyperlocal.engine.simulated_sweep import TraceOf
from hyperlocal.errors import HyperlocalError, NotEmulatedError
from hyperlocal.history.plans import plan_of
from hyperlocal.search import Sampler
from hyperlocal.testing.acting import Acting
from hyperlocal.testing.looks import Looks, OpenRuns
from hyperlocal.testing.played import Played
from hyperlocal.testing.stage import assigned, routed_streams
from hyperlocal.testing.submissions import SubmitFaults
from hyperlocal.testing.trial_run import conducting, current_run

if TYPE_CHECKING:
    from typing import TypeGuard

    from hyperlocal.history import History

__all__ = ["TestRunner"]

_one_at_a_time = threading.RLock()
"""Inline runs have this process's working directory, arguments, variables and streams."""


class TestRunner(Acting):
    """What is in charge of a test's home; see `hyperlocal.engine.runners`.

    A run whose script a function or a curve stands for is brought to its end inline: when it is
    submitted, or, if it is to stay queued or running for a while, when it was looked at often
    enough. So is a pipeline with such a step, whose other steps have processes. Any other run has
    a controller and processes as outside of tests.

    Args:
        history: The history of the test's home.
        clock: Its clock.
    """

    __test__ = False  # it is none of pytest's

    def __init__(self, history: History, clock: Clock) -> None:
        super().__init__(history, clock)
        self.detached_ids: list[str] = []
        self.submissions: list[SubmitFaults] = []
        self.traces_of: Callable[[str], TraceOf] | None = None
        self.looks = Looks(history)
        self.open = OpenRuns(history)
        self._sampler: Sampler | None = None
        self._stood_in: list[object] = []
        self._queued: set[str] = set()
        self._held: dict[str, Part] = {}
        self._running: set[str] = set()
        self._steps: dict[str, str] = {}  # that are held, to the run that they are held for

    def admit(self) -> None:
        """Let a submission fail that was said to: each waits until the ones before are through."""
        if current_run.get() is not None:
            return  # a trial's own
        for faults in self.submissions:
            error = faults.submitted()
            if error is not None:
                raise error

    def start(self, run_id: str) -> int:
        """Begin a recorded run; most often, bring it to its end."""
        plan = plan_of(self._history.runs.get(run_id))
        assert plan is not None
        above = conducting.get()
        if not self._is_ours(plan):
            return self._detached(run_id, plan, is_step=above is not None)
        self._queued.add(run_id)
        if above is not None:
            is_held = any(above is each for each in self._held.values())
            (self._begin if is_held else self._finish)(run_id)
            return os.getpid()
        self.looks.expect(run_id)
        if self.looks.has_queue(run_id):
            self._history.runs.set_status(run_id, Status.QUEUED)
        else:
            self._leave_queue(run_id)
        return os.getpid()

    def is_alive(self, run_id: str, asked_id: str) -> bool | None:
        """Whether a run goes on here; of one that waits to be looked at it counts as a look."""
        if self.open.has(run_id):
            return True
        top = self._steps.get(run_id, run_id)
        if top not in self._running and (top in self._queued or top in self._held):
            self._count_look(top, asked_id)
        goes_on = run_id in self._queued or run_id in self._held or run_id in self._running
        return True if goes_on else None

    def hasten(self, run_id: str) -> None:
        """Bring a run that waits to be looked at to its end."""
        self.open.check_not_waited_for(run_id)
        # What a trial itself submits runs within it.
        with nullcontext() if current_run.get() is not None else _one_at_a_time:
            self._finish(self._steps.get(run_id, run_id))

    def forget(self) -> None:
        """Forget what was said of runs to come."""
        self.answers.clear()
        self.faults.clear()
        self.submissions.clear()
        self.traces_of = self.cancel_after_s = self.cancel_at_trial = None
        self.looks.n_queued = self.looks.n_running = 0

    def close(self) -> None:
        """Give up what still waits to be looked at."""
        for part in self._held.values():
            part.close()

    def _count_look(self, run_id: str, asked_id: str) -> None:
        is_queued = run_id in self._queued
        if not self.looks.is_over(run_id, asked_id, is_queued=is_queued):
            return
        self.looks.begins(run_id, asked_id)
        if is_queued:
            self._leave_queue(run_id)
        else:
            self.hasten(run_id)

    def _leave_queue(self, run_id: str) -> None:
        if not self.looks.is_seen_running(run_id):
            self.hasten(run_id)
            return
        with nullcontext() if current_run.get() is not None else _one_at_a_time:
            self._begin(run_id)

    def _begin(self, run_id: str) -> None:
        self._queued.discard(run_id)
        part = self._held[run_id] = self._made(run_id)
        above = conducting.get()
        if above is not None:
            self._steps[run_id] = next(top for top, each in self._held.items() if each is above)
        self._running.add(run_id)
        try:
            with self._around(part):
                part.begin()
        finally:
            self._running.remove(run_id)

    def _finish(self, run_id: str) -> None:
        part = self._held.pop(run_id, None)
        if part is None and run_id not in self._queued:
            return
        self._queued.discard(run_id)
        self._running.add(run_id)
        try:
            part = part or self._made(run_id)
            with self._around(part):
                for step_id in [i for i, top in self._steps.items() if top == run_id]:
                    del self._steps[step_id]
                    self._finish(step_id)
                part.finish()
        except StaysOpen:
            self.open.add(run_id)
        finally:
            self._running.remove(run_id)

    def _around(self, part: Part) -> ExitStack:
        """Return what is to be around a run that works."""
        stack = ExitStack()
        if part.has_steps:
            stack.enter_context(assigned(conducting, part))
        elif self.n_threads > 1:
            stack.enter_context(routed_streams())
        return stack

    def _made(self, run_id: str) -> Part:
        """Return what brings a run to its end here."""
        plan = plan_of(self._history.runs.get(run_id))
        assert plan is not None
        if isinstance(plan, Workflow):
            workflow = replace(plan, steps=tuple(map(self._with_fingerprint, plan.steps)))
            return InlineWorkflow(
                self._history, run_id, workflow, partial(abandon, self._history, run_id)
            )
        if self._is_simulated(plan):
            self.answers.note(plan.launch.command, "followed a curve")
            return self._played(run_id, plan.metric_name)
        self.answers.note(plan.launch.command, "the function for all scripts answered")
        above = conducting.get()
        is_step = above is not None and isinstance(plan, Job)
        metric_name = plan.metric_name if isinstance(plan, Sweep) else None
        return InlineRun(
            self._history,
            run_id,
            partial(self._body_of, metric_name, is_step),
            clock=self._clock,
            n_threads=self.n_threads,
            cancel_after_s=None if is_step else self.cancel_after_s,
            sampler=self._sampler,
            look_beyond=None if above is None else above.look,
        )

    def _played(self, run_id: str, metric_name: str) -> Played:
        assert self.traces_of is not None
        return Played(
            self._history,
            run_id,
            metric_name,
            self.traces_of(metric_name),
            self.faults,
            self._clock,
            cancel_after_s=self.cancel_after_s,
            cancel_at_trial=self.cancel_at_trial,
        )

    def _detached(self, run_id: str, plan: Plan | Workflow, *, is_step: bool) -> int:
        """Let a run have a controller and processes of its own."""
        if self.is_disturbed and not (is_step and isinstance(plan, Job)):
            raise HyperlocalError(
                f"Run {run_id} runs its script in processes of its own, where nothing can be made "
                "to go wrong. Let a function answer the script."
            )
        for work in _works_of(plan):
            self.answers.note(work.launch.command, "was run in processes")
        self.detached_ids.append(run_id)
        with claim_alone(self._history.home, run_id) as claimed:
            return claimed.start(as_keeper())

    def _is_ours(self, plan: Plan | Workflow) -> bool:
        """Whether a function or a curve stands for a script of a run.

        Raises:
            NotEmulatedError: Curves stand for sweeps, and it is one with a pipeline.
        """
        if isinstance(plan, Sweep) and plan.workflow is not None:
            return self._is_ours(plan.workflow) or self._refuse_curves()
        return any(self._stands_for(work) is not None for work in _works_of(plan))

    def _refuse_curves(self) -> bool:
        if self.traces_of is None:
            return False
        raise NotEmulatedError(
            "A simulation of a sweep with a pipeline",
            "Let functions answer the scripts of its steps: hyperdrive.answer(prepare, "
            "script='prepare.py').",
        )

    def _is_simulated(self, plan: Plan) -> TypeGuard[Sweep]:
        """Whether curves stand for a sweep's script, and no function that was told its name."""
        if not isinstance(plan, Sweep) or plan.workflow is not None or self.traces_of is None:
            return False
        command = plan.launch.command
        return self.answers.of(command) is None or not self.answers.is_by_name(command)

    def _stands_for(self, work: Work) -> object | None:
        """Return what stands for a script; None if nothing does."""
        return self.traces_of if self._is_simulated(work) else self.answers.of(work.launch.command)

    def _with_fingerprint(self, step: Step) -> Step:
        """Return a step that earlier ones stand for only if the same stood for its script."""
        found = self._stands_for(step.work)
        if found is None or not step.fingerprint:
            return step
        if isinstance(step.work, Sweep) and self.is_disturbed:
            return replace(step, fingerprint="")  # whatever goes wrong is to go wrong again
        if not any(each is found for each in self._stood_in):
            self._stood_in.append(found)
        number = next(n for n, each in enumerate(self._stood_in) if each is found)
        return replace(step, fingerprint=f"{step.fingerprint} {number}")

    def missed_cancellation(self) -> str | None:
        """Return what the user was to cancel and has not; None if nothing was missed."""
        is_meant = self.cancel_at_trial is not None or self.cancel_after_s is not None
        if not is_meant or any(run.cause is Cause.USER for run in self._history.runs.top()):
            return None
        return "Sweeps were to be cancelled, and none was: they ended before."

    def stands_in_for(self, script: str, *, is_sweep: bool) -> bool:
        """Whether a function, or a curve, stands for a script."""
        has_curve = is_sweep and self.traces_of is not None
        return has_curve or self.answers.named(script) is not None

    def hint_about(self, script: str) -> str:
        """Return how a function can stand for a script."""
        return self.answers.hint()


def _works_of(plan: Plan | Workflow) -> list[Work]:
    if isinstance(plan, Sweep) and plan.workflow is not None:
        return _works_of(plan.workflow)
    return [step.work for step in plan.steps] if isinstance(plan, Workflow) else [plan]
