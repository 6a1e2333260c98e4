"""Random: independent draws, without repetitions in a finite space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.space import Space
from hyperlocal.domain.trial import Observation
from hyperlocal.search.draw import draw, generator
from hyperlocal.search.finite_space import FiniteSpace

__all__ = ["RandomSampler"]

# A draw that was asked before is rejected and repeated at most this often. Then the points that
# remain are enumerated by their probability, which always succeeds but costs more.
_MAX_DRAWS = 20


class RandomSampler:
    """Draws parameters independently from the distributions of a space.

    The documentation of Azure does not say whether combinations may repeat; in all recorded sweeps
    over finite spaces they did not. The n-th ask depends on the seed and on n; on the parameters
    asked before it depends only where it would repeat them.
    """

    def __init__(self, space: Space, seed: int) -> None:
        self._space = space
        self._seed = seed
        self._finite_space = FiniteSpace.of(space)

    def ask(
        self, observations: Sequence[Observation], pending: Sequence[Parameters]
    ) -> dict[str, Any] | None:
        """Return a new draw; None when every point of the space has been asked."""
        rng = generator(self._seed, len(observations) + len(pending))
        if self._finite_space is None:
            return {name: draw(distribution, rng) for name, distribution in self._space}
        asked = self._finite_space.asked(observations, pending)
        if len(asked) >= self._finite_space.size:
            return None
        for _ in range(_MAX_DRAWS):
            parameters = {name: draw(distribution, rng) for name, distribution in self._space}
            point = self._finite_space.point(parameters)
            if point is not None and point not in asked:
                return parameters
        point = self._finite_space.draw_unasked(asked, rng)
        return None if point is None else self._finite_space.parameters(point)
