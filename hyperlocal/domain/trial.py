"""What samplers and policies are told of trials."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from hyperlocal.domain.parameters import Parameters

__all__ = ["Curve", "GrowingCurve", "Observation"]


@dataclass(frozen=True)
class Observation:
    """A trial that has ended.

    Attributes:
        parameters: What it was started with.
        score: Its best primary metric, turned so that larger is better; None if it never
            logged a finite one (it failed, or logged nothing or NaN).
        is_stopped: Whether it was stopped early, so that the score may be short of what a
            whole run would have reached.
    """

    parameters: Parameters
    score: float | None
    is_stopped: bool = False


@dataclass(frozen=True)
class Curve:
    """What one trial reported of the primary metric, in order.

    Attributes:
        trial_id: The child run.
        scores: One per interval, turned so that larger is better; NaN where it logged NaN.
        is_finished: Whether the trial has ended.
    """

    trial_id: str
    scores: Sequence[float]
    is_finished: bool = False

    # Kept with the curve: a policy compares every new report with all other trials.

    @cached_property
    def bests(self) -> Sequence[float | None]:
        """The best finite score by each interval; None as long as there is none."""
        return _Progress(self.scores).bests

    @cached_property
    def means(self) -> Sequence[float | None]:
        """The mean of the finite scores by each interval; None as long as there is none."""
        return _Progress(self.scores).means

    @cached_property
    def best(self) -> float | None:
        """The best finite score; None without one."""
        return self.bests[-1] if self.bests else None

    @cached_property
    def reached_at(self) -> int | None:
        """The interval of the best score, from 1, the first if there are several; or None."""
        return None if self.best is None else self.scores.index(self.best) + 1


class GrowingCurve(Curve):
    """A curve to which reports are added. Each costs the same, however many there were."""

    def __init__(self, trial_id: str, scores: Iterable[float] = ()) -> None:
        progress = _Progress(scores)
        super().__init__(trial_id, progress.scores)
        # What a curve works out once and keeps, this one keeps up to date.
        self.__dict__.update(_progress=progress, bests=progress.bests, means=progress.means)
        self._show(progress)

    def add(self, score: float) -> None:
        """Take in the next report."""
        progress: _Progress = self.__dict__["_progress"]
        progress.add(score)
        self._show(progress)

    def _show(self, progress: _Progress) -> None:
        self.__dict__["best"], self.__dict__["reached_at"] = progress.best, progress.reached_at


class _Progress:
    """Scores as they come in, with the best and the mean by each of them."""

    def __init__(self, scores: Iterable[float]) -> None:
        self.scores: list[float] = []
        self.bests: list[float | None] = []
        self.means: list[float | None] = []
        self.reached_at: int | None = None
        self.best: float | None = None
        self._mean, self._count = 0.0, 0
        for score in scores:
            self.add(score)

    def add(self, score: float) -> None:
        self.scores.append(score)
        if math.isfinite(score):
            if self.best is None or score > self.best:
                self.best, self.reached_at = score, len(self.scores)
            self._count += 1
            # Divided first: a difference of two large floats may be infinite.
            self._mean += score / self._count - self._mean / self._count
        self.bests.append(self.best)
        self.means.append(self._mean if self._count else None)
