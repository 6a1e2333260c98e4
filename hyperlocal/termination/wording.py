"""Wording: the reasons of verdicts, with numbers that are short and still tell values apart."""

from __future__ import annotations

import math
from collections.abc import Callable

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
    spec_of = _format_spec(abs(value), abs(other))
    first = None
    for digits in range(_MIN_DIGITS, _MAX_DIGITS + 1):
        spec = spec_of(digits)
        # Adding zero turns negative zero, which a minimised metric can give, into zero.
        texts = format(value + 0.0, spec), format(other + 0.0, spec)
        if texts[0] != texts[1]:
            return texts
        first = first or texts
    assert first is not None
    return first


def _format_spec(size: float, other: float) -> Callable[[int], str]:
    """Return a function from a number of digits to the format specification of two numbers.

    Args:
        size: The absolute value of one number.
        other: That of the other one; one of the two is not 0.
    """
    smaller, larger = (size, other) if size < other else (other, size)
    if not _PLAIN_FROM <= larger < _PLAIN_BELOW:
        return lambda digits: f".{digits}g"
    above = -1 - math.floor(math.log10(larger))
    # Enough decimals for the smaller value too, unless it is smaller by orders of magnitude.
    more = min(-1 - math.floor(math.log10(smaller)), above + 3) if smaller else above
    return lambda digits: f".{max(0, digits + more)}f"


def best_text(best: BestSoFar, goal: Goal, metric_text: str = "") -> str:
    """Return the best of a trial and its interval, such as `0.760 at interval 5`."""
    text = metric_text or number(goal.metric(best.score))
    if best.reached_at == best.interval:
        return f"{text} at interval {best.interval}"
    return f"{text} at interval {best.reached_at}, its best up to interval {best.interval},"


def worse_side(goal: Goal) -> str:
    """Return the word for the worse side of a threshold."""
    return "below" if goal is Goal.MAXIMIZE else "above"
