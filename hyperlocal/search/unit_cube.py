"""Unit cube: a space as the model sees it.

m points, d parameters, p features. There are two pictures of a point.
codes (m, d): what the parameters are, a uniform's place in its range, from 0 to 1, or the number
of a level. Every row can be asked: rounding happens before the model, not after it.
features (m, p): where the model sees it, each coordinate from 0 to 1. Ordered values have one, a
category has one for each of its options.
A cube can be bent (see `bend`): codes of uniforms and features of ordered values then are.
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
from hyperlocal.search.bend import bend, straighten
from hyperlocal.search.levels import Levels, MultipleLevels, OptionLevels, levels_of

__all__ = ["Array", "Axis", "CategoryAxis", "OrderedAxis", "UniformAxis", "UnitCube"]

Array = npt.NDArray[np.float64]

# How far two options are from each other. A range is 1 long: if options were as far apart as its
# ends, what one of them did would say next to nothing about the others.
_APART = 0.7


class Axis(Protocol):
    """One parameter."""

    @property
    def size(self) -> int | None:
        """How many values it has; None for a continuum."""

    @property
    def n_features(self) -> int:
        """In how many coordinates the model sees it."""

    def value(self, code: float) -> Any:
        """Return the parameter's value."""

    def code(self, value: Any) -> float | None:
        """Return the code of a value; None if this parameter cannot have it."""

    def features(self, codes: Array) -> Array:
        """Return features, shape `(m, n_features)`, of codes, shape `(m,)`."""


class UniformAxis:
    """A real between two bounds."""

    size: None = None
    n_features = 1

    def __init__(self, low: float, high: float) -> None:
        self._low, self._high = float(low), float(high)

    def value(self, code: float) -> float:
        """Return the real at `code` of the way."""
        value = self._low * (1.0 - float(code)) + self._high * float(code)
        return min(max(value, self._low), self._high)

    def code(self, value: Any) -> float | None:
        """Return how much of the way `value` is."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        # Halves, as the whole range can be too wide for a float.
        code = (value / 2 - self._low / 2) / (self._high / 2 - self._low / 2)
        return code if -1e-9 <= code <= 1 + 1e-9 else None

    def features(self, codes: Array) -> Array:
        """Return the codes: this axis is its own feature."""
        return codes[:, None]


class OrderedAxis:
    """Numbers with an order: multiples of q, or a choice of numbers."""

    n_features = 1

    def __init__(self, levels: Levels, places: Array) -> None:
        self._levels = levels
        self._places = places
        self.size = levels.size

    def value(self, code: float) -> Any:
        """Return the value of a level."""
        return self._levels.value(int(code))

    def code(self, value: Any) -> float | None:
        """Return the level of a value."""
        return self._levels.index(value)

    def features(self, codes: Array) -> Array:
        """Return the levels' places from 0 to 1."""
        return self._places[codes.astype(np.intp)][:, None]


class CategoryAxis:
    """Options without an order."""

    def __init__(self, levels: OptionLevels) -> None:
        self._levels = levels
        self.size = levels.size
        # Of two options one coordinate says which.
        self.n_features = 1 if levels.size <= 2 else levels.size

    def value(self, code: float) -> Any:
        """Return an option."""
        return self._levels.value(int(code))

    def code(self, value: Any) -> float | None:
        """Return the number of an option."""
        return self._levels.index(value)

    def features(self, codes: Array) -> Array:
        """Return one coordinate per option: 0 unless it was chosen."""
        if self.n_features == 1:
            return _APART * codes[:, None].astype(float)
        options: Array = np.eye(self.n_features)[codes.astype(np.intp)]
        return _APART / math.sqrt(2.0) * options


class UnitCube:
    """All parameters of a space, side by side.

    Attributes:
        names: Parameter names, in order.
        axes: The parameters.
        owners: For each feature, the number of the parameter that it belongs to, shape `(p,)`.
    """

    def __init__(self, space: Space) -> None:
        self.names = space.names
        self.axes = [_axis(name, distribution) for name, distribution in space]
        self.owners = np.repeat(np.arange(len(self.axes)), [axis.n_features for axis in self.axes])
        # A level's code is its number; a uniform's code is where it is.
        self._sizes = np.array([axis.size or 1 for axis in self.axes], dtype=float)
        self.last = self._sizes - 1.0
        self.is_continuous = np.array([axis.size is None for axis in self.axes], dtype=bool)
        self.is_category = np.array([isinstance(a, CategoryAxis) for a in self.axes], dtype=bool)
        self._strengths = np.zeros(len(self.axes))

    def __len__(self) -> int:
        return len(self.axes)

    def codes_at(self, shares: Array) -> Array:
        """Return the codes, shape `(m, d)`, at shares of the way, `(m, d)`, from 0 to 1."""
        levels = np.minimum(np.floor(shares * self._sizes), self.last)
        return np.where(self.is_continuous, shares, levels)

    def shares_of(self, codes: Array) -> Array:
        """Return shares, shape `(m, d)`, at which these codes are found."""
        return np.where(self.is_continuous, codes, (codes + 0.5) / self._sizes)

    def features(self, codes: Array) -> Array:
        """Return features, shape `(m, p)`, of codes, shape `(m, d)`."""
        columns = [axis.features(codes[:, i]) for i, axis in enumerate(self.axes)]
        features = np.hstack(columns) if columns else np.zeros((len(codes), 0))
        # A uniform's codes are bent already.
        strengths = np.where(self.is_continuous, 0.0, self._strengths)[self.owners]
        return bend(features, strengths) if strengths.any() else features

    def bent(self, strengths: Array) -> UnitCube:
        """Return this cube bent, each axis as strongly as `strengths`, shape `(d,)`, says."""
        cube = copy(self)
        cube._strengths = strengths
        return cube

    def bend(self, codes: Array) -> Array:
        """Return codes of this cube, shape `(m, d)`, from those of the straight one."""
        return bend(codes, np.where(self.is_continuous, self._strengths, 0.0))

    def straighten(self, codes: Array) -> Array:
        """Return codes of the straight cube, shape `(m, d)` or `(d,)`, from those of this one."""
        return straighten(codes, np.where(self.is_continuous, self._strengths, 0.0))

    def parameters(self, code: Sequence[float] | Array) -> dict[str, Any]:
        """Return the values at one row of codes."""
        values = (axis.value(number) for axis, number in zip(self.axes, code, strict=True))
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
        return UniformAxis(distribution.low, distribution.high)
    levels = levels_of(distribution)
    if isinstance(distribution, Choice) and isinstance(levels, OptionLevels):
        places = number_places(levels.options)
        return CategoryAxis(levels) if places is None else OrderedAxis(levels, places)
    if isinstance(distribution, QUniform):
        if not isinstance(levels, MultipleLevels):  # a grid finer than floats
            return UniformAxis(distribution.low, distribution.high)
        bounds = (distribution.low, distribution.high, distribution.q)
        if all(isinstance(bound, int) for bound in bounds):
            levels.number = int  # as recorded sweeps of Azure's have them
        return OrderedAxis(levels, np.linspace(0.0, 1.0, levels.size))
    raise SearchSpaceError(
        f"Bayesian sampling cannot search {name!r}, a {type(distribution).__name__.lower()}. "
        "It searches choice, uniform and quniform; use random sampling for the others."
    )


def number_places(options: Sequence[Any]) -> Array | None:
    """Return where on the way from the least to the greatest each option is.

    On a linear or a logarithmic scale, whichever makes the spacing more even; where neither does,
    by rank.

    Args:
        options: The options of a choice, distinct.

    Returns:
        Places from 0 to 1, shape `(len(options),)`; None if not all options are finite numbers.
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
    scales = [numbers / 4]  # so that the range of the largest floats is a float
    if numbers.min() > 0:
        scales.insert(0, np.log(numbers))
    place = min(scales, key=_unevenness)
    if _unevenness(place) > _MOST_UNEVEN:
        place = by_rank
    width = np.ptp(place)
    return (place - place.min()) / width if width > 0 else np.full(len(options), 0.5)


# How many times the widest gap between neighbours may be the narrowest.
_MOST_UNEVEN = 10.0


def _unevenness(places: Array) -> float:
    gaps = np.diff(np.unique(places))
    if len(gaps) == 0:
        return 1.0
    return float(gaps.max() / gaps.min()) if gaps.min() > 0 else math.inf
