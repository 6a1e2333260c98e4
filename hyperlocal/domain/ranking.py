"""Ranking: which trial of a sweep is the best, for everybody who asks.

A trial counts with the best finite number that it ever logged of the primary metric, not with its
last. NaN and infinities are no numbers to compare by: a trial that logged nothing else has no
rank. Of trials whose best is equal, the one that reached it first is ahead.

`hyperlocal.history.ranking` tells the database the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeVar

from hyperlocal.domain.goal import Goal

__all__ = ["best_number", "first_to_best", "is_better"]

T = TypeVar("T")


def is_better(goal: Goal, number: float, best: float | None) -> bool:
    """Whether a number beats the best one so far; what equals it, or does not count, does not.

    Args:
        goal: Which way the metric is better.
        number: The number.
        best: The best one so far; None if there is none that counts.
    """
    return math.isfinite(number) and (best is None or goal.score(number) > goal.score(best))


def best_number(goal: Goal, numbers: Iterable[float]) -> float | None:
    """Return the best number; None if none counts."""
    best = first_to_best(goal, ((None, number) for number in numbers))
    return None if best is None else best[1]


def first_to_best(goal: Goal, reports: Iterable[tuple[T, float]]) -> tuple[T, float] | None:
    """Return who was the first to report the best number, and that; None if none counts.

    Args:
        goal: Which way the metric is better.
        reports: Who reported what, in the order in which it was reported.
    """
    leader: tuple[T, float] | None = None
    for report in reports:
        if is_better(goal, report[1], None if leader is None else leader[1]):
            leader = report
    return leader
