"""Simulated sweep: a recorded sweep, brought to its end in virtual time.

Everything is written to the history as a real sweep writes it, by a virtual clock that begins when
the run was created: who looks at it later sees when its trials would have started and ended.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.domain.trial_trace import Report, TrialTrace
from hyperlocal.engine.closing import close_sweep
from hyperlocal.engine.outcome import Ending, after_exit, after_stop
from hyperlocal.engine.prior_sweeps import curves_of
from hyperlocal.engine.simulation import Rules, Simulation, VirtualClock
from hyperlocal.engine.stopping_state import Judgement, StoppingState
from hyperlocal.engine.sweep_log import CONTROLLER, ENFORCER, SCHEDULER, SweepLog
from hyperlocal.engine.trial_scheduler import SweepScheduler
from hyperlocal.errors import SweepError
from hyperlocal.history import History, RunRecord
from hyperlocal.history.plans import plan_of

__all__ = ["TraceOf", "simulate_sweep"]

TraceOf = Callable[[int, RunRecord], TrialTrace]

_TRACEBACK = "Traceback (most recent call last):"  # what a script prints that raises


def simulate_sweep(
    home: Path | str,
    run_id: str,
    trace_of: TraceOf,
    *,
    cancelled_at_s: float | None = None,
    cancelled_at_trial: int | None = None,
) -> Status:
    """Bring a recorded sweep to its end without running anything; return its final status.

    As many trials run at once as the sweep allows, however many slots this machine has.

    Args:
        home: The home of the run.
        run_id: The sweep.
        trace_of: What a trial does, from its number in the sweep and its record.
        cancelled_at_s: When the user cancels the sweep, in seconds from its beginning.
        cancelled_at_trial: The number of the trial with whose beginning the user cancels it.

    Raises:
        SweepError: The run is no sweep; or a trial never ends, and nothing ends it.
    """
    record = SimulatedSweep(
        home,
        run_id,
        trace_of,
        cancelled_at_s=cancelled_at_s,
        cancelled_at_trial=cancelled_at_trial,
    )
    return record.finish()


class SimulatedSweep:
    """A simulated sweep that may be begun and go on later; see `simulate_sweep`."""

    def __init__(
        self,
        home: Path | str,
        run_id: str,
        trace_of: TraceOf,
        *,
        cancelled_at_s: float | None = None,
        cancelled_at_trial: int | None = None,
    ) -> None:
        self._run_id = run_id
        self._clock = VirtualClock()
        self._history = History.open(home, clock=self._clock, is_durable=False)
        try:
            record = self._history.runs.get(run_id)
            self._clock.begins_at = record.created_at
            plan = plan_of(record)
            if not isinstance(plan, Sweep):
                raise SweepError(f"Run {run_id} is no sweep: only sweeps are simulated.")
            rules = Rules(
                min(plan.limits.max_concurrent, plan.limits.max_trials),
                plan.metric_name,
                state=_state(self._history, plan),
                max_duration_s=plan.limits.max_duration_s,
                max_trial_s=plan.launch.max_duration_s,
                cancelled_at_s=cancelled_at_s,
                cancelled_at_trial=cancelled_at_trial,
            )
            self._prepare(record, plan, trace_of, rules)
        except BaseException:
            self._history.close()
            raise

    def _prepare(self, record: RunRecord, sweep: Sweep, trace_of: TraceOf, rules: Rules) -> None:
        self._sweep = sweep
        path = self._history.folder(self._run_id).path
        log_file = path / sweep.launch.log_file if sweep.launch.log_file else None
        self._log = SweepLog(log_file, sweep.launch.log_format, self._clock)
        if record.status.is_terminal:
            return
        self._log.write(
            CONTROLLER,
            f"Simulated: up to {sweep.limits.max_trials} trials, {rules.slots} at a time.",
        )
        self._scheduler = SweepScheduler(self._history, record, sweep, rules.slots, self._log)
        stage = _Recorded(self._history, self._run_id, sweep, self._scheduler, self._log, trace_of)
        self._simulation = Simulation(stage, rules, self._clock)

    def begin(self) -> None:
        """Play until the first trials run."""
        self._guarded(self._begin)

    def finish(self) -> Status:
        """Play to the end; return the run's final status."""
        try:
            self._guarded(self._finish)
            return self._history.runs.get(self._run_id).status
        finally:
            self.close()

    def look(self) -> None:
        """Do nothing: what is asked of it is obeyed before and after it is played."""

    def close(self) -> None:
        """Give up what it has open."""
        self._log.close()
        self._history.close()

    def _begin(self) -> None:
        self._obey()
        self._simulation.begin()

    def _finish(self) -> None:
        if self._history.runs.get(self._run_id).status.is_terminal:
            return
        self._obey()
        ending = self._simulation.play()
        close_sweep(self._history, self._run_id, self._sweep, self._scheduler.outcomes, ending)

    def _obey(self) -> None:
        if self._history.runs.get(self._run_id).status is Status.CANCEL_REQUESTED:
            self._simulation.cancel()

    def _guarded(self, act: Callable[[], object]) -> None:
        try:
            act()
        except BaseException as error:
            # The test's own mistake, or its end: no run is left open behind it.
            why = f"The simulation failed: {error or type(error).__name__}"
            told = Ending(Cause.INTERRUPTED, why)
            close_sweep(self._history, self._run_id, self._sweep, self._scheduler.outcomes, told)
            raise


def _state(history: History, sweep: Sweep) -> StoppingState | None:
    if sweep.policy is None:
        return None
    known = curves_of(history, sweep.prior_sweeps, sweep.metric_name, sweep.goal)
    return StoppingState(sweep.goal, sweep.policy, known)


class _Recorded:
    """The stage of a recorded sweep: its trials are asked, recorded and told as real ones are."""

    def __init__(
        self,
        history: History,
        run_id: str,
        sweep: Sweep,
        scheduler: SweepScheduler,
        log: SweepLog,
        trace_of: TraceOf,
    ) -> None:
        self._history = history
        self._run_id = run_id
        self._scheduler = scheduler
        self._log = log
        self._course_of = trace_of
        self._output_file = sweep.launch.output_file
        self._has_started = False
        self._traces: dict[str, TrialTrace] = {}
        self._running: set[str] = set()
        self._n_given = 0

    def next(self) -> tuple[str, TrialTrace] | None:
        spec = self._scheduler.next()
        if spec is None:
            return None
        trace = self._course_of(self._n_given, self._history.runs.get(spec.run_id))
        self._n_given += 1
        self._traces[spec.run_id] = trace
        return spec.run_id, trace

    def begin(self, trial_id: str) -> None:
        if not self._has_started:
            self._has_started = True
            self._history.runs.set_status(self._run_id, Status.RUNNING)
        self._running.add(trial_id)
        self._history.runs.set_status(trial_id, Status.RUNNING)
        self._log.write(SCHEDULER, f"Started {trial_id}.")

    def report(self, trial_id: str, report: Report) -> None:
        for name, value in report.metrics.items():
            self._history.metrics.add(trial_id, name, value, kind=_kind(value))

    def judge(self, trial_id: str, judgement: Judgement) -> None:
        interval, verdict = judgement
        self._history.decisions.add(trial_id, interval, stop=verdict.stop, reason=verdict.reason)

    def end(self, trial_id: str, ending: Ending | None) -> None:
        trace = self._traces.pop(trial_id)
        output = self._history.folder(trial_id).path / self._output_file
        output.parent.mkdir(parents=True, exist_ok=True)
        is_failure = ending is None and trace.error is not None
        output.write_text(f"{_TRACEBACK}\n{trace.error}\n" if is_failure else "", "utf-8")
        if ending is None:
            self._leave_files(trial_id, trace)
            outcome = after_exit(trace.exit_code, os.fspath(output))
        else:
            self._log.write(
                ENFORCER, f"Stopping {trial_id} ({ending.cause.value}): {ending.reason}"
            )
            exit_code = -signal.SIGINT if trial_id in self._running else None
            outcome = after_stop(*ending, exit_code)
        self._running.discard(trial_id)
        self._scheduler.tell(trial_id, outcome)
        reason = f": {outcome.reason}" if outcome.reason else ""
        self._log.write(SCHEDULER, f"{trial_id} is {outcome.status.value}{reason}.")

    def _leave_files(self, trial_id: str, trace: TrialTrace) -> None:
        for name, content in trace.files.items():
            place = self._history.folder(trial_id).path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)

    def close(self) -> None:
        self._scheduler.close()


def _kind(value: Any) -> str:
    return "none" if value is None else type(value).__name__
