"""Input warping: a monotone transform of an axis, like a logarithm of the distance from one end.

With strength c, the position x is warped to log(1 + c x) / log(1 + c): the part of the axis below
1 / c takes as much room as each doubling above it. A negative strength warps toward the other end,
and with strength 0 the axis is not warped.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["unwarp", "warp"]

Array = npt.NDArray[np.float64]


def warp(positions: Array, strengths: Array) -> Array:
    """Return warped positions; both are from 0 to 1."""
    c = np.abs(strengths)
    # Where c is 0 the quotient is not used; its divisor is set to log(2) so that it is not 0 / 0.
    warped = np.log1p(c * _from_its_end(positions, strengths)) / np.log1p(np.where(c > 0, c, 1.0))
    return np.where(c > 0, _from_its_end(warped, strengths), positions)


def unwarp(warped: Array, strengths: Array) -> Array:
    """Return the positions that `warp` maps to `warped`."""
    c = np.abs(strengths)
    grown = np.expm1(_from_its_end(warped, strengths) * np.log1p(c))
    positions = np.clip(grown / np.where(c > 0, c, 1.0), 0.0, 1.0)
    return np.where(c > 0, _from_its_end(positions, strengths), warped)


def _from_its_end(positions: Array, strengths: Array) -> Array:
    return np.where(strengths < 0, 1.0 - positions, positions)
