"""Trial scheduler: where slots get their trials from, and where they bring the results."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterable
from functools import cache
from typing import Protocol

from hyperlocal.domain.failures import first_failures
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.secrecy import shown_arguments, shown_values
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Resumption, SamplingKind, Sweep
from hyperlocal.domain.trial import Observation
from hyperlocal.engine.files import disk_is_full
from hyperlocal.engine.invocation import TemplateValues, command_of
from hyperlocal.engine.outcome import Ending, Outcome, after_stop
from hyperlocal.engine.prior_sweeps import best_score, best_scores, observations_of
from hyperlocal.engine.sweep_log import GENERATOR, SCHEDULER, SweepLog
from hyperlocal.engine.tidying import clear_folder
from hyperlocal.engine.trial import TrialSpec
from hyperlocal.engine.trial_spec import template_values_of, trial_spec_of
from hyperlocal.errors import HistoryError
from hyperlocal.history import History, RunRecord
from hyperlocal.search import Sampler, draws_independently, make_sampler

__all__ = ["SingleTrialScheduler", "SweepScheduler", "TrialScheduler"]

_NO_MATTER = Observation({}, None)  # stands for a trial that only counts
_AGAIN = "Again"


class TrialScheduler(Protocol):
    """What a slot needs: the next trial, and someone to tell how it ended."""

    @property
    def ending(self) -> Ending | None:
        """Why the whole run has to end, by the outcomes so far; None if it need not."""

    def next(self) -> TrialSpec | None:
        """Return the next trial, recorded and ready to be started; None if there is none."""

    def tell(self, run_id: str, outcome: Outcome, elapsed: float | None = None) -> None:
        """Record how a trial ended, and after how many seconds."""

    def close(self) -> None:
        """Give out no more trials."""


class SingleTrialScheduler:
    """The scheduler of a plain job: the run itself is the only trial.

    Args:
        history: What the run is part of.
        record: The run.
        launch: How it is started.
        sharers: Among how many scripts the machine's cores are shared.
    """

    def __init__(
        self, history: History, record: RunRecord, launch: Launch, sharers: int = 1
    ) -> None:
        self.ending: Ending | None = None
        self._history = history
        self._record: RunRecord | None = record
        self._run_id = record.run_id
        self._outcome: Outcome | None = None
        self._elapsed: float | None = None
        self._launch = launch
        self._sharers = sharers
        self._lock = threading.Lock()

    def next(self) -> TrialSpec | None:
        """Return the run, once."""
        with self._lock:
            record, self._record = self._record, None
        if record is None:
            return None
        template_values = template_values_of(self._history, record)
        return trial_spec_of(
            self._history,
            record,
            self._launch,
            command_of(self._launch, {}, template_values),
            template_values,
            source_id=record.run_id,
            sharers=self._sharers,
        )

    def tell(self, run_id: str, outcome: Outcome, elapsed: float | None = None) -> None:
        """Keep how the run ended, until `finish` records it."""
        self._outcome, self._elapsed = outcome, elapsed

    def close(self) -> None:
        """Give out no more trials."""
        with self._lock:
            self._record = None

    def finish(self, cause: Cause, reason: str) -> None:
        """Record how the run ended.

        Args:
            cause: What kept it from an end of its own, if it had none.
            reason: The same as a sentence.
        """
        outcome = self._outcome or after_stop(cause, reason, None)
        if outcome.cause is Cause.INTERRUPTED:
            error = {"message": reason}
            outcome = Outcome(Status.FAILED, Cause.INTERRUPTED, reason, error=error)
        _finish(self._history, self._run_id, outcome, self._elapsed)


class SweepScheduler:
    """The scheduler of a sweep.

    Slots ask one at a time and under a lock, so that each answer rests on every result so far. It
    goes on from what the history holds: of a sweep that was interrupted, trials that have not
    ended come first.

    Attributes:
        outcomes: Child run id to how it ended, in order of ending: status and cause, of the first
            that failed also why.
        is_exhausted: Whether the space had nothing more to try.
        ending: Why the sweep has to end, once its first trials have failed alike too often.
    """

    def __init__(
        self,
        history: History,
        parent: RunRecord,
        sweep: Sweep,
        sharers: int,
        log: SweepLog,
        sampler: Sampler | None = None,
    ) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self.is_exhausted = False
        self.ending: Ending | None = None
        self._history = history
        self._parent = parent
        self._sweep = sweep
        self._sharers = sharers
        self._log = log
        self._sampler = sampler
        self._lock = threading.Lock()
        self._is_closed = False
        self._has_failure = False
        self._draws_independently = sampler is None and draws_independently(
            sweep.space, sweep.sampling
        )
        self._n_trials = 0
        self._first: list[tuple[Status, str | None]] = []  # how the first trials ended
        self._pending: dict[str, Parameters] = {}
        self._observations: list[Observation] = []
        self._again: deque[RunRecord] = deque()
        self._take_up()

    def next(self) -> TrialSpec | None:
        """Ask for parameters and record the child run that will try them."""
        with self._lock:
            if self._is_closed:
                return None
            if self._again:
                return self._begin_again(self._again.popleft())
            if self._n_trials >= self._sweep.limits.max_trials:
                return None
            resumption = self._resumption(self._n_trials)
            if resumption is not None:
                return self._record(resumption.parameters)
            parameters = self._ask()
            # A Bayesian sampler thinks for a while; the sweep may have been cancelled meanwhile.
            if parameters is None or self._is_closed:
                return None
            return self._record(parameters)

    def tell(self, run_id: str, outcome: Outcome, elapsed: float | None = None) -> None:
        """Record how a trial ended; the next ask knows of it.

        Raises:
            HistoryError: The disk is full, of which the trial's failure says nothing but that.
        """
        home = os.fspath(self._history.home)
        if outcome.status is Status.FAILED and disk_is_full(home):
            raise HistoryError(
                f"The disk of {home} is full. Free some space; then `hyperlocal resume "
                f"{self._parent.run_id}` goes on."
            )
        _finish(self._history, run_id, outcome, elapsed)
        score = best_score(self._history, run_id, self._sweep)
        with self._lock:
            self._note(run_id, outcome, self._pending.pop(run_id), score)
            self._count_failures()

    def _count_failures(self) -> None:
        """End the sweep if its first trials have all failed alike, where that was asked for."""
        most = self._sweep.limits.max_equal_failures
        if most is None or len(self._first) < most or self.ending is not None:
            return
        reason = first_failures(self._first, most)
        if reason is not None:
            told = "trial has failed" if most == 1 else f"{most} trials have all failed alike"
            self.ending = Ending(Cause.USER, f"cancelled, as the first {told} ({reason})")
            self.close()

    def give_up(self, cause: Cause, reason: str) -> None:
        """Record that trials which were interrupted will not be run again."""
        while self._again:
            self.tell(self._again.popleft().run_id, after_stop(cause, reason, None))

    def _take_up(self) -> None:
        """Begin with what the history has of this sweep: nothing, unless it was interrupted."""
        children = self._history.runs.children_after(self._parent.run_id, 0)
        trials = [run for run in children if run.parameters is not None]
        self._n_trials = len(trials)
        ended = [trial for trial in trials if trial.status.is_terminal]
        scores = best_scores(self._history, self._parent.run_id, self._sweep) if ended else {}
        for trial in sorted(ended, key=lambda trial: trial.ended_at or 0.0):
            outcome = Outcome(
                trial.status, trial.cause, trial.reason, trial.exit_code, trial.error
            )
            score = scores.get(trial.run_id)
            self._note(trial.run_id, outcome, trial.parameters or {}, score)
        self._again.extend(trial for trial in trials if not trial.status.is_terminal)
        self._pending = {trial.run_id: trial.parameters or {} for trial in self._again}
        if trials:
            self._log.write(
                GENERATOR, f"Resumed: {len(ended)} trials ended, {len(self._again)} run again."
            )

    def _note(
        self, run_id: str, outcome: Outcome, parameters: Parameters, score: float | None
    ) -> None:
        # Of thousands of trials only what is asked for at the end is kept: of failures, the first.
        is_first = outcome.status is Status.FAILED and not self._has_failure
        self._has_failure = self._has_failure or is_first
        self.outcomes[run_id] = outcome if is_first else _plain(outcome.status, outcome.cause)
        if len(self._first) < (self._sweep.limits.max_equal_failures or 0):
            self._first.append((outcome.status, outcome.reason))
        is_stopped = outcome.status is Status.CANCELED
        observation = Observation(parameters, score, is_stopped)
        self._observations.append(_NO_MATTER if self._draws_independently else observation)

    def close(self) -> None:
        """Give out no more trials; does not wait for a slot that is asking."""
        self._is_closed = True

    def _ask(self) -> Parameters | None:
        if self._sampler is None:
            self._sampler = self._begin()
        parameters = self._sampler.ask(self._observations, list(self._pending.values()))
        if parameters is None:
            if not self.is_exhausted:
                self._log.write(
                    GENERATOR,
                    f"The space is used up after {self._n_trials} trials; "
                    f"up to {self._sweep.limits.max_trials} were asked for.",
                    level="WARNING",
                )
            self.is_exhausted = True
            return None
        if self._sweep.launch.sorts_parameters:
            return dict(sorted(parameters.items()))
        return parameters

    def _begin(self) -> Sampler:
        """Make the sampler, and of one that learns let it begin with what is known already."""
        sampling = self._sweep.sampling
        if self._sweep.prior_sweeps and sampling.kind is SamplingKind.BAYESIAN:
            known = list(observations_of(self._history, self._sweep))
            self._observations[:0] = known
            self._log.write(GENERATOR, f"Building on {len(known)} trials of earlier sweeps.")
        return make_sampler(self._sweep.space, sampling)

    def _resumption(self, number: int) -> Resumption | None:
        """Return the earlier trial that trial `number` goes on with."""
        return self._sweep.resumed[number] if number < len(self._sweep.resumed) else None

    def _record(self, parameters: Parameters) -> TrialSpec:
        """Record the next trial."""
        launch, run_id = self._sweep.launch, f"{self._parent.run_id}_{self._n_trials}"
        resumption = self._resumption(self._n_trials)
        known = self._known(run_id, resumption)
        command: list[str] = []

        def make_command(number: int) -> Iterable[str]:
            known["run_number"] = str(number)
            command.extend(self._command(parameters, known, resumption))
            return shown_arguments(command)

        record = self._history.runs.create(
            run_id,
            experiment=self._parent.experiment,
            kind=launch.trial_kind,
            parent_id=self._parent.run_id,
            status=Status.PREPARING,
            parameters=parameters,
            command=make_command,
            properties=None if resumption is None else resumption.properties,
        )
        self._n_trials += 1
        self._pending[run_id] = parameters
        happens = "Sampled" if resumption is None else f"Resuming {resumption.origin} with"
        return self._assign(record, happens, command, known)

    def _begin_again(self, record: RunRecord) -> TrialSpec:
        """Give out a trial that was recorded before the sweep was interrupted."""
        resumption = self._resumption(int(record.run_id.rpartition("_")[2]))
        known = self._known(record.run_id, resumption)
        known["run_number"] = str(record.number)
        command = self._command(record.parameters or {}, known, resumption)
        return self._assign(record, _AGAIN, command, known)

    def _command(
        self, parameters: Parameters, known: TemplateValues, resumption: Resumption | None
    ) -> list[str]:
        """Make a trial's argument vector: once, for what is recorded is what is run."""
        arguments = () if resumption is None else resumption.arguments
        return command_of(self._sweep.launch, parameters, known, arguments)

    def _assign(
        self, record: RunRecord, happens: str, command: list[str], known: TemplateValues
    ) -> TrialSpec:
        """Make ready what a slot needs for a trial that is recorded."""
        parameters, launch = record.parameters or {}, self._sweep.launch
        self._log.write(GENERATOR, f"{happens} {shown_values(parameters)!r} for {record.run_id}.")
        self._log.write(SCHEDULER, f"Scheduling {record.run_id}.")
        folder, obstacle = self._history.folder(record.run_id), None
        if happens == _AGAIN or folder.path.is_dir():
            obstacle = clear_folder(folder, launch)
        return trial_spec_of(
            self._history,
            record,
            launch,
            command,
            known,
            source_id=self._parent.run_id,
            sharers=self._sharers,
            parameters=parameters,
            obstacle=obstacle,
        )

    def _known(self, run_id: str, resumption: Resumption | None) -> TemplateValues:
        known = template_values_of(self._history, self._parent, run_id)
        if resumption is not None:
            known["origin_folder"] = os.fspath(self._history.folder(resumption.origin).path)
        return known


@cache
def _plain(status: Status, cause: Cause | None) -> Outcome:
    return Outcome(status, cause)


def _finish(history: History, run_id: str, outcome: Outcome, elapsed: float | None) -> None:
    history.runs.finish(
        run_id,
        outcome.status,
        cause=outcome.cause,
        reason=outcome.reason,
        exit_code=outcome.exit_code,
        error=outcome.error,
        elapsed=elapsed,
    )
    # What its script has opened, nobody can complete any more.
    history.runs.finish_below(
        run_id, outcome.status, cause=outcome.cause, reason=f"run {run_id}, its parent, has ended"
    )
