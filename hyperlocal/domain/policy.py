"""Policies: when a trial is given up early. The rules themselves are in `termination`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Union

from hyperlocal.errors import SweepError

__all__ = ["Bandit", "MedianStopping", "Policy", "Schedule", "TruncationSelection"]


@dataclass(frozen=True)
class Schedule:
    """When a policy is applied: at multiples of `evaluation_interval`, from `delay_evaluation` on.

    An interval is one report of the primary metric by that trial.
    """

    evaluation_interval: int = 1
    delay_evaluation: int = 0

    def __post_init__(self) -> None:
        if self.evaluation_interval < 1:
            raise SweepError(
                f"evaluation_interval is {self.evaluation_interval!r}, but must be at least 1."
            )
        if self.delay_evaluation < 0:
            raise SweepError(
                f"delay_evaluation is {self.delay_evaluation!r}, but must not be negative."
            )

    def applies_at(self, interval: int) -> bool:
        """Whether the policy judges a trial at its `interval`-th report (from 1)."""
        return interval >= self.delay_evaluation and interval % self.evaluation_interval == 0


@dataclass(frozen=True)
class Bandit:
    """Give up a trial whose best is worse than the incumbent by more than a slack."""

    schedule: Schedule
    slack_factor: float | None = None
    slack_amount: float | None = None

    def __post_init__(self) -> None:
        if (self.slack_factor is None) == (self.slack_amount is None):
            raise SweepError("Bandit needs exactly one of slack_factor and slack_amount.")
        slack = self.slack_factor if self.slack_factor is not None else self.slack_amount
        if not isinstance(slack, (int, float)) or not 0 <= slack < math.inf:
            raise SweepError(
                f"The bandit's slack is {slack!r}, but must be a finite number and not negative."
            )


@dataclass(frozen=True)
class MedianStopping:
    """Give up a trial whose best is worse than the median of all running averages."""

    schedule: Schedule


@dataclass(frozen=True)
class TruncationSelection:
    """Give up the worst `percentage` per cent of the trials at each interval."""

    schedule: Schedule
    percentage: int

    def __post_init__(self) -> None:
        if not 1 <= self.percentage <= 99:
            raise SweepError(
                f"truncation_percentage is {self.percentage!r}, but must be from 1 to 99."
            )


Policy = Union[Bandit, MedianStopping, TruncationSelection]
