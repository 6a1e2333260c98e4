"""Wording: reasons in the metric's own numbers, short but never misleading."""

from __future__ import annotations

import math

from hyperlocal.domain.goal import Goal
from hyperlocal.termination.standing import Standing

__all__ = ["beyond", "number", "place", "side_by_side"]

_PLAIN_FROM, _PLAIN_BELOW = 1e-3, 1e7  # outside of these sizes numbers are shown with an exponent
_LEAST_DIGITS, _MOST_DIGITS = 3, 12


def number(value: float) -> str:
    """Return `value` as a user would write it: 6 significant digits at most, integers whole."""
    if float(value).is_integer() and abs(value) < _PLAIN_BELOW:
        return str(int(value))
    return f"{value:.6g}"


def side_by_side(value: float, other: float) -> tuple[str, str]:
    """Return both with equally many digits, and enough that they differ if the numbers do."""
    if float(value).is_integer() and float(other).is_integer():
        return number(value), number(other)
    texts = _shown(value, other, _LEAST_DIGITS)
    for digits in range(_LEAST_DIGITS, _MOST_DIGITS + 1):
        candidate = _shown(value, other, digits)
        if candidate[0] != candidate[1]:
            return candidate
    return texts


def _shown(value: float, other: float, digits: int) -> tuple[str, str]:
    sizes = sorted(abs(x) for x in (value, other) if x)
    if not _PLAIN_FROM <= sizes[-1] < _PLAIN_BELOW:
        return f"{value:.{digits}g}", f"{other:.{digits}g}"
    # Enough digits for the smaller one too, unless it is smaller by orders of magnitude.
    wanted, limit = (digits - 1 - math.floor(math.log10(size)) for size in (sizes[0], sizes[-1]))
    decimals = max(0, min(wanted, limit + 3))
    # Adding zero turns a negative zero, which a flipped sign leaves behind, into zero.
    return f"{value + 0.0:.{decimals}f}", f"{other + 0.0:.{decimals}f}"


def place(standing: Standing, goal: Goal, metric_text: str = "") -> str:
    """Return where a trial stands, e.g. `0.760 at interval 5`."""
    text = metric_text or number(goal.metric(standing.best))
    if standing.reached_at == standing.interval:
        return f"{text} at interval {standing.interval}"
    return (
        f"{text} at interval {standing.reached_at}, its best up to interval {standing.interval},"
    )


def beyond(goal: Goal) -> str:
    """Return the word for the worse side of a threshold."""
    return "below" if goal is Goal.MAXIMIZE else "above"
