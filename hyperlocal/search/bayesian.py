"""Bayesian: a model of the scores so far proposes the trial that promises most.

The first trials fill the space; from then on, each ask

1. puts scores on several scales (`squash`),
2. fits a Gaussian process to where they were found (`unit_cube`, `fitting`), on the scale, with
   the axes bent (`warp`) and the covariance that make them most plausible (`model`),
3. adds the pending trials as if they had ended as expected, so that the next one goes elsewhere,
4. looks for the point with the greatest expected improvement (`candidates`, `acquisition`).

Trials take turns: one polishes the best place, the next explores (`proposal`).

Nothing is remembered from one ask to the next.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.space import Space
from hyperlocal.domain.trial import Observation
from hyperlocal.search.draw import generator
from hyperlocal.search.evidence import Evidence
from hyperlocal.search.lattice import Lattice, Point
from hyperlocal.search.space_filling import latin_hypercube
from hyperlocal.search.unit_cube import Array, UnitCube

__all__ = ["BayesianSampler"]

# With more parameters the model is of more use than a wider start.
_MOST_AT_START = 8

_AT_START, _WITH_MODEL = 0, 1  # what the seed is used for


class BayesianSampler:
    """Asks what a model of the scores so far finds most promising."""

    def __init__(self, space: Space, seed: int) -> None:
        self._cube = UnitCube(space)
        self._lattice = Lattice.of(space)
        self._seed = seed
        self._n_start = min(len(space) + 2, _MOST_AT_START)

    def ask(
        self, observations: Sequence[Observation], pending: Sequence[Parameters]
    ) -> dict[str, Any] | None:
        """Return the most promising parameters; None when the space has been asked whole."""
        n = len(observations) + len(pending)
        asked: Set[Point] = frozenset()
        if self._lattice is not None:
            asked = self._lattice.asked(observations, pending)
            if len(asked) >= self._lattice.size:
                return None
        if n < self._n_start:
            code: Array | None = self._start(n)
        else:
            code = self._propose(Evidence.of(self._cube, observations, pending), asked, n)
        if code is not None and (self._lattice is None or _point(code) not in asked):
            return self._cube.parameters(code)
        return self._any_other(asked, n)

    def _start(self, n: int) -> Array:
        design = latin_hypercube(self._n_start, len(self._cube), generator(self._seed, _AT_START))
        code: Array = self._cube.codes_at(design[n : n + 1])[0]
        return code

    def _propose(self, evidence: Evidence, asked: Set[Point], n: int) -> Array | None:
        # Imports scikit-learn, for which the first trials should not wait.
        from hyperlocal.search.proposal import one_thread, propose

        rng = generator(self._seed, _WITH_MODEL, n)
        with one_thread():
            return propose(self._cube, self._lattice, evidence, asked, rng)

    def _any_other(self, asked: Set[Point], n: int) -> dict[str, Any]:
        """Return parameters that were not asked, without the model's help."""
        rng = generator(self._seed, _AT_START, n)
        point = None if self._lattice is None else self._lattice.draw_other(asked, rng)
        if point is not None:
            return self._cube.parameters(point)
        return self._cube.parameters(self._cube.codes_at(rng.random((1, len(self._cube))))[0])


def _point(code: Array) -> Point:
    return tuple(int(level) for level in code)
