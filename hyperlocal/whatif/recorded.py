"""Recorded: what is known of a sweep and its trials, wherever it was read from."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.parameters import Parameters, identity
from hyperlocal.domain.policy import Policy
from hyperlocal.domain.ranking import first_to_best
from hyperlocal.domain.space import Space
from hyperlocal.domain.trial_trace import TrialTrace
from hyperlocal.errors import SweepError

__all__ = ["RecordedSweep", "RecordedTrial", "in_order"]

T = TypeVar("T")


@dataclass(frozen=True)
class RecordedTrial:
    """One trial.

    Attributes:
        trial_id: Its name: of a run in the history what its id ends with.
        parameters: What it was started with.
        trace: What it reported and when, and how it ended.
        stopped_at: The interval at which its own policy stopped it; None if it did not.
    """

    trial_id: str
    parameters: Parameters
    trace: TrialTrace
    stopped_at: int | None = None

    def told(self, metric_name: str) -> list[tuple[float, float]]:
        """Return what numbers it reported of a metric, with the seconds since it began."""
        told = ((report.at_s, report.metrics.get(metric_name)) for report in self.trace.reports)
        return [(at_s, float(value)) for at_s, value in told if isinstance(value, (int, float))]

    def values(self, metric_name: str) -> list[float]:
        """Return what numbers it reported of a metric."""
        return [value for _, value in self.told(metric_name)]

    @property
    def is_cut(self) -> bool:
        """Whether something else ended it, so that nobody knows how it would have gone on."""
        return self.trace.is_cut

    @property
    def duration_s(self) -> float:
        """For how long it ran."""
        assert self.trace.duration_s is not None
        return self.trace.duration_s


@dataclass(frozen=True)
class RecordedSweep:
    """A sweep that ran, as `Recording` has it.

    Attributes:
        name: What it is called in tables.
        metric_name: Its primary metric.
        goal: Which way that is better.
        trials: Its trials, in the order in which they were tried.
        concurrency: How many ran at once.
        policy: Its own policy.
        space: What it searched; None if that is not known.
        reaction_s: Within which time after a report a trial could not be stopped any more.
        notes: What should be known of it.
    """

    name: str
    metric_name: str
    goal: Goal
    trials: tuple[RecordedTrial, ...]
    concurrency: int
    policy: Policy | None = None
    space: Space | None = None
    reaction_s: float = 0.0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.trials:
            raise SweepError(f"{self.name} has no trial that ran: there is nothing to replay.")
        if not isinstance(self.concurrency, int) or self.concurrency < 1:
            raise SweepError(f"concurrency is {self.concurrency!r}, but must be at least 1.")
        if len({trial.trial_id for trial in self.trials}) < len(self.trials):
            raise SweepError(f"Two trials of {self.name} have the same name.")

    def course_for(self, parameters: Parameters) -> TrialTrace:
        """Return what the trial with these parameters did.

        Raises:
            SweepError: There is none.
        """
        wanted = identity(parameters)
        for trial in self.trials:
            if identity(trial.parameters) == wanted:
                return trial.trace
        raise SweepError(
            f"{self.name} has no trial with the parameters {dict(parameters)!r}. Give the "
            "sampling values that were tried, or a function in place of recorded curves."
        )

    def best(self) -> tuple[RecordedTrial, float] | None:
        """Return the trial that reached the best metric, and that; None if none has a number."""
        return first_to_best(self.goal, self._told_in_order)

    @cached_property
    def _told_in_order(self) -> list[tuple[RecordedTrial, float]]:
        """Which trial reported what of the primary metric, in the order of time."""
        return in_order(
            (began_s + at_s, trial, value)
            for trial, began_s in zip(self.trials, self._beginnings(), strict=True)
            for at_s, value in trial.told(self.metric_name)
        )

    def _beginnings(self) -> Iterator[float]:
        """Return when each trial began to run: as soon as a place was free, after its delay."""
        free = [0.0] * min(self.concurrency, len(self.trials))
        for trial in self.trials:
            began_s = heapq.heappop(free) + trial.trace.delay_s
            heapq.heappush(free, began_s + trial.duration_s)
            yield began_s


def in_order(told: Iterable[tuple[float, T, float]]) -> list[tuple[T, float]]:
    """Return who reported what, by when; what was at the same microsecond keeps its order."""
    return [(who, value) for _, who, value in sorted(told, key=lambda each: round(each[0], 6))]
