"""Best so far: the best score of a trial up to an interval, and when one score is worse.

All values are scores: larger is better.
"""

from __future__ import annotations

from typing import NamedTuple

from hyperlocal.domain.trial import Curve

__all__ = ["BestSoFar", "best_so_far", "is_worse"]

# Relative to the numbers compared: far above the rounding of floats (2e-16 per operation), and far
# below any difference between two metrics that means something.
_RELATIVE_TOLERANCE = 1e-12


class BestSoFar(NamedTuple):
    """The best score that a trial has reported.

    Attributes:
        trial_id: The trial.
        score: Its best finite score.
        reached_at: The interval of that report, from 1; the first if there are several.
        interval: The latest interval that the trial has reported.
    """

    trial_id: str
    score: float
    reached_at: int
    interval: int


def best_so_far(curve: Curve) -> BestSoFar | None:
    """Return the best score of a trial, or None if it has reported no finite one."""
    if curve.best is None or curve.reached_at is None:
        return None
    return BestSoFar(curve.trial_id, curve.best, curve.reached_at, len(curve.scores))


def is_worse(score: float, threshold: float, scale: float) -> bool:
    """Return whether `score` is below `threshold` by more than the rounding of floats.

    As floats, 0.8 - 0.2 is 0.6000000000000001, but a score of 0.6 is not below that threshold.

    Args:
        score: The score that is judged.
        threshold: The score that it must reach.
        scale: The magnitude of the numbers that the threshold was computed from; the tolerance is
            relative to it.
    """
    return threshold - score > _RELATIVE_TOLERANCE * scale
