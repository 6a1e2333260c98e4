"""Bend: an axis seen on a scale like a logarithm's, of either of its ends.

Bent with strength c, the place x of the way is seen at log(1 + c x) / log(1 + c): what is below
1 / c takes as much room as each doubling above it. A negative strength does the same from the
other end, and 0 leaves the axis straight.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["bend", "straighten"]

Array = npt.NDArray[np.float64]


def bend(places: Array, strengths: Array) -> Array:
    """Return where places from 0 to 1 are seen, also from 0 to 1."""
    c = np.abs(strengths)
    bent = np.log1p(c * _from_its_end(places, strengths)) / np.log1p(np.where(c > 0, c, 1.0))
    return np.where(c > 0, _from_its_end(bent, strengths), places)


def straighten(bent: Array, strengths: Array) -> Array:
    """Return the places that are seen at `bent`."""
    c = np.abs(strengths)
    grown = np.expm1(_from_its_end(bent, strengths) * np.log1p(c))
    places = np.clip(grown / np.where(c > 0, c, 1.0), 0.0, 1.0)
    return np.where(c > 0, _from_its_end(places, strengths), bent)


def _from_its_end(places: Array, strengths: Array) -> Array:
    return np.where(strengths < 0, 1.0 - places, places)
