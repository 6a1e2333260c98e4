"""Digits: numbers cut to the digits in which they differ, so that people can compare them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

__all__ = ["FEWEST", "TERSE", "short_numbers"]

FEWEST = 4
"""How many significant digits are shown where there is room."""

TERSE = 2
"""How many are shown where there is none."""

_MOST = 17
_FRACTION = re.compile(r"-?\d+(\.\d+(e[-+]\d+)?|e[-+]\d+)$")


def short_numbers(texts: Iterable[str], fewest: int = FEWEST) -> Mapping[str, str]:
    """Return short forms of those texts that are fractions; all differ that differed before.

    Args:
        texts: Numbers as they are written with all digits, and whatever stands among them.
        fewest: How many significant digits are kept in any case.
    """
    numbers = {text for text in texts if _FRACTION.match(text)}
    for digits in range(fewest, _MOST):
        short = {text: _short(text, digits) for text in numbers}
        if len(set(short.values())) == len(numbers):
            return short
    return {}


def _short(text: str, digits: int) -> str:
    value = float(text)
    # Whole digits are kept: 123457 says more than 1.235e+05, and is not longer.
    is_wide = 10.0**digits <= abs(value) < 1e7
    shown = f"{value:.0f}" if is_wide else f"{value:.{digits}g}"
    # What is rounded up may be beyond the greatest number.
    return shown if len(shown) < len(text) and not math.isinf(float(shown)) else text
