"""Wording: the reasons of verdicts, with numbers that are short and still tell values apart."""

from __future__ import annotations

import math

from hyperlocal.domain.goal import Goal
from hyperlocal.termination.best_so_far import BestSoFar

__all__ = ["best_text", "number", "side_by_side", "worse_side"]

_PLAIN_FROM, _PLAIN_BELOW = 1e-3, 1e7  # other magnitudes are shown with an exponent
_MIN_DIGITS, _MAX_DIGITS = 3, 12


def number(value: float) -> str:
    """Return `value` with at most 6 significant digits; integers without decimals."""
    if float(value).is_integer() and abs(value) < _PLAIN_BELOW:
        return str(int(value))
    return f"{value:.6g}"


def side_by_side(value: float, other: float) -> tuple[str, str]:
    """Return both values with the same number of digits, enough to show that they differ."""
    if float(value).is_integer() and float(other).is_integer():
        return number(value), number(other)
    texts = _shown(value, other, _MIN_DIGITS)
    for digits in range(_MIN_DIGITS, _MAX_DIGITS + 1):
        candidate = _shown(value, other, digits)
        if candidate[0] != candidate[1]:
            return candidate
    return texts


def _shown(value: float, other: float, digits: int) -> tuple[str, str]:
    sizes = sorted(abs(x) for x in (value, other) if x)
    if not _PLAIN_FROM <= sizes[-1] < _PLAIN_BELOW:
        return f"{value:.{digits}g}", f"{other:.{digits}g}"
    # Enough decimals for the smaller value too, unless it is smaller by orders of magnitude.
    wanted, limit = (digits - 1 - math.floor(math.log10(size)) for size in (sizes[0], sizes[-1]))
    decimals = max(0, min(wanted, limit + 3))
    # Adding zero turns negative zero, which the sign of a minimised metric can give, into zero.
    return f"{value + 0.0:.{decimals}f}", f"{other + 0.0:.{decimals}f}"


def best_text(best: BestSoFar, goal: Goal, metric_text: str = "") -> str:
    """Return the best of a trial and its interval, such as `0.760 at interval 5`."""
    text = metric_text or number(goal.metric(best.score))
    if best.reached_at == best.interval:
        return f"{text} at interval {best.interval}"
    return f"{text} at interval {best.reached_at}, its best up to interval {best.interval},"


def worse_side(goal: Goal) -> str:
    """Return the word for the worse side of a threshold."""
    return "below" if goal is Goal.MAXIMIZE else "above"
