"""Standing: how far a trial has come by an interval, and how trials compare.

Everything is in scores: larger is better.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from hyperlocal.domain.trial import Curve

__all__ = ["Standing", "comparable", "falls_short", "mean", "standing"]

_ROUNDING = (
    1e-12  # of the numbers compared: far above float rounding, far below any real difference
)


@dataclass(frozen=True)
class Standing:
    """The best that a trial has reported.

    Attributes:
        trial_id: The trial.
        best: Its best finite score.
        reached_at: The interval of that report, from 1; the first if there are several.
        interval: At which interval this is its best.
    """

    trial_id: str
    best: float
    reached_at: int
    interval: int


def standing(curve: Curve, by_interval: int | None = None) -> Standing | None:
    """Return the best of the first `by_interval` reports, or None without a finite one."""
    scores = curve.scores[:by_interval]
    best = max(filter(math.isfinite, scores), default=None)
    if best is None:
        return None
    return Standing(curve.trial_id, best, scores.index(best) + 1, len(scores))


def comparable(others: Iterable[Curve], interval: int) -> list[Curve]:
    """Return the trials that can be compared at `interval`: those that came so far or have ended.

    One that still runs and has reported less may yet overtake; its early reports say nothing of
    what it will have reached by then.
    """
    return [curve for curve in others if curve.is_finished or len(curve.scores) >= interval]


def falls_short(score: float, threshold: float, scale: float) -> bool:
    """Whether `score` is below `threshold` by more than rounding of numbers as large as `scale`.

    As floats, 0.8 - 0.2 is 0.6000000000000001; 0.6 is not below it.
    """
    return threshold - score > _ROUNDING * scale


def mean(scores: Iterable[float]) -> float | None:
    """Return the mean of the finite scores, or None without one."""
    finite = [score for score in scores if math.isfinite(score)]
    if not finite:
        return None
    # Divided first: the sum of two large floats may be infinite, their mean is not.
    return sum(score / len(finite) for score in finite)
