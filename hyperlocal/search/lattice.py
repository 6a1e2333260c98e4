"""Lattice: a space with an end, and which of its points have been asked.

A point is named by the numbers of its levels, one a parameter. Nothing here lists the points: a
lattice may have more of them than fit anywhere.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, NamedTuple

from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.space import Space
from hyperlocal.domain.trial import Observation
from hyperlocal.search.levels import Levels, level_at, levels_of

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["Asked", "Lattice", "Point"]

Point = tuple[int, ...]
"""The number of the level of each parameter, in the order of the space."""

# Points that were not asked can be too improbable for floats; they are drawn all the same.
_LEAST_WEIGHT = 1e-300


class _Branch(NamedTuple):
    """Levels `start` to before `stop` of one parameter, and the asked points among them."""

    start: int
    stop: int
    weight: float
    asked: list[Point]


class Asked(AbstractSet[Point]):
    """Points that have been asked, without a copy of the many that belong to ended trials."""

    def __init__(self, ended: AbstractSet[Point], pending: AbstractSet[Point]) -> None:
        self.ended = ended
        self.pending = pending

    def __contains__(self, point: object) -> bool:
        return point in self.ended or point in self.pending

    def __len__(self) -> int:
        return len(self.ended) + len(self.pending)

    def __iter__(self) -> Iterator[Point]:
        return itertools.chain(self.ended, self.pending)


class _Known:
    """The points of a sequence of observations, as far as it has been read."""

    def __init__(self, observations: Sequence[Observation]) -> None:
        self.points: set[Point] = set()
        self._observations = observations
        self._n_read = 0
        self._last: Observation | None = None

    def is_beginning_of(self, observations: Sequence[Observation]) -> bool:
        if observations is not self._observations or len(observations) < self._n_read:
            return False
        return self._n_read == 0 or observations[self._n_read - 1] is self._last

    def rest(self) -> Iterator[Observation]:
        for index in range(self._n_read, len(self._observations)):
            self._last = self._observations[index]
            self._n_read = index + 1
            yield self._last


class Lattice:
    """All points of a finite space."""

    def __init__(self, names: Sequence[str], levels: Sequence[Levels]) -> None:
        self.names = tuple(names)
        self.levels = tuple(levels)
        self.sizes = tuple(level.size for level in levels)
        self.size = math.prod(self.sizes)
        self._known = _Known([])

    @classmethod
    def of(cls, space: Space) -> Lattice | None:
        """Return the lattice of `space`; None if there is no end to its points."""
        levels = [levels_of(distribution) for _, distribution in space]
        finite = [level for level in levels if level is not None]
        return cls(space.names, finite) if len(finite) == len(levels) else None

    def parameters(self, point: Point) -> dict[str, Any]:
        """Return the values at `point`."""
        values = (level.value(i) for level, i in zip(self.levels, point, strict=True))
        return dict(zip(self.names, values, strict=True))

    def point(self, parameters: Parameters) -> Point | None:
        """Return where `parameters` are; None if they are not of this space."""
        if len(parameters) != len(self.names):
            return None
        point = []
        for name, level in zip(self.names, self.levels, strict=True):
            index = level.index(parameters[name]) if name in parameters else None
            if index is None:
                return None
            point.append(index)
        return tuple(point)

    def asked(self, observations: Sequence[Observation], pending: Iterable[Parameters]) -> Asked:
        """Return the points of these trials; trials from elsewhere are left out.

        Of a sequence that has only grown since the last call, only what is new is looked at.
        """
        if not self._known.is_beginning_of(observations):
            self._known = _Known(observations)
        for observation in self._known.rest():
            point = self.point(observation.parameters)
            if point is not None:
                self._known.points.add(point)
        ended = self._known.points
        points = {point for point in map(self.point, pending) if point is not None}
        return Asked(ended, points - ended)

    def draw_other(self, asked: Iterable[Point], rng: Generator) -> Point | None:
        """Return a point not among `asked`, drawn with the probability that it has among those.

        One parameter is drawn after the other, each from its levels' probability without that of
        the points asked below them. So it costs as much as there are points asked, however large
        the lattice.
        """
        below = sorted(asked)
        if len(below) >= self.size:
            return None
        point: Point = ()
        for depth, levels in enumerate(self.levels):
            branch = _pick(self._branches(depth, below), rng)
            index = branch.start
            if branch.stop - branch.start > 1:
                index = level_at(levels, branch.start, branch.stop, float(rng.random()))
            point += (index,)
            below = branch.asked
        return point

    def _branches(self, depth: int, asked: list[Point]) -> list[_Branch]:
        """Split the levels of parameter `depth` at those that points were asked below."""
        levels = self.levels[depth]
        n_below = math.prod(self.sizes[depth + 1 :])
        branches = []
        start = 0
        for index, group in itertools.groupby(asked, key=lambda point: point[depth]):
            points = list(group)
            branches.append(self._untouched(levels, start, index))
            if len(points) < n_below:
                share = 1.0 - sum(self._probability(point, depth + 1) for point in points)
                weight = max(levels.probability(index) * share, _LEAST_WEIGHT)
                branches.append(_Branch(index, index + 1, weight, points))
            start = index + 1
        branches.append(self._untouched(levels, start, levels.size))
        return [branch for branch in branches if branch.weight > 0]

    @staticmethod
    def _untouched(levels: Levels, start: int, stop: int) -> _Branch:
        if start == stop:
            return _Branch(start, stop, 0.0, [])
        weight = max(levels.below(stop) - levels.below(start), _LEAST_WEIGHT)
        return _Branch(start, stop, weight, [])

    def _probability(self, point: Point, depth: int) -> float:
        """Return the probability of a point's levels from parameter `depth` on."""
        pairs = zip(self.levels[depth:], point[depth:], strict=True)
        return math.prod(levels.probability(index) for levels, index in pairs)


def _pick(branches: list[_Branch], rng: Generator) -> _Branch:
    """Return a branch, drawn by weight."""
    limit = float(rng.random()) * sum(branch.weight for branch in branches)
    for branch in branches:
        limit -= branch.weight
        if limit < 0:
            return branch
    return branches[-1]  # rounding
