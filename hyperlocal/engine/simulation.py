"""Simulation: a sweep's trials in virtual time, where nothing runs and nothing sleeps.

Each trial follows a `TrialTrace`. What happens next is taken from a queue of moments; at equal
ones reports come before ends, ends before limits, and earlier trials before later ones, so that
the same traces always give the same sweep. Moments are whole microseconds: they add up exactly.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from hyperlocal.domain.status import Cause
from hyperlocal.domain.trial_trace import Report, TrialTrace
from hyperlocal.engine.limits import late_sweep, late_trial
from hyperlocal.engine.outcome import Ending
from hyperlocal.engine.stopping_state import Judgement, StoppingState
from hyperlocal.errors import SweepError

__all__ = ["Rules", "Simulation", "SimulationBackend", "VirtualClock", "play"]

_US = 1_000_000  # microseconds in a second

# What happens at the same moment happens in this order.
_BEGIN, _REPORT, _END, _TRIAL_LIMIT, _SWEEP_LIMIT, _CANCEL = range(6)

_USER = Ending(Cause.USER, "cancelled by the user")


class VirtualClock:
    """What time it is in a simulation.

    Attributes:
        begins_at: When it begins, in seconds since the epoch.
        now_us: Microseconds since then.
    """

    def __init__(self, begins_at: float = 0.0) -> None:
        self.begins_at = begins_at
        self.now_us = 0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.begins_at + self.now_us / _US


class SimulationBackend(Protocol):
    """Where trials come from, and what keeps what becomes of them."""

    def next(self) -> tuple[str, TrialTrace] | None:
        """Return the next trial's id and what it will do; None if there are no more for good."""

    def begin(self, trial_id: str) -> None:
        """A trial begins to run."""

    def report(self, trial_id: str, report: Report) -> None:
        """A trial logs."""

    def judge(self, trial_id: str, judgement: Judgement) -> None:
        """The policy has looked at a trial."""

    def end(self, trial_id: str, ending: Ending | None) -> None:
        """A trial has ended: by itself, or stopped for a reason."""

    def close(self) -> None:
        """Give out no more trials."""


@dataclass(frozen=True)
class Rules:
    """What a simulated sweep obeys.

    Attributes:
        slots: How many trials run at once.
        metric_name: What the policy looks at.
        state: Who judges; None without a policy.
        max_duration_s: How long the sweep may take.
        max_trial_s: How long a trial may run.
        cancelled_at_s: When the user cancels the sweep.
        cancelled_at_trial: The number of the trial with whose beginning the user cancels it.
        reaction_s: A trial that ends within this time after a report is not judged at it.
    """

    slots: int
    metric_name: str
    state: StoppingState | None = None
    max_duration_s: float | None = None
    max_trial_s: float | None = None
    cancelled_at_s: float | None = None
    cancelled_at_trial: int | None = None
    reaction_s: float = 0.0


def play(stage: SimulationBackend, rules: Rules, clock: VirtualClock) -> Ending | None:
    """Play a sweep to its end, and set the clock as time goes by.

    Returns:
        Why the whole sweep was ended before its time; None if it was not.

    Raises:
        SweepError: A trial never ends, and nothing ends it.
    """
    return Simulation(stage, rules, clock).play()


class _Event(NamedTuple):
    """Something that happens at a moment; events are sorted by all but the last two fields."""

    at_us: int
    rank: int
    trial_number: int
    serial: int
    happen: Callable[[_Trial], None]
    trial: _Trial


class _Trial:
    """A trial that has been given out and has not ended."""

    def __init__(self, number: int, trial_id: str, trace: TrialTrace) -> None:
        self.number = number
        self.trial_id = trial_id
        self.trace = trace
        self.began_us = 0
        self.n_reports = 0
        self.ending: Ending | None = None  # from the moment when it is stopped
        self.has_ended = False

    @property
    def ends_us(self) -> int | None:
        """When it ends by itself."""
        duration_s = self.trace.duration_s
        return None if duration_s is None else self.began_us + _whole(duration_s)


class Simulation:
    """A sweep that is played; see `play`. It may be begun, and played to its end later."""

    def __init__(self, stage: SimulationBackend, rules: Rules, clock: VirtualClock) -> None:
        self._stage = stage
        self._rules = rules
        self._clock = clock
        self._events: list[_Event] = []
        self._serial = itertools.count()
        self._numbers = itertools.count()
        self._live: dict[str, _Trial] = {}
        self._ending: Ending | None = None
        self._has_begun = False

    def begin(self) -> None:
        """Play until the first trials run."""
        self._has_begun = True
        self._expect_end()
        for _ in range(self._rules.slots):
            if not self._fill():
                break  # whoever asks next is told the same, however many slots there are
        while self._events and self._events[0].rank == _BEGIN:
            self._play_next()

    def play(self) -> Ending | None:
        """Play to the end; return why it came before its time, None if it did not."""
        if not self._has_begun:
            self.begin()
        while self._live:
            if not self._events:
                raise SweepError(
                    f"{len(self._live)} simulated trials never end, nor does anything end them: "
                    "give the sweep or its trials a limit of time."
                )
            self._play_next()
        return self._ending

    def cancel(self) -> None:
        """Let the user cancel it now."""
        self._end_all(_USER)

    def _play_next(self) -> None:
        event = heapq.heappop(self._events)
        if not event.trial.has_ended:
            self._clock.now_us = event.at_us
            event.happen(event.trial)

    def _expect(
        self, at_us: int, rank: int, happen: Callable[[_Trial], None], trial: _Trial
    ) -> None:
        serial = next(self._serial)
        heapq.heappush(self._events, _Event(at_us, rank, trial.number, serial, happen, trial))

    def _expect_end(self) -> None:
        """Expect what ends the whole sweep, as events of a trial that is none."""
        nobody = _Trial(-1, "", TrialTrace((), None))
        limit, cancelled = self._rules.max_duration_s, self._rules.cancelled_at_s
        if limit is not None:
            ending = Ending(Cause.SWEEP_LIMIT, late_sweep(limit))
            self._expect(_whole(limit), _SWEEP_LIMIT, lambda _: self._end_all(ending), nobody)
        if cancelled is not None:
            self._expect(_whole(cancelled), _CANCEL, lambda _: self._end_all(_USER), nobody)

    def _fill(self) -> bool:
        """Let a free slot take the next trial; return whether there is one."""
        given = self._stage.next()
        if given is None:
            return False
        trial = _Trial(next(self._numbers), *given)
        self._live[trial.trial_id] = trial
        began_us = self._clock.now_us + _whole(trial.trace.delay_s)
        self._expect(began_us, _BEGIN, self._begin, trial)
        return True

    def _begin(self, trial: _Trial) -> None:
        trial.began_us = self._clock.now_us
        self._stage.begin(trial.trial_id)
        if trial.number == self._rules.cancelled_at_trial:
            self._end_all(_USER)
            return
        self._expect_report(trial)
        if trial.ends_us is not None:
            self._expect(trial.ends_us, _END, self._end, trial)
        if self._rules.max_trial_s is not None:
            over = Ending(Cause.TRIAL_LIMIT, late_trial(self._rules.max_trial_s))
            limit_us = trial.began_us + _whole(self._rules.max_trial_s)
            self._expect(limit_us, _TRIAL_LIMIT, lambda late: self._stop(late, over), trial)

    def _expect_report(self, trial: _Trial) -> None:
        reports = trial.trace.reports
        if trial.n_reports < len(reports):
            at_us = trial.began_us + _whole(reports[trial.n_reports].at_s)
            self._expect(at_us, _REPORT, self._report, trial)

    def _report(self, trial: _Trial) -> None:
        report = trial.trace.reports[trial.n_reports]
        trial.n_reports += 1
        self._expect_report(trial)
        self._stage.report(trial.trial_id, report)
        value = report.metrics.get(self._rules.metric_name)
        if isinstance(value, (int, float)) and self._rules.state is not None:
            self._rules.state.add(trial.trial_id, float(value))
            self._judge(trial, self._rules.state)

    def _judge(self, trial: _Trial, state: StoppingState) -> None:
        if trial.ending is not None or self._is_as_good_as_over(trial):
            return
        judgement = state.judge(trial.trial_id, self._live.keys())
        if judgement is None:
            return
        self._stage.judge(trial.trial_id, judgement)
        if judgement.verdict.stop:
            self._stop(trial, Ending(Cause.POLICY, judgement.verdict.reason))

    def _is_as_good_as_over(self, trial: _Trial) -> bool:
        ends_us = trial.ends_us
        if ends_us is None or trial.trace.is_cut:
            return False
        return ends_us - self._clock.now_us <= _whole(self._rules.reaction_s)

    def _stop(self, trial: _Trial, ending: Ending) -> None:
        if trial.ending is not None:
            return
        trial.ending = ending
        lag_us = _whole(trial.trace.stop_lag_s)
        if lag_us:
            self._expect(self._clock.now_us + lag_us, _END, self._end, trial)
        else:
            self._end(trial)

    def _end(self, trial: _Trial) -> None:
        trial.has_ended = True
        del self._live[trial.trial_id]
        self._stage.end(trial.trial_id, trial.ending)
        self._fill()

    def _end_all(self, ending: Ending) -> None:
        self._stage.close()
        if self._ending is None:
            self._ending = ending
            for trial in list(self._live.values()):
                self._stop(trial, ending)


def _whole(seconds: float) -> int:
    return round(seconds * _US)
