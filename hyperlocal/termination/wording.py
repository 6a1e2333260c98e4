"""Wording: reasons in the metric's own numbers, short but never misleading."""

from __future__ import annotations

import math
from collections.abc import Callable

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
    shape = _shape(abs(value), abs(other))
    first = None
    for digits in range(_LEAST_DIGITS, _MOST_DIGITS + 1):
        form = shape(digits)
        # Adding zero turns a negative zero, which a flipped sign leaves behind, into zero.
        texts = format(value + 0.0, form), format(other + 0.0, form)
        if texts[0] != texts[1]:
            return texts
        first = first or texts
    assert first is not None
    return first


def _shape(size: float, other: float) -> Callable[[int], str]:
    """Return digits to the format of numbers as large as these two, of which one is not zero."""
    smaller, larger = (size, other) if size < other else (other, size)
    if not _PLAIN_FROM <= larger < _PLAIN_BELOW:
        return lambda digits: f".{digits}g"
    above = -1 - math.floor(math.log10(larger))
    # Enough digits for the smaller one too, unless it is smaller by orders of magnitude.
    more = min(-1 - math.floor(math.log10(smaller)), above + 3) if smaller else above
    return lambda digits: f".{max(0, digits + more)}f"


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
