"""Proposal: from the evidence to the point that promises most.

n ended trials, d parameters, q candidates; codes as in `unit_cube`.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist
from threadpoolctl import ThreadpoolController

from hyperlocal.domain.distribution import Uniform
from hyperlocal.domain.space import Space
from hyperlocal.search.acquisition import ExpectedImprovement
from hyperlocal.search.candidates import Landscape, all_points, climb, neighbours, scattered
from hyperlocal.search.draw import generator
from hyperlocal.search.evidence import Evidence
from hyperlocal.search.lattice import Lattice, Point
from hyperlocal.search.model import fit_model
from hyperlocal.search.unit_cube import Array, UnitCube

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["one_thread", "propose", "rehearse"]

Flags = npt.NDArray[np.bool_]

# Of a lattice up to this size, every point is looked at.
_MOST_LISTED = 4000
# So many candidates are scattered, and as many are near the best trials.
_N_CANDIDATES = 800
# What explores takes the best of these as it is: the tops of the acquisition are in corners, where
# the model knows least, and the best trial rarely is.
_N_TO_EXPLORE = 200
_N_CENTRES = 5
_N_CLIMBS = 3
# Of trials closer than this in every parameter the second teaches nothing.
_SAME = 1e-5
# Every other trial explores: scores near the best are hardly ever stretched for it, and only what
# is better by more than this counts, in deviations of the scores. Else a model that is too sure
# of itself polishes the first good place for ever.
_MARGIN = 0.01

# Finds the linear algebra libraries that numpy and scipy have loaded by now.
_libraries = ThreadpoolController()


def one_thread() -> AbstractContextManager[Any]:
    """Return a context in which linear algebra uses one thread.

    The matrices here are small, and trials keep the cores busy: threads that wait for each other
    made an ask ten times as slow on a busy machine.
    """
    context: AbstractContextManager[Any] = _libraries.limit(limits=1, user_api="blas")
    return context


def propose(
    cube: UnitCube,
    lattice: Lattice | None,
    evidence: Evidence,
    asked: Set[Point],
    rng: Generator,
) -> Array | None:
    """Return the codes, shape `(d,)`, of the most promising point.

    Args:
        cube: The space.
        lattice: The space's points, if there is an end to them.
        evidence: The trials so far.
        asked: The points of the lattice that must not be proposed.
        rng: What candidates are drawn with.

    Returns:
        None if no candidate was left; in a lattice there can still be points.
    """
    explores = (len(evidence.ended) + len(evidence.pending)) % 2 == 1
    model = None
    if np.isfinite(evidence.scores).any():
        model = fit_model(cube, evidence, explores=explores)
        cube, evidence = model.cube, model.evidence
    is_taken = _among(asked) if lattice is not None else _close_to(evidence)
    landscape: Landscape
    if model is not None:
        margin = max(_MARGIN if explores else 0.0, model.step)
        landscape = ExpectedImprovement(cube, model.process, is_taken, margin)
        means, _ = model.process.predict(cube.features(evidence.ended))
        centres = evidence.ended[np.argsort(-means, kind="stable")[:_N_CENTRES]]
    else:
        landscape = Emptiness(cube, evidence, is_taken)
        centres = np.empty((0, len(cube)))
    if lattice is not None and lattice.size <= _MOST_LISTED:
        return _highest(landscape, all_points(lattice.sizes))
    m = _N_TO_EXPLORE if explores else _N_CANDIDATES
    candidates = scattered(cube, m, rng)
    if len(centres):
        candidates = np.vstack([candidates, neighbours(cube, centres, m, rng)])
    top = _highest(landscape, candidates) if explores else _top(cube, landscape, candidates)
    return None if top is None else cube.straighten(top)


class Emptiness:
    """How far from all trials, as a landscape: what to go by as long as no trial has a score."""

    def __init__(
        self, cube: UnitCube, evidence: Evidence, is_taken: Callable[[Array], Flags]
    ) -> None:
        self._cube = cube
        self._trials = cube.features(np.vstack([evidence.ended, evidence.pending]))
        self._is_taken = is_taken

    def heights(self, codes: Array) -> Array:
        """Return the distance to the nearest trial, shape `(q,)`; minus infinity where taken."""
        distances = cdist(self._cube.features(codes), self._trials)
        nearest = distances.min(axis=1, initial=self._trials.shape[1])  # none is farther
        return np.where(self._is_taken(codes), -np.inf, nearest)

    def slope(self, code: Array) -> tuple[float, Array]:
        """Return the height at one point, and no gradient: the best candidate is good enough."""
        return float(self.heights(code[None])[0]), np.zeros(len(code))


def rehearse() -> None:
    """Go through a proposal once, so that all that is loaded when first used is loaded."""
    cube = UnitCube(Space((("x", Uniform(0.0, 1.0)),)))
    evidence = Evidence(np.array([[0.0], [1.0]]), np.array([0.0, 1.0]), np.empty((0, 1)))
    propose(cube, None, evidence, set(), generator(0))


def _among(asked: Set[Point]) -> Callable[[Array], Flags]:
    def is_taken(codes: Array) -> Flags:
        points = map(tuple, codes.astype(int).tolist())
        return np.fromiter((point in asked for point in points), dtype=bool, count=len(codes))

    return is_taken


def _close_to(evidence: Evidence) -> Callable[[Array], Flags]:
    trials = np.vstack([evidence.ended, evidence.pending])

    def is_taken(codes: Array) -> Flags:
        close: Flags = (cdist(codes, trials, "chebyshev") < _SAME).any(axis=1)
        return close

    return is_taken


def _highest(landscape: Landscape, candidates: Array) -> Array | None:
    heights = landscape.heights(candidates)
    best = int(np.argmax(heights))
    return candidates[best] if heights[best] > -np.inf else None


def _top(cube: UnitCube, landscape: Landscape, candidates: Array) -> Array | None:
    """Return the highest point that is reached by climbing from the best candidates."""
    heights = landscape.heights(candidates)
    starts = [
        candidates[i]
        for i in np.argsort(-heights, kind="stable")[:_N_CLIMBS]
        if heights[i] > -np.inf
    ]
    tops = [climb(cube, landscape, start) for start in starts]
    return max(tops, key=lambda top: top[1])[0] if tops else None
