"""Standing: how far a trial has come by an interval, and how trials compare.

Everything is in scores: larger is better.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from hyperlocal.domain.trial import Curve

__all__ = ["Standing", "best_by", "comparable", "falls_short", "mean_by", "standing"]

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


def standing(curve: Curve) -> Standing | None:
    """Return the best that a trial has reported, or None without a finite number."""
    best = best_by(curve, len(curve.scores))
    if best is None:
        return None
    return Standing(curve.trial_id, best, curve.scores.index(best) + 1, len(curve.scores))


def best_by(curve: Curve, interval: int) -> float | None:
    """Return the best of the first `interval` reports, or None without a finite number."""
    best = curve.bests[min(interval, len(curve.bests)) - 1] if curve.bests else -math.inf
    return None if best == -math.inf else best


def mean_by(curve: Curve, interval: int) -> float | None:
    """Return the mean of the finite ones of the first `interval` reports, or None without one."""
    mean = curve.means[min(interval, len(curve.means)) - 1] if curve.means else math.nan
    return None if math.isnan(mean) else mean


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
