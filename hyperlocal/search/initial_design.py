"""Initial design: the points of the first trials, before a model can be fitted.

Only numpy is imported here, so that the first trials of a sweep do not wait for anything else.
m points, d parameters, on the unit cube.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hyperlocal.search.unit_cube import Array

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["latin_hypercube"]


def latin_hypercube(m: int, d: int, rng: Generator) -> Array:
    """Return a Latin hypercube: each of `m` slices of each parameter holds one of the points.

    Returns:
        Points, shape `(m, d)`, from 0 to below 1.

    References:
        McKay, Beckman & Conover 1979, "A Comparison of Three Methods for Selecting Values of Input
        Variables in the Analysis of Output from a Computer Code".
    """
    slices = np.stack([rng.permutation(m) for _ in range(d)], axis=1) if d else np.zeros((m, 0))
    points: Array = (slices + rng.random((m, d))) / m
    return points
