"""Finite space: the grid of a space with finitely many points, and which of them were asked.

A point is identified by the indices of its levels, one for each parameter. The points are never
listed here, as there may be more of them than fit into memory.
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

__all__ = ["AskedPoints", "FiniteSpace", "Point"]

Point = tuple[int, ...]
"""The index of the level of each parameter, in the order of the space."""

# The probability of points that have not been asked can underflow to 0. With this weight instead,
# they are still drawn when no others are left.
_MIN_WEIGHT = 1e-300


class _Branch(NamedTuple):
    """Levels from `start` to before `stop` of one parameter, and the asked points among them."""

    start: int
    stop: int
    weight: float
    asked: list[Point]


class AskedPoints(AbstractSet[Point]):
    """The points that have been asked. The many points of ended trials are not copied."""

    def __init__(self, ended: AbstractSet[Point], pending: AbstractSet[Point]) -> None:
        self.ended = ended
        self.pending = pending

    def __contains__(self, point: object) -> bool:
        return point in self.ended or point in self.pending

    def __len__(self) -> int:
        return len(self.ended) + len(self.pending)

    def __iter__(self) -> Iterator[Point]:
        return itertools.chain(self.ended, self.pending)


class _ReadPoints:
    """The points of the observations that were read so far from a growing sequence."""

    def __init__(self, observations: Sequence[Observation]) -> None:
        self.points: set[Point] = set()
        self._observations = observations
        self._n_read = 0
        self._last: Observation | None = None

    def is_prefix_of(self, observations: Sequence[Observation]) -> bool:
        if observations is not self._observations or len(observations) < self._n_read:
            return False
        return self._n_read == 0 or observations[self._n_read - 1] is self._last

    def unread(self) -> Iterator[Observation]:
        for index in range(self._n_read, len(self._observations)):
            self._last = self._observations[index]
            self._n_read = index + 1
            yield self._last


class FiniteSpace:
    """The Cartesian product of the levels of all parameters."""

    def __init__(self, names: Sequence[str], levels: Sequence[Levels]) -> None:
        self.names = tuple(names)
        self.levels = tuple(levels)
        self.sizes = tuple(level.size for level in levels)
        self.size = math.prod(self.sizes)
        self._read = _ReadPoints([])

    @classmethod
    def of(cls, space: Space) -> FiniteSpace | None:
        """Return the points of `space`; None if there are infinitely many."""
        levels = [levels_of(distribution) for _, distribution in space]
        finite = [level for level in levels if level is not None]
        return cls(space.names, finite) if len(finite) == len(levels) else None

    def parameters(self, point: Point) -> dict[str, Any]:
        """Return the values at `point`."""
        values = (level.value(i) for level, i in zip(self.levels, point, strict=True))
        return dict(zip(self.names, values, strict=True))

    def point(self, parameters: Parameters) -> Point | None:
        """Return the point with these parameters; None if they are not in the space."""
        if len(parameters) != len(self.names):
            return None
        point = []
        for name, level in zip(self.names, self.levels, strict=True):
            index = level.index(parameters[name]) if name in parameters else None
            if index is None:
                return None
            point.append(index)
        return tuple(point)

    def asked(
        self, observations: Sequence[Observation], pending: Iterable[Parameters]
    ) -> AskedPoints:
        """Return the points of these trials; trials that are not in the space are left out.

        If the sequence of observations has only grown since the last call, only the new ones are
        read: a sweep asks once per trial, so reading all each time would take quadratic time.
        """
        if not self._read.is_prefix_of(observations):
            self._read = _ReadPoints(observations)
        for observation in self._read.unread():
            point = self.point(observation.parameters)
            if point is not None:
                self._read.points.add(point)
        ended = self._read.points
        points = {point for point in map(self.point, pending) if point is not None}
        return AskedPoints(ended, points - ended)

    def draw_unasked(self, asked: Iterable[Point], rng: Generator) -> Point | None:
        """Return a point that is not among `asked`, drawn by its conditional probability.

        The parameters are drawn one after the other, each level by its probability minus that of
        the asked points below it. The cost grows with the number of asked points, and not with the
        size of the space.
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
        """Split the levels of parameter `depth` at the levels of asked points.

        A level of which all points were asked is left out.
        """
        levels = self.levels[depth]
        n_below = math.prod(self.sizes[depth + 1 :])
        branches = []
        start = 0
        for index, group in itertools.groupby(asked, key=lambda point: point[depth]):
            points = list(group)
            branches.append(self._unasked_branch(levels, start, index))
            if len(points) < n_below:
                unasked = 1.0 - sum(self._probability(point, depth + 1) for point in points)
                weight = max(levels.probability(index) * unasked, _MIN_WEIGHT)
                branches.append(_Branch(index, index + 1, weight, points))
            start = index + 1
        branches.append(self._unasked_branch(levels, start, levels.size))
        return [branch for branch in branches if branch.weight > 0]

    @staticmethod
    def _unasked_branch(levels: Levels, start: int, stop: int) -> _Branch:
        if start == stop:
            return _Branch(start, stop, 0.0, [])
        weight = max(levels.below(stop) - levels.below(start), _MIN_WEIGHT)
        return _Branch(start, stop, weight, [])

    def _probability(self, point: Point, depth: int) -> float:
        """Return the probability of the levels of a point, from parameter `depth` on."""
        pairs = zip(self.levels[depth:], point[depth:], strict=True)
        return math.prod(levels.probability(index) for levels, index in pairs)


def _pick(branches: list[_Branch], rng: Generator) -> _Branch:
    """Return a branch, drawn in proportion to its weight."""
    limit = float(rng.random()) * sum(branch.weight for branch in branches)
    for branch in branches:
        limit -= branch.weight
        if limit < 0:
            return branch
    return branches[-1]  # reached only by rounding
