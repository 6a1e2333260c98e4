"""What samplers and policies are told of trials."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from hyperlocal.domain.parameters import Parameters

__all__ = ["Curve", "Observation"]


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
    scores: tuple[float, ...]
    is_finished: bool = False

    # Kept with the curve: a policy compares every new report with all other trials.

    @cached_property
    def bests(self) -> tuple[float | None, ...]:
        """The best finite score by each interval; None as long as there is none."""
        best: float | None = None
        bests: list[float | None] = []
        for score in self.scores:
            if math.isfinite(score) and (best is None or score > best):
                best = score
            bests.append(best)
        return tuple(bests)

    @cached_property
    def best(self) -> float | None:
        """The best finite score; None without one."""
        return self.bests[-1] if self.bests else None

    @cached_property
    def means(self) -> tuple[float | None, ...]:
        """The mean of the finite scores by each interval; None as long as there is none."""
        mean, count = 0.0, 0
        means: list[float | None] = []
        for score in self.scores:
            if math.isfinite(score):
                count += 1
                # Divided first: a difference of two large floats may be infinite.
                mean += score / count - mean / count
            means.append(mean if count else None)
        return tuple(means)
