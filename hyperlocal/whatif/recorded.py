"""Recorded: what is known of a sweep and its trials, wherever it was read from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hyperlocal.domain.course import Course
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.parameters import Parameters, identity
from hyperlocal.domain.policy import Policy
from hyperlocal.domain.space import Space
from hyperlocal.errors import SweepError

__all__ = ["RecordedSweep", "RecordedTrial", "best_value"]


@dataclass(frozen=True)
class RecordedTrial:
    """One trial.

    Attributes:
        trial_id: Its name: of a run in the history what its id ends with.
        parameters: What it was started with.
        course: What it reported and when, and how it ended.
        stopped_at: The interval at which its own policy stopped it; None if it did not.
    """

    trial_id: str
    parameters: Parameters
    course: Course
    stopped_at: int | None = None

    def values(self, metric_name: str) -> list[float]:
        """Return what it reported of a metric."""
        told = (report.metrics.get(metric_name) for report in self.course.reports)
        return [float(value) for value in told if isinstance(value, (int, float))]

    @property
    def is_cut(self) -> bool:
        """Whether something else ended it, so that nobody knows how it would have gone on."""
        return self.course.is_cut

    @property
    def duration_s(self) -> float:
        """For how long it ran."""
        assert self.course.duration_s is not None
        return self.course.duration_s


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

    def course_for(self, parameters: Parameters) -> Course:
        """Return what the trial with these parameters did.

        Raises:
            SweepError: There is none.
        """
        wanted = identity(parameters)
        for trial in self.trials:
            if identity(trial.parameters) == wanted:
                return trial.course
        raise SweepError(
            f"{self.name} has no trial with the parameters {dict(parameters)!r}. Give the "
            "sampling values that were tried, or a function in place of recorded curves."
        )

    def best(self) -> tuple[RecordedTrial, float] | None:
        """Return the trial that reached the best metric, and that; None if none has a number."""
        scored = [
            (trial, best_value(self, trial.values(self.metric_name))) for trial in self.trials
        ]
        known = [(trial, value) for trial, value in scored if value is not None]
        # The first of equal ones.
        return max(known, key=lambda pair: self.goal.score(pair[1]), default=None)


def best_value(recording: RecordedSweep, values: Sequence[float]) -> float | None:
    """Return the best finite value of the primary metric; None without one."""
    return max(filter(math.isfinite, values), key=recording.goal.score, default=None)
