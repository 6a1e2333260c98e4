"""Random: independent draws, without repeats where the space has an end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.space import Space
from hyperlocal.domain.trial import Observation
from hyperlocal.search.draw import draw, generator
from hyperlocal.search.lattice import Lattice

__all__ = ["RandomSampler"]

# A draw that was asked before is drawn again this often; then the remaining points are weighed.
_MAX_DRAWS = 20


class RandomSampler:
    """Asks independent draws from a space's distributions.

    Azure's documentation does not say whether combinations may repeat; in all recorded sweeps
    over finite spaces they did not. The n-th ask depends on the seed, on n, and only where it
    would repeat on what was asked before.
    """

    def __init__(self, space: Space, seed: int) -> None:
        self._space = space
        self._seed = seed
        self._lattice = Lattice.of(space)

    def ask(
        self, observations: Sequence[Observation], pending: Sequence[Parameters]
    ) -> dict[str, Any] | None:
        """Return a new draw; None when the space has been asked whole."""
        rng = generator(self._seed, len(observations) + len(pending))
        if self._lattice is None:
            return {name: draw(distribution, rng) for name, distribution in self._space}
        asked = self._lattice.asked(observations, pending)
        if len(asked) >= self._lattice.size:
            return None
        for _ in range(_MAX_DRAWS):
            parameters = {name: draw(distribution, rng) for name, distribution in self._space}
            point = self._lattice.point(parameters)
            if point is not None and point not in asked:
                return parameters
        point = self._lattice.draw_other(asked, rng)
        return None if point is None else self._lattice.parameters(point)
