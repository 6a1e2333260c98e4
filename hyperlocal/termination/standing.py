"""Standing: how far a trial has come by an interval, and how trials compare.

Everything is in scores: larger is better.
"""

from __future__ import annotations

from typing import NamedTuple

from hyperlocal.domain.trial import Curve

__all__ = ["Standing", "falls_short", "standing"]

_ROUNDING = (
    1e-12  # of the numbers compared: far above float rounding, far below any real difference
)


class Standing(NamedTuple):
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
    if curve.best is None or curve.reached_at is None:
        return None
    return Standing(curve.trial_id, curve.best, curve.reached_at, len(curve.scores))


def falls_short(score: float, threshold: float, scale: float) -> bool:
    """Whether `score` is below `threshold` by more than rounding of numbers as large as `scale`.

    As floats, 0.8 - 0.2 is 0.6000000000000001; 0.6 is not below it.
    """
    return threshold - score > _ROUNDING * scale
