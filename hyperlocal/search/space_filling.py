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

__all__ = ["latin_hypercube", "squared_distances"]

_N_DESIGNS = 20


def latin_hypercube(m: int, d: int, rng: Generator) -> Array:
    """Return points of which each of `m` slices of each parameter holds one, well apart.

    Of several such designs it is the one whose closest two points are farthest apart.

    Returns:
        Shares, shape `(m, d)`, from 0 to below 1.

    References:
        McKay, Beckman & Conover 1979; Johnson, Moore & Ylvisaker 1990 (maximin).
    """
    designs = [_one_design(m, d, rng) for _ in range(_N_DESIGNS)]
    return max(designs, key=_closest)


def squared_distances(A: Array, B: Array) -> Array:
    """Return the squared distances, shape `(a, b)`, between rows, `(a, p)` and `(b, p)`."""
    squares: Array = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2.0 * A @ B.T
    return np.maximum(squares, 0.0)


def _one_design(m: int, d: int, rng: Generator) -> Array:
    slices = np.stack([rng.permutation(m) for _ in range(d)], axis=1) if d else np.zeros((m, 0))
    shares: Array = (slices + rng.random((m, d))) / m
    return shares


def _closest(design: Array) -> float:
    distances = squared_distances(design, design)
    np.fill_diagonal(distances, np.inf)
    return float(distances.min())
