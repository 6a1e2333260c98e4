"""Bayesian: Bayesian optimisation with a Gaussian process and expected improvement.

The first trials are an initial design. From then on, each ask

1. warps the scores in several ways (`output_warping`),
2. fits a Gaussian process to them on the unit cube (`unit_cube`, `fitting`), with the output
   warping, the input warping and the covariance of greatest log posterior (`surrogate`),
3. conditions it on the pending trials as if they had ended as predicted, so that concurrent asks
   differ,
4. maximises the expected improvement (`candidates`, `acquisition`, `local_search`).

Trials alternate between exploitation and exploration (`proposal`).

The sampler keeps no state of a model between asks.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.space import Space
from hyperlocal.domain.trial import Observation
from hyperlocal.search.draw import generator
from hyperlocal.search.finite_space import FiniteSpace, Point
from hyperlocal.search.initial_design import latin_hypercube
from hyperlocal.search.training_data import TrainingData
from hyperlocal.search.unit_cube import Array, UnitCube

__all__ = ["BayesianSampler"]

# With more parameters, further trials by the model are worth more than a larger initial design.
_MAX_INITIAL = 8

# Numbers that give the random generators of different uses of the seed different streams.
_INITIAL, _MODEL = 0, 1


class BayesianSampler:
    """Proposes the parameters with the greatest expected improvement."""

    def __init__(self, space: Space, seed: int) -> None:
        self._cube = UnitCube(space)
        self._finite_space = FiniteSpace.of(space)
        self._seed = seed
        self._n_initial = min(len(space) + 2, _MAX_INITIAL)

    def ask(
        self, observations: Sequence[Observation], pending: Sequence[Parameters]
    ) -> dict[str, Any] | None:
        """Return the most promising parameters; None when every point has been asked."""
        n = len(observations) + len(pending)
        asked: Set[Point] = frozenset()
        if self._finite_space is not None:
            asked = self._finite_space.asked(observations, pending)
            if len(asked) >= self._finite_space.size:
                return None
        if n < self._n_initial:
            code: Array | None = self._initial(n)
        else:
            code = self._propose(TrainingData.of(self._cube, observations, pending), asked, n)
        if code is not None and (self._finite_space is None or _point(code) not in asked):
            return self._cube.parameters(code)
        return self._unasked(asked, n)

    def _initial(self, n: int) -> Array:
        """Return point `n` of the initial design, which is drawn anew from the seed."""
        rng = generator(self._seed, _INITIAL)
        design = latin_hypercube(self._n_initial, len(self._cube), rng)
        code: Array = self._cube.from_unit(design[n : n + 1])[0]
        return code

    def _propose(self, data: TrainingData, asked: Set[Point], n: int) -> Array | None:
        # Imports scikit-learn, for which the first trials should not wait.
        from hyperlocal.search.proposal import one_thread, propose

        rng = generator(self._seed, _MODEL, n)
        with one_thread():
            return propose(self._cube, self._finite_space, data, asked, rng)

    def _unasked(self, asked: Set[Point], n: int) -> dict[str, Any]:
        """Return random parameters that have not been asked."""
        rng = generator(self._seed, _INITIAL, n)
        point = None
        if self._finite_space is not None:
            point = self._finite_space.draw_unasked(asked, rng)
        if point is not None:
            return self._cube.parameters(point)
        return self._cube.parameters(self._cube.from_unit(rng.random((1, len(self._cube))))[0])


def _point(code: Array) -> Point:
    return tuple(int(level) for level in code)
