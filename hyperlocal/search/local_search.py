"""Local search: improves a candidate until no small change raises the acquisition function.

m points, d parameters; codes (m, d) as in `unit_cube`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from hyperlocal.search.unit_cube import Array, UnitCube

if TYPE_CHECKING:
    from hyperlocal.search.acquisition import AcquisitionFunction

__all__ = ["local_search"]

# Bounds on the time of one ask; a search usually ends earlier.
_MAX_ROUNDS = 8
_MAX_ITERATIONS = 20


def local_search(
    cube: UnitCube, acquisition: AcquisitionFunction, start: Array
) -> tuple[Array, float]:
    """Return the local maximum that is reached from `start`, shape `(d,)`, and its value.

    In each round the continuous parameters follow the gradient (L-BFGS-B), then one of the other
    parameters moves to a better level.
    """
    code, value = start, float(acquisition.values(start[None])[0])
    for _ in range(_MAX_ROUNDS):
        code, value = _follow_gradient(cube, acquisition, code, value)
        steps = _single_steps(cube, code)
        if not len(steps):
            break
        values = acquisition.values(steps)
        best = int(np.argmax(values))
        if not values[best] > value:
            break
        code, value = steps[best], float(values[best])
    return code, value


def _follow_gradient(
    cube: UnitCube, acquisition: AcquisitionFunction, start: Array, start_value: float
) -> tuple[Array, float]:
    continuous = np.flatnonzero(cube.is_continuous)
    if not len(continuous):
        return start, start_value

    def negative_acquisition(x: Array) -> tuple[float, Array]:
        value, gradient = acquisition.value_and_gradient(_with(start, continuous, x))
        return -value, -gradient[continuous]

    result = minimize(
        negative_acquisition,
        start[continuous],
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, 1.0)] * len(continuous),
        options={"maxiter": _MAX_ITERATIONS},
    )
    code = _with(start, continuous, np.clip(result.x, 0.0, 1.0))
    # Evaluated anew, as the gradient's value ignores which points are excluded.
    value = float(acquisition.values(code[None])[0])
    return (code, value) if value > start_value else (start, start_value)


def _with(code: Array, indices: npt.NDArray[np.intp], values: Array) -> Array:
    changed: Array = code.copy()
    changed[indices] = values
    return changed


def _single_steps(cube: UnitCube, code: Array) -> Array:
    """Return the points, shape `(m, d)`, that differ from `code` in the level of one parameter.

    Of a categorical parameter these are all levels, of an ordinal one those at distances 1, 2, 4,
    8, ..., which reach any level in few rounds even if there are many.
    """
    points = [np.empty((0, len(cube)))]
    for i, axis in enumerate(cube.axes):
        if axis.size is None:
            continue
        if cube.is_categorical[i]:
            levels = np.arange(axis.size, dtype=float)
        else:
            strides = 2.0 ** np.arange(axis.size.bit_length())
            levels = code[i] + np.concatenate([-strides, strides])
        levels = levels[(levels >= 0) & (levels < axis.size) & (levels != code[i])]
        changed = np.repeat(code[None], len(levels), axis=0)
        changed[:, i] = levels
        points.append(changed)
    return np.vstack(points)
