"""What samplers and policies are told of trials."""

from __future__ import annotations

import itertools
import math
from array import array
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

    # Computed once: a trial that has ended is compared with every later one, again and again.

    @cached_property
    def bests(self) -> array[float]:
        """At each interval the best finite score so far; minus infinity without one."""
        finite = (score if math.isfinite(score) else -math.inf for score in self.scores)
        return array("d", itertools.accumulate(finite, max))

    @cached_property
    def means(self) -> array[float]:
        """At each interval the mean of the finite scores so far; NaN without one."""
        means, mean, n = array("d"), math.nan, 0
        for score in self.scores:
            if math.isfinite(score):
                n += 1
                # Divided first: the sum of two large floats may be infinite, their mean is not.
                mean = score if n == 1 else mean * ((n - 1) / n) + score / n
            means.append(mean)
        return means
