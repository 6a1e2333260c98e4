"""Merged: numbers of two sorted lists together, without merging them.

One of the lists, of ended trials, may be very long.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

__all__ = ["merged_at"]


def merged_at(many: Sequence[float], few: Sequence[float], index: int) -> float:
    """Return the number at an index of the two sorted lists, merged."""
    for n_before, number in enumerate(few):
        merged_index = n_before + bisect_left(many, number)
        if merged_index == index:
            return number
        if merged_index > index:
            return many[index - n_before]
    return many[index - len(few)]
