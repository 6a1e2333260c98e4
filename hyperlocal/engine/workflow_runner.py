"""Workflow runner: runs the steps of a workflow in their order, each as a run of its own.

A step that is a script, and the sweep of one that is a sweep, has a controller like any other
run; the workflow_runner starts it, waits for its end and goes on from there.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from types import FrameType

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Step, Workflow
from hyperlocal.engine import reuse
from hyperlocal.engine.files import copy_tree
from hyperlocal.engine.limits import machine_slots, thread_variables
from hyperlocal.engine.outcome import Ending, Outcome, after_stop
from hyperlocal.engine.ownership import claim
from hyperlocal.engine.processes import started_at
from hyperlocal.engine.recovery import settle
from hyperlocal.engine.staging import Staging
from hyperlocal.engine.sweep_output import SweepOutputError, collect_output
from hyperlocal.history import History, RunRecord

__all__ = ["REUSED_PROPERTY", "WorkflowRunner", "close_workflow", "conduct"]

REUSED_PROPERTY = "hyperlocal.reused_run"
"""Of a step that was spared: the run whose outputs it shows."""

_POLL_S = 0.05
_LOOK_ANYWAY_S = 1.0


def conduct(history: History, record: RunRecord, workflow: Workflow) -> None:
    """Bring a workflow to its end; returns when all its steps have ended."""
    workflow_runner = WorkflowRunner(history, record, workflow)

    def obey(number: int, frame: FrameType | None) -> None:
        reason = f"The controller was told to end by signal {number}."
        workflow_runner.request_end(Cause.INTERRUPTED, reason)

    signal.signal(signal.SIGTERM, obey)
    signal.signal(signal.SIGINT, obey)
    history.runs.set_status(record.run_id, Status.RUNNING)
    history.runs.update(record.run_id, pid_started=started_at(os.getpid()))
    try:
        workflow_runner.work()
    except Exception as error:  # the boundary: recorded as the workflow's failure
        traceback.print_exception(type(error), error, error.__traceback__, file=sys.stderr)
        reason = f"The controller failed: {error or type(error).__name__}"
        workflow_runner.request_end(Cause.INTERRUPTED, reason)
        workflow_runner.cancel_running()
    close_workflow(history, record.run_id, workflow_runner)


def close_workflow(history: History, run_id: str, workflow_runner: WorkflowRunner) -> None:
    """Record how a workflow ended whose steps have ended."""
    outcome = workflow_runner.outcome()
    if outcome.cause is Cause.INTERRUPTED:
        failure = {"message": outcome.reason or ""}
        outcome = replace(outcome, status=Status.FAILED, error=failure)
    history.runs.finish(
        run_id,
        outcome.status,
        cause=outcome.cause,
        reason=outcome.reason,
        error=outcome.error,
    )


class WorkflowRunner:
    """The way of one workflow through its steps.

    Args:
        history: Where everything is recorded.
        record: The workflow's run.
        workflow: The workflow.
        source_id: The run whose snapshot has the sources of the steps, if it is another.
        side_by_side: How many such workflows share the machine.
    """

    def __init__(
        self,
        history: History,
        record: RunRecord,
        workflow: Workflow,
        *,
        source_id: str | None = None,
        side_by_side: int = 1,
    ) -> None:
        self._history = history
        self._run_id = record.run_id
        self._experiment = record.experiment
        self._workflow = workflow
        self._most_at_once = max(1, machine_slots() // side_by_side)
        self._shares = thread_variables(side_by_side, os.environ) if side_by_side > 1 else {}
        self._source = history.folder(source_id or record.run_id).snapshot
        self._waiting = list(workflow.steps)
        self._running: dict[str, Step] = {}
        self._ended: dict[str, Status] = {}
        self._makers: dict[str, str] = {}
        self._keys: dict[str, str | None] = {}
        self._ending: Ending | None = None
        self._is_closing = False

    def request_end(self, cause: Cause, reason: str) -> None:
        """Ask for the end of everything; safe in a signal handler and from another thread."""
        self._ending = self._ending or Ending(cause, reason)

    def work(self) -> None:
        """Run the steps until none is left that can be run."""
        counter, looked_at = -1, 0.0
        while True:
            newest, now = self._history.change_counter(), time.monotonic()
            # What this very connection wrote does not count as a change, hence the look anyway.
            if newest != counter or now - looked_at > _LOOK_ANYWAY_S or self._ending:
                counter, looked_at = newest, now
                self.look()
            if self.begin_ready():
                continue  # one that was spared may have made others ready
            if not self._running:
                return
            time.sleep(_POLL_S)

    def look(self) -> None:
        """Obey what was asked of the workflow or of its steps, and notice which have ended."""
        self._obey()
        for step in list(self._running.values()):
            self._look_at(step)

    def _obey(self) -> None:
        if self._is_cancel_requested(self._run_id):
            self.request_end(Cause.USER, "cancelled by the user")
        if self._ending and not self._is_closing:
            self.cancel_running()

    def cancel_running(self) -> None:
        """Start nothing any more, and ask for the end of what runs."""
        self._is_closing = True
        for step in self._running.values():
            self._history.runs.request_cancel(step.run_id)
            self._history.runs.request_cancel(step.work_id)

    def begin_ready(self) -> bool:
        """Start what can be started; return whether a step ended by that."""
        n_ended = len(self._ended)
        for step in list(self._waiting):
            if self._is_closing or len(self._running) >= self._most_at_once:
                break
            if all(self._ended.get(needed) is Status.COMPLETED for needed in step.needs):
                self._waiting.remove(step)
                self._begin(step)
        return len(self._ended) > n_ended

    def _begin(self, step: Step) -> None:
        key = self._keys[step.run_id] = reuse.key_of(step, self._makers)
        if key is not None and self._workflow.reuses and step.may_reuse:
            earlier = reuse.find_earlier(self._history, key)
            if earlier is not None:
                self._spare(step, earlier)
                return
        self._start(step)

    def _spare(self, step: Step, earlier: reuse.Earlier) -> None:
        reuse.take_over(step, earlier)
        self._create(step, Status.RUNNING, None, {REUSED_PROPERTY: earlier.run_id})
        self._history.runs.finish(
            step.run_id, Status.COMPLETED, reason=f"reused from {earlier.run_id}"
        )
        self._end(step, Status.COMPLETED, earlier.run_id)

    def _start(self, step: Step) -> None:
        history = self._history
        for output in step.outputs:
            folder = output.path if output.is_folder else os.path.dirname(output.path)
            os.makedirs(folder, exist_ok=True)
        plan = plan_to_json(step.work)
        with claim(history.home, step.work_id) as claimed:
            with Staging(history.home) as staging:
                snapshot = history.folder(step.work_id).snapshot
                draft = staging.draft_for(snapshot)
                copy_tree(os.fspath(self._source / step.source), draft)
                self._record(step, plan, lambda: staging.put(draft, snapshot, replaces=True))
            self._running[step.run_id] = step
            claimed.start(self._shares)
        self._look_at(step)  # in a test it may have ended by now

    def _record(self, step: Step, plan: str, place: Callable[[], object]) -> None:
        """Record a step and, if it is one, its sweep; whichever works has its source by then."""
        if step.sweep_id:
            self._create(step, Status.RUNNING, None, {})
            self._history.runs.create(
                step.sweep_id,
                experiment=self._experiment,
                kind=step.sweep_kind,
                parent_id=step.run_id,
                plan=plan,
                properties=step.sweep_properties,
                place=place,
            )
        else:
            self._create(step, Status.NOT_STARTED, plan, {}, place)

    def _create(
        self,
        step: Step,
        status: Status,
        plan: str | None,
        properties: dict[str, str],
        place: Callable[[], object] | None = None,
    ) -> None:
        self._history.runs.create(
            step.run_id,
            experiment=self._experiment,
            kind=step.kind,
            parent_id=self._run_id,
            status=status,
            display_name=step.name,
            plan=plan,
            properties={**step.properties, **properties},
            place=place,
        )

    def _look_at(self, step: Step) -> None:
        """Notice that a step has ended, or that its sweep is to end."""
        record = settle(self._history, step.work_id)
        if step.run_id not in self._running:
            return  # noticed meanwhile
        if not record.status.is_terminal:
            if step.sweep_id and self._is_cancel_requested(step.run_id):
                self._history.runs.request_cancel(step.sweep_id)
            return
        del self._running[step.run_id]
        status = self._conclude_sweep(step, record) if step.sweep_id else record.status
        if status is Status.COMPLETED:
            self._see_what_it_left(step)
        self._end(step, status, step.run_id)

    def _is_cancel_requested(self, run_id: str) -> bool:
        return self._history.runs.get(run_id).status is Status.CANCEL_REQUESTED

    def _conclude_sweep(self, step: Step, sweep: RunRecord) -> Status:
        """Give the step of a sweep its final status, which may be worse than the sweep's."""
        status, cause, reason, error = sweep.status, sweep.cause, sweep.reason, sweep.error
        if status is Status.COMPLETED:
            try:
                collect_output(self._history, step)
            except (SweepOutputError, OSError) as failure:
                status, cause, reason = Status.FAILED, Cause.SCRIPT, str(failure)
                error = {"message": reason}
        self._history.runs.finish(step.run_id, status, cause=cause, reason=reason, error=error)
        return status

    def _see_what_it_left(self, step: Step) -> None:
        for output in step.outputs:
            if not os.path.exists(output.path):
                self._history.runs.add_warning(
                    step.run_id, f"Output {output.name!r} was not written: {output.path}."
                )
        key = self._keys.get(step.run_id)
        if key is not None:
            reuse.remember(self._history, key, step)

    def _end(self, step: Step, status: Status, maker: str) -> None:
        self._ended[step.run_id] = status
        self._makers[step.run_id] = maker
        if status is not Status.COMPLETED and not self._workflow.goes_on:
            for other in () if self._is_closing else self._running.values():
                self._history.runs.add_warning(
                    other.run_id, f"Cancelled because step {step.name!r} did not complete."
                )
            self.cancel_running()

    def outcome(self) -> Outcome:
        """Return how the workflow ended; its run is told which steps were not run."""
        if self._waiting:
            names = ", ".join(repr(step.name) for step in self._waiting)
            self._history.runs.add_warning(self._run_id, f"Not run: {names}.")
        if self._ending is None:
            return self._outcome_of_steps()
        cause, reason = self._ending
        if cause is Cause.USER:
            reason = f"{reason} after {len(self._ended)} of {len(self._workflow.steps)} steps"
        return after_stop(cause, reason, None)

    def _outcome_of_steps(self) -> Outcome:
        for status in (Status.FAILED, Status.CANCELED):
            ended = [s for s in self._workflow.steps if self._ended.get(s.run_id) is status]
            if ended:
                return self._outcome_of(ended[0], status)
        return Outcome(Status.COMPLETED)

    def _outcome_of(self, step: Step, status: Status) -> Outcome:
        record = self._history.runs.get(step.run_id)
        verb = "failed" if status is Status.FAILED else "was cancelled"
        reason = f"Step {step.name!r} {verb}: {record.reason}"
        if status is Status.CANCELED:
            return Outcome(status, record.cause, reason)
        told = (record.error or {}).get("message", record.reason)
        error = {"message": f"Step {step.name!r} {verb}: {told}"}
        return Outcome(status, record.cause, reason, error=error)
