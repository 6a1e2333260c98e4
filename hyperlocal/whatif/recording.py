"""Recording: the trials of a sweep as they went, with the times of all that they reported."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.course import Course
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.parameters import Parameters, identity
from hyperlocal.domain.policy import Policy
from hyperlocal.domain.space import Space
from hyperlocal.errors import SweepError

if TYPE_CHECKING:
    from hyperlocal.history import History

__all__ = ["RecordedTrial", "Recording"]


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
class Recording:
    """A sweep that ran.

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

    @classmethod
    def of_run(cls, run: Any, history: History | None = None) -> Recording:
        """Return the recording of a sweep in the history.

        Args:
            run: A `HyperDriveRun`, or the id of one.
            history: Where it is; by default where `run` is, or the home of this process.

        Raises:
            RunNotFound: There is no such run.
            SweepError: It is no sweep, has not ended, or no trial of it ran.
        """
        from hyperlocal.history import History
        from hyperlocal.whatif.recorded_runs import recording_of

        run_id = run if isinstance(run, str) else getattr(run, "id", None)
        if not isinstance(run_id, str):
            raise SweepError(f"of_run() takes a run, or the id of one, not {run!r}.")
        where = history or getattr(run, "_history", None) or History.open()
        return recording_of(where, run_id)

    @classmethod
    def of_file(
        cls,
        path: str | os.PathLike[str],
        *,
        metric: str | None = None,
        goal: str | None = None,
        concurrency: int | None = None,
    ) -> Recording:
        """Return the recording in a CSV or JSON file, whose format is in `curve_files`.

        Args:
            path: The file.
            metric: The primary metric's name.
            goal: `maximize` or `minimize`.
            concurrency: How many trials ran at once, if the file does not say; else one.

        Raises:
            SweepError: The file does not say what it must, or says what cannot be.
        """
        from hyperlocal.whatif.curve_files import read

        return read(os.fspath(path), metric=metric, goal=goal, concurrency=concurrency)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a JSON file, from which `of_file` reads it."""
        from hyperlocal.whatif.curve_files import write

        write(self, os.fspath(path))

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


def best_value(recording: Recording, values: Sequence[float]) -> float | None:
    """Return the best finite value of the primary metric; None without one."""
    return max(filter(math.isfinite, values), key=recording.goal.score, default=None)
