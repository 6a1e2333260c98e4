"""Unit cube: the encoding of a search space for the surrogate model.

m points, d parameters, p features. A point is encoded in two ways.
codes (m, d): the position of a continuous parameter in its range, from 0 to 1, or the index of a
level. Every row of codes is a point of the space: values are rounded before the acquisition
function is evaluated, not after it.
features (m, p): the input of the model, each from 0 to 1. A continuous or an ordinal parameter has
one feature, a categorical one has one for each option (one-hot).
The axes of a cube can be warped (see `input_warping`): then the codes of continuous parameters and
the features of ordinal ones are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from hyperlocal.domain.distribution import Choice, Distribution, QUniform, Uniform
from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.space import Space
from hyperlocal.errors import SearchSpaceError
from hyperlocal.search.input_warping import unwarp, warp
from hyperlocal.search.levels import Levels, MultipleLevels, OptionLevels, levels_of

__all__ = ["Array", "Axis", "CategoricalAxis", "ContinuousAxis", "OrdinalAxis", "UnitCube"]

Array = npt.NDArray[np.float64]

# The Euclidean distance between two options of a categorical parameter. At a distance of 1, like
# that of the ends of a range, a score at one option would say almost nothing about the others.
_CATEGORY_DISTANCE = 0.7


class Axis(Protocol):
    """The encoding of one parameter."""

    @property
    def size(self) -> int | None:
        """The number of its values; None for a continuous parameter."""

    @property
    def n_features(self) -> int:
        """The number of its features."""

    def value(self, code: float) -> Any:
        """Return the value of the parameter at a code."""

    def code(self, value: Any) -> float | None:
        """Return the code of a value; None if the parameter cannot have this value."""

    def features(self, codes: Array) -> Array:
        """Return features, shape `(m, n_features)`, of codes, shape `(m,)`."""


class ContinuousAxis:
    """A real parameter between two bounds."""

    size: None = None
    n_features = 1

    def __init__(self, low: float, high: float) -> None:
        self._low, self._high = float(low), float(high)

    def value(self, code: float) -> float:
        """Return the value at a position in the range, from 0 to 1."""
        value = self._low * (1.0 - float(code)) + self._high * float(code)
        return min(max(value, self._low), self._high)

    def code(self, value: Any) -> float | None:
        """Return the position of a value in the range, from 0 to 1."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        # Computed from halves, as the width of the whole range may overflow.
        code = (value / 2 - self._low / 2) / (self._high / 2 - self._low / 2)
        return code if -1e-9 <= code <= 1 + 1e-9 else None

    def features(self, codes: Array) -> Array:
        """Return the codes as a column: they are the feature."""
        return codes[:, None]


class OrdinalAxis:
    """An ordinal parameter: multiples of q, or a choice of numbers."""

    n_features = 1

    def __init__(self, levels: Levels, positions: Array) -> None:
        self._levels = levels
        self._positions = positions
        self.size = levels.size

    def value(self, code: float) -> Any:
        """Return the value of a level."""
        return self._levels.value(int(code))

    def code(self, value: Any) -> float | None:
        """Return the level of a value."""
        return self._levels.index(value)

    def features(self, codes: Array) -> Array:
        """Return the positions of the levels from 0 to 1, as a column."""
        return self._positions[codes.astype(np.intp)][:, None]


class CategoricalAxis:
    """A categorical parameter: options without an order, encoded one-hot."""

    def __init__(self, levels: OptionLevels) -> None:
        self._levels = levels
        self.size = levels.size
        # For two options a single feature suffices.
        self.n_features = 1 if levels.size <= 2 else levels.size

    def value(self, code: float) -> Any:
        """Return an option."""
        return self._levels.value(int(code))

    def code(self, value: Any) -> float | None:
        """Return the index of an option."""
        return self._levels.index(value)

    def features(self, codes: Array) -> Array:
        """Return one-hot features, scaled so that all options are equally far from each other."""
        if self.n_features == 1:
            return _CATEGORY_DISTANCE * codes[:, None].astype(float)
        options: Array = np.eye(self.n_features)[codes.astype(np.intp)]
        return _CATEGORY_DISTANCE / math.sqrt(2.0) * options


class UnitCube:
    """The encoding of all parameters of a space.

    Attributes:
        names: The names of the parameters, in order.
        axes: The encoding of each parameter.
        groups: For each feature, the index of its parameter, shape `(p,)`.
        last_levels: The greatest index of a level of each parameter, shape `(d,)`; 0 for a
            continuous one.
        is_continuous: Which parameters are continuous, shape `(d,)`.
        is_categorical: Which parameters are categorical, shape `(d,)`.
    """

    def __init__(self, space: Space) -> None:
        self.names = space.names
        self.axes = [_axis(name, distribution) for name, distribution in space]
        self.groups = np.repeat(np.arange(len(self.axes)), [axis.n_features for axis in self.axes])
        self._sizes = np.array([axis.size or 1 for axis in self.axes], dtype=float)
        self.last_levels = self._sizes - 1.0
        self.is_continuous = np.array([axis.size is None for axis in self.axes], dtype=bool)
        self.is_categorical = np.array(
            [isinstance(a, CategoricalAxis) for a in self.axes], dtype=bool
        )
        self._strengths = np.zeros(len(self.axes))

    def __len__(self) -> int:
        return len(self.axes)

    def from_unit(self, points: Array) -> Array:
        """Return the codes, shape `(m, d)`, of points of the cube from 0 to 1, `(m, d)`.

        The levels of a parameter divide its edge of the cube evenly.
        """
        levels = np.minimum(np.floor(points * self._sizes), self.last_levels)
        return np.where(self.is_continuous, points, levels)

    def to_unit(self, codes: Array) -> Array:
        """Return points of the cube, shape `(m, d)`, that `from_unit` maps to these codes."""
        return np.where(self.is_continuous, codes, (codes + 0.5) / self._sizes)

    def features(self, codes: Array) -> Array:
        """Return features, shape `(m, p)`, of codes, shape `(m, d)`."""
        columns = [axis.features(codes[:, i]) for i, axis in enumerate(self.axes)]
        features = np.hstack(columns) if columns else np.zeros((len(codes), 0))
        # The codes of continuous parameters are warped already.
        strengths = np.where(self.is_continuous, 0.0, self._strengths)[self.groups]
        return warp(features, strengths) if strengths.any() else features

    def with_warping(self, strengths: Array) -> UnitCube:
        """Return this cube with its axes warped by `strengths`, shape `(d,)`."""
        cube = copy(self)
        cube._strengths = strengths
        return cube

    def warp(self, codes: Array) -> Array:
        """Return codes of this cube, shape `(m, d)`, from codes of the cube without warping."""
        return warp(codes, np.where(self.is_continuous, self._strengths, 0.0))

    def unwarp(self, codes: Array) -> Array:
        """Return codes of the cube without warping, shape `(m, d)` or `(d,)`, from this one's."""
        return unwarp(codes, np.where(self.is_continuous, self._strengths, 0.0))

    def parameters(self, code: Sequence[float] | Array) -> dict[str, Any]:
        """Return the parameters at one row of codes."""
        values = (axis.value(coordinate) for axis, coordinate in zip(self.axes, code, strict=True))
        return dict(zip(self.names, values, strict=True))

    def codes(self, parameters: Parameters) -> tuple[float, ...] | None:
        """Return one row of codes; None if the parameters are not of this space."""
        row = []
        for name, axis in zip(self.names, self.axes, strict=True):
            code = axis.code(parameters[name]) if name in parameters else None
            if code is None:
                return None
            row.append(float(code))
        return tuple(row)


def _axis(name: str, distribution: Distribution) -> Axis:
    if isinstance(distribution, Uniform):
        return ContinuousAxis(distribution.low, distribution.high)
    levels = levels_of(distribution)
    if isinstance(distribution, Choice) and isinstance(levels, OptionLevels):
        positions = number_positions(levels.options)
        return CategoricalAxis(levels) if positions is None else OrdinalAxis(levels, positions)
    if isinstance(distribution, QUniform):
        if not isinstance(levels, MultipleLevels):  # multiples of q are closer than floats
            return ContinuousAxis(distribution.low, distribution.high)
        bounds = (distribution.low, distribution.high, distribution.q)
        if all(isinstance(bound, int) for bound in bounds):
            levels.number = int  # recorded sweeps of Azure have integers here
        return OrdinalAxis(levels, np.linspace(0.0, 1.0, levels.size))
    raise SearchSpaceError(
        f"Bayesian sampling cannot search {name!r}, a {type(distribution).__name__.lower()}. "
        "It searches choice, uniform and quniform; use random sampling for the others."
    )


def number_positions(options: Sequence[Any]) -> Array | None:
    """Return the position of each option between the least and the greatest one.

    The scale is linear or logarithmic, whichever makes the spacing more even; if both leave it too
    uneven, options are placed by rank.

    Args:
        options: The options of a choice.

    Returns:
        Positions from 0 to 1, shape `(len(options),)`; None if not all options are finite numbers.
    """
    if any(isinstance(o, bool) or not isinstance(o, (int, float)) for o in options):
        return None
    try:
        numbers = np.array([float(option) for option in options])
    except OverflowError:  # integers beyond floats
        return None
    if not np.isfinite(numbers).all():
        return None
    by_rank = np.searchsorted(np.unique(numbers), numbers).astype(float)
    scales = [numbers / 4]  # so that the range cannot overflow
    if numbers.min() > 0:
        scales.insert(0, np.log(numbers))
    position = min(scales, key=_unevenness)
    if _unevenness(position) > _MAX_UNEVENNESS:
        position = by_rank
    width = np.ptp(position)
    return (position - position.min()) / width if width > 0 else np.full(len(options), 0.5)


# The greatest ratio of the widest to the narrowest gap for which a scale is used. With a larger
# one, options at the narrow gaps would be almost the same to the model.
_MAX_UNEVENNESS = 10.0


def _unevenness(positions: Array) -> float:
    """Return the ratio of the widest to the narrowest gap between neighbours."""
    gaps = np.diff(np.unique(positions))
    if len(gaps) == 0:
        return 1.0
    return float(gaps.max() / gaps.min()) if gaps.min() > 0 else math.inf
