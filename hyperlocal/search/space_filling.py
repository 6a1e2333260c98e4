"""Space filling: where to look first, when nothing is known.

Only numpy is needed here, so that a sweep's first trials do not wait for anything else.
m points, d parameters, as shares of the way from 0 to 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hyperlocal.search.unit_cube import Array

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["latin_hypercube"]


def latin_hypercube(m: int, d: int, rng: Generator) -> Array:
    """Return points of which each of `m` slices of each parameter holds one.

    Returns:
        Shares, shape `(m, d)`, from 0 to below 1.

    References:
        McKay, Beckman & Conover 1979, "A Comparison of Three Methods for Selecting Values of Input
        Variables in the Analysis of Output from a Computer Code".
    """
    slices = np.stack([rng.permutation(m) for _ in range(d)], axis=1) if d else np.zeros((m, 0))
    shares: Array = (slices + rng.random((m, d))) / m
    return shares
