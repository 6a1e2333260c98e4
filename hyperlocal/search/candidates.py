"""Candidates: the points at which the acquisition function is evaluated.

m candidates, d parameters; codes (m, d) as in `unit_cube`. Every candidate is a point of the
space: values are rounded before the acquisition function is evaluated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hyperlocal.search.unit_cube import Array, UnitCube

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["all_points", "neighbours", "uniform_candidates"]


def all_points(sizes: tuple[int, ...]) -> Array:
    """Return the codes of every point of a finite space with so many levels a parameter."""
    grids = np.meshgrid(*[np.arange(size, dtype=float) for size in sizes], indexing="ij")
    return np.stack([grid.ravel() for grid in grids], axis=1)


def uniform_candidates(cube: UnitCube, m: int, rng: Generator) -> Array:
    """Return `m` points drawn uniformly from the unit cube."""
    return cube.from_unit(rng.random((m, len(cube))))


def neighbours(cube: UnitCube, centres: Array, m: int, rng: Generator) -> Array:
    """Return `m` points around `centres`, which differ from a centre in one or more parameters.

    Steps have deviations from 0.5 down to 0.0005, log-uniformly, as it is unknown at which scale
    the acquisition function varies.
    """
    d = len(cube)
    old = centres[rng.integers(len(centres), size=m)]
    deviations = 0.5 * 2.0 ** -rng.uniform(0.0, 10.0, size=(m, 1))
    points = cube.to_unit(old) + deviations * rng.standard_normal((m, d))
    points = 1.0 - np.abs(1.0 - np.abs(points))  # reflected at the borders
    points = np.where(cube.is_categorical, rng.random((m, d)), np.clip(points, 0.0, 1.0))
    new = cube.from_unit(points)
    # A step too small for the next level of an ordinal parameter becomes a step of one level.
    steps = np.where(rng.random((m, d)) < 0.5, -1.0, 1.0)
    one_level = np.clip(old + steps, 0, cube.last_levels)
    new = np.where((new == old) & ~cube.is_continuous, one_level, new)
    # About a third of the points changes all parameters, a third half of them, a third one.
    is_moved = rng.random((m, d)) < rng.choice([1.0, 0.5, 1.0 / max(d, 1)], size=(m, 1))
    is_moved[np.arange(m), rng.integers(d, size=m)] = True
    return np.where(is_moved, new, old)
