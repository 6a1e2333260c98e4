"""Candidates: where the acquisition is looked at, and the climb from the best of these points.

m candidates, d parameters; codes (m, d) as in `unit_cube`. All candidates can be asked as they
are: they are rounded before they are judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from hyperlocal.search.unit_cube import Array, UnitCube

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["Landscape", "all_points", "climb", "neighbours", "scattered"]

_MAX_TURNS = 8
_MAX_ITERATIONS = 20


class Landscape(Protocol):
    """How much each point promises."""

    def heights(self, codes: Array) -> Array:
        """Return the promise, shape `(m,)`, of codes, shape `(m, d)`."""

    def slope(self, code: Array) -> tuple[float, Array]:
        """Return the promise of one point, shape `(d,)`, and its gradient, shape `(d,)`.

        The gradient is that by the continuous parameters; it is 0 for the others.
        """


def all_points(sizes: tuple[int, ...]) -> Array:
    """Return the codes of every point of a lattice."""
    grids = np.meshgrid(*[np.arange(size, dtype=float) for size in sizes], indexing="ij")
    return np.stack([grid.ravel() for grid in grids], axis=1)


def scattered(cube: UnitCube, m: int, rng: Generator) -> Array:
    """Return `m` points from all over the space."""
    return cube.codes_at(rng.random((m, len(cube))))


def neighbours(cube: UnitCube, centres: Array, m: int, rng: Generator) -> Array:
    """Return `m` points around `centres`, some close, some far.

    They differ from a centre in one or more parameters.
    """
    d = len(cube)
    old = centres[rng.integers(len(centres), size=m)]
    widths = 0.5 * 2.0 ** -rng.uniform(0.0, 10.0, size=(m, 1))
    shares = cube.shares_of(old) + widths * rng.standard_normal((m, d))
    shares = 1.0 - np.abs(1.0 - np.abs(shares))  # reflected at the borders
    shares = np.where(cube.is_category, rng.random((m, d)), np.clip(shares, 0.0, 1.0))
    new = cube.codes_at(shares)
    # What moves at all moves by a level at least.
    steps = np.where(rng.random((m, d)) < 0.5, -1.0, 1.0)
    new = np.where((new == old) & ~cube.is_continuous, np.clip(old + steps, 0, cube.last), new)
    is_moved = rng.random((m, d)) < rng.choice([1.0, 0.5, 1.0 / max(d, 1)], size=(m, 1))
    is_moved[np.arange(m), rng.integers(d, size=m)] = True
    return np.where(is_moved, new, old)


def climb(cube: UnitCube, landscape: Landscape, start: Array) -> tuple[Array, float]:
    """Return the top that is reached from `start`, shape `(d,)`, and its height.

    Continuous parameters follow the gradient, then one of the others goes to a better level, and
    so on in turns.
    """
    code, height = start, float(landscape.heights(start[None])[0])
    for _ in range(_MAX_TURNS):
        code, height = _follow_gradient(cube, landscape, code, height)
        steps = _single_steps(cube, code)
        if not len(steps):
            break
        heights = landscape.heights(steps)
        best = int(np.argmax(heights))
        if not heights[best] > height:
            break
        code, height = steps[best], float(heights[best])
    return code, height


def _follow_gradient(
    cube: UnitCube, landscape: Landscape, start: Array, height: float
) -> tuple[Array, float]:
    moving = np.flatnonzero(cube.is_continuous)
    if not len(moving):
        return start, height

    def depth(x: Array) -> tuple[float, Array]:
        value, gradient = landscape.slope(_with(start, moving, x))
        return -value, -gradient[moving]

    result = minimize(
        depth,
        start[moving],
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, 1.0)] * len(moving),
        options={"maxiter": _MAX_ITERATIONS},
    )
    code = _with(start, moving, np.clip(result.x, 0.0, 1.0))
    top = float(landscape.heights(code[None])[0])
    return (code, top) if top > height else (start, height)


def _with(code: Array, places: npt.NDArray[np.intp], numbers: Array) -> Array:
    changed: Array = code.copy()
    changed[places] = numbers
    return changed


def _single_steps(cube: UnitCube, code: Array) -> Array:
    """Return the points, shape `(m, d)`, that differ from `code` in the level of one parameter."""
    points = [np.empty((0, len(cube)))]
    for i, axis in enumerate(cube.axes):
        if axis.size is None:
            continue
        if cube.is_category[i]:
            levels = np.arange(axis.size, dtype=float)
        else:
            strides = 2.0 ** np.arange(axis.size.bit_length())
            levels = code[i] + np.concatenate([-strides, strides])
        levels = levels[(levels >= 0) & (levels < axis.size) & (levels != code[i])]
        changed = np.repeat(code[None], len(levels), axis=0)
        changed[:, i] = levels
        points.append(changed)
    return np.vstack(points)
