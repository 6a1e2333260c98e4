"""Steps that rows and files have in common, checked as the SDK checks them."""

from __future__ import annotations

import os
from typing import Any

__all__ = ["checked_count", "checked_probability", "checked_seed"]


def checked_count(count: Any) -> int:
    """Return a number of rows or files.

    Raises:
        ValueError: It is none.
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ValueError(f"count is {count!r}, but must be an integer and not negative.")
    return count


def checked_probability(name: str, value: Any) -> float:
    """Return a share.

    Raises:
        ValueError: It is none.
    """
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= 1:
        raise ValueError(f"{name} is {value!r}, but must be a number from 0 to 1.")
    return float(value)


def checked_seed(seed: Any) -> int:
    """Return a seed; one is drawn if there is none, so that every reader sees the same choice.

    Raises:
        ValueError: It is no integer.
    """
    if seed is None:
        return int.from_bytes(os.urandom(4), "little")
    try:
        return abs(int(seed))
    except (TypeError, ValueError):
        raise ValueError(f"seed is {seed!r}, but must be an integer.") from None
