"""Standing: how far a trial has come by an interval, and how trials compare.

Everything is in scores: larger is better.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hyperlocal.domain.trial import Curve

__all__ = ["Standing", "best", "comparable", "falls_short", "mean", "standing"]

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
    """Return the best of a trial's reports, or None without a finite one."""
    reached = best(curve)
    if reached is None:
        return None
    return Standing(curve.trial_id, reached, curve.scores.index(reached) + 1, len(curve.scores))


def best(curve: Curve, by_interval: int | None = None) -> float | None:
    """Return the best of the first `by_interval` scores, or of all; None without a finite one."""
    return _by(curve.bests, by_interval)


def mean(curve: Curve, by_interval: int) -> float | None:
    """Return the mean of the first `by_interval` finite scores, or None without one."""
    return _by(curve.means, by_interval)


def _by(values: Sequence[float | None], interval: int | None) -> float | None:
    if not values:
        return None
    return values[-1] if interval is None or interval > len(values) else values[interval - 1]


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
