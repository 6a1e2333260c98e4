"""Desk: where slots get their trials from, and where they bring the results."""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import Protocol

from hyperlocal.domain.launch import Launch
from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Resumption, SamplingKind, Sweep
from hyperlocal.domain.trial import Observation
from hyperlocal.engine.earlier import best_score, observations_of
from hyperlocal.engine.invocation import (
    Fillings,
    command_of,
    environment_of,
    placements_of,
)
from hyperlocal.engine.limits import thread_variables
from hyperlocal.engine.outcome import Outcome, after_stop
from hyperlocal.engine.sweep_log import GENERATOR, SCHEDULER, SweepLog
from hyperlocal.engine.trial import Assignment
from hyperlocal.history import History, RunRecord
from hyperlocal.search import Sampler, make_sampler

__all__ = ["Desk", "SingleDesk", "SweepDesk"]


class Desk(Protocol):
    """What a slot needs: the next trial, and someone to tell how it ended."""

    def next(self) -> Assignment | None:
        """Return the next trial, recorded and ready to be started; None if there is none."""

    def tell(self, run_id: str, outcome: Outcome) -> None:
        """Record how a trial ended."""

    def close(self) -> None:
        """Give out no more trials."""


class SingleDesk:
    """The desk of a plain job: the run itself is the only trial."""

    def __init__(self, history: History, record: RunRecord, launch: Launch) -> None:
        self._history = history
        self._record: RunRecord | None = record
        self._run_id = record.run_id
        self._outcome: Outcome | None = None
        self._launch = launch
        self._lock = threading.Lock()

    def next(self) -> Assignment | None:
        """Return the run, once."""
        with self._lock:
            record, self._record = self._record, None
        if record is None:
            return None
        fillings = _fillings(self._history, record)
        return _assignment(
            self._history,
            record,
            self._launch,
            command_of(self._launch, {}, fillings),
            source_id=record.run_id,
            slots=1,
        )

    def tell(self, run_id: str, outcome: Outcome) -> None:
        """Keep how the run ended, until `finish` records it."""
        self._outcome = outcome

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
            error = {"code": "ServiceError", "message": reason}
            outcome = Outcome(Status.FAILED, Cause.INTERRUPTED, reason, error=error)
        _finish(self._history, self._run_id, outcome)


class SweepDesk:
    """The desk of a sweep.

    Slots ask one at a time and under a lock, so that each answer rests on every result so far.

    Attributes:
        outcomes: Child run id to how it ended, in order of ending.
        is_exhausted: Whether the space had nothing more to try.
    """

    def __init__(
        self,
        history: History,
        parent: RunRecord,
        sweep: Sweep,
        slots: int,
        log: SweepLog,
        sampler: Sampler | None = None,
    ) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self.is_exhausted = False
        self._history = history
        self._parent = parent
        self._sweep = sweep
        self._slots = slots
        self._log = log
        self._sampler = sampler
        self._lock = threading.Lock()
        self._is_closed = False
        self._n_trials = 0
        self._pending: dict[str, Parameters] = {}
        self._observations: list[Observation] = []
        self._resumed = deque(sweep.resumed)

    def next(self) -> Assignment | None:
        """Ask for parameters and record the child run that will try them."""
        with self._lock:
            if self._is_closed or self._n_trials >= self._sweep.limits.max_trials:
                return None
            if self._resumed:
                resumption = self._resumed.popleft()
                return self._record(resumption.parameters, resumption)
            parameters = self._ask()
            # A Bayesian sampler thinks for a while; the sweep may have been cancelled meanwhile.
            if parameters is None or self._is_closed:
                return None
            return self._record(parameters)

    def tell(self, run_id: str, outcome: Outcome) -> None:
        """Record how a trial ended; the next ask knows of it."""
        _finish(self._history, run_id, outcome)
        score = best_score(self._history, run_id, self._sweep)
        with self._lock:
            self.outcomes[run_id] = outcome
            parameters = self._pending.pop(run_id)
            is_stopped = outcome.status is Status.CANCELED
            self._observations.append(Observation(parameters, score, is_stopped))

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
        if self._sweep.earlier and sampling.kind is SamplingKind.BAYESIAN:
            known = list(observations_of(self._history, self._sweep))
            self._observations[:0] = known
            self._log.write(GENERATOR, f"Building on {len(known)} trials of earlier sweeps.")
        return make_sampler(self._sweep.space, sampling)

    def _record(self, parameters: Parameters, resumption: Resumption | None = None) -> Assignment:
        launch, run_id = self._sweep.launch, f"{self._parent.run_id}_{self._n_trials}"
        self._n_trials += 1
        self._pending[run_id] = parameters
        happens = "Sampled" if resumption is None else f"Resuming {resumption.origin} with"
        self._log.write(GENERATOR, f"{happens} {dict(parameters)!r} for {run_id}.")
        known = _fillings(self._history, self._parent, run_id)
        arguments: tuple[str, ...] = ()
        if resumption is not None:
            arguments = resumption.arguments
            known["origin_folder"] = os.fspath(self._history.folder(resumption.origin).path)
        record = self._history.runs.create(
            run_id,
            experiment=self._parent.experiment,
            kind=launch.trial_kind,
            parent_id=self._parent.run_id,
            status=Status.PREPARING,
            parameters=parameters,
            command=command_of(launch, parameters, known, arguments),
            properties=None if resumption is None else resumption.properties,
        )
        self._log.write(SCHEDULER, f"Scheduling {run_id}.")
        known["run_number"] = str(record.number)
        command = command_of(launch, parameters, known, arguments)
        return _assignment(
            self._history,
            record,
            launch,
            command,
            source_id=self._parent.run_id,
            slots=self._slots,
            parameters=parameters,
        )


def _finish(history: History, run_id: str, outcome: Outcome) -> None:
    history.runs.finish(
        run_id,
        outcome.status,
        cause=outcome.cause,
        reason=outcome.reason,
        exit_code=outcome.exit_code,
        error=outcome.error,
    )


def _fillings(history: History, record: RunRecord, run_id: str | None = None) -> Fillings:
    """Return what a run fills into its launch; all but the number for a `run_id` to come."""
    folder = history.folder(run_id or record.run_id)
    fillings = Fillings(
        run_id=run_id or record.run_id,
        parent_id=(record.run_id if run_id else record.parent_id) or record.run_id,
        run_folder=os.fspath(folder.path),
        working_folder=os.fspath(folder.work),
        home=os.fspath(history.home),
    )
    if run_id is None:
        fillings["run_number"] = str(record.number)
    return fillings


def _assignment(
    history: History,
    record: RunRecord,
    launch: Launch,
    command: list[str],
    *,
    source_id: str,
    slots: int,
    parameters: Parameters | None = None,
) -> Assignment:
    inherited = dict(os.environ)
    shares = thread_variables(slots, {**inherited, **launch.environment})
    fillings = _fillings(history, record)
    return Assignment(
        run_id=record.run_id,
        folder=history.folder(record.run_id),
        source=os.fspath(history.folder(source_id).snapshot),
        command=command,
        environment=environment_of(launch, parameters or {}, fillings, {**inherited, **shares}),
        placements=placements_of(launch, fillings),
        output_file=launch.output_file,
        kept_folders=launch.kept_folders,
        max_duration_s=launch.max_duration_s,
    )
