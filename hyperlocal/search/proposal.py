"""Proposal: the point with the greatest acquisition value, given the trials so far.

n ended trials, d parameters, q candidates; codes as in `unit_cube`.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.spatial.distance import cdist
from threadpoolctl import ThreadpoolController

from hyperlocal.domain.distribution import Uniform
from hyperlocal.domain.space import Space
from hyperlocal.search.acquisition import (
    AcquisitionFunction,
    ExpectedImprovement,
    Mask,
    MaximinDistance,
)
from hyperlocal.search.candidates import all_points, neighbours, uniform_candidates
from hyperlocal.search.draw import generator
from hyperlocal.search.finite_space import FiniteSpace, Point
from hyperlocal.search.local_search import local_search
from hyperlocal.search.surrogate import fit_surrogate
from hyperlocal.search.training_data import TrainingData
from hyperlocal.search.unit_cube import Array, UnitCube

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["one_thread", "propose", "warm_up"]

# The acquisition function is evaluated at every point of a finite space up to this size.
_MAX_ENUMERATED = 4000
# The number of candidates drawn uniformly, and again as many near the best trials.
_N_CANDIDATES = 800
# Exploring trials take the best of fewer candidates and without a local search: the maxima of the
# acquisition function are in corners, where the model is most uncertain and where the optimum
# rarely is.
_N_TO_EXPLORE = 200
_N_CENTRES = 5
_N_LOCAL_SEARCHES = 3
# A point closer than this to a trial in every coordinate is not proposed: it would repeat that
# trial.
_MIN_DISTANCE = 1e-5
# The margin of expected improvement for exploring trials, in standard deviations of the scores.
# Without it, a model that underestimates its uncertainty exploits the first good region for ever.
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
    finite_space: FiniteSpace | None,
    data: TrainingData,
    asked: Set[Point],
    rng: Generator,
) -> Array | None:
    """Return the codes, shape `(d,)`, of the point with the greatest acquisition value.

    Trials alternate between exploitation and exploration.

    Args:
        cube: The space.
        finite_space: The points of the space, if it is finite.
        data: The trials so far.
        asked: The points of the finite space that must not be proposed.
        rng: The random generator for candidates.

    Returns:
        None if all candidates are excluded; a finite space may still have other points.
    """
    is_exploring = (len(data.ended) + len(data.pending)) % 2 == 1
    surrogate = None
    if np.isfinite(data.scores).any():
        surrogate = fit_surrogate(cube, data, is_exploring=is_exploring)
        cube, data = surrogate.cube, surrogate.data
    is_excluded = _is_among(asked) if finite_space is not None else _is_close_to(data)
    acquisition: AcquisitionFunction
    if surrogate is not None:
        margin = max(_MARGIN if is_exploring else 0.0, surrogate.half_step)
        acquisition = ExpectedImprovement(cube, surrogate.process, is_excluded, margin)
        means, _ = surrogate.process.predict(cube.features(data.ended))
        centres = data.ended[np.argsort(-means, kind="stable")[:_N_CENTRES]]
    else:
        acquisition = MaximinDistance(cube, data, is_excluded)
        centres = np.empty((0, len(cube)))
    if finite_space is not None and finite_space.size <= _MAX_ENUMERATED:
        return _best_candidate(acquisition, all_points(finite_space.sizes))
    m = _N_TO_EXPLORE if is_exploring else _N_CANDIDATES
    candidates = uniform_candidates(cube, m, rng)
    if len(centres):
        candidates = np.vstack([candidates, neighbours(cube, centres, m, rng)])
    if is_exploring:
        best = _best_candidate(acquisition, candidates)
    else:
        best = _best_local_maximum(cube, acquisition, candidates)
    return None if best is None else cube.unwarp(best)


def warm_up() -> None:
    """Compute one proposal, so that everything that is loaded at first use is loaded."""
    cube = UnitCube(Space((("x", Uniform(0.0, 1.0)),)))
    data = TrainingData(np.array([[0.0], [1.0]]), np.array([0.0, 1.0]), np.empty((0, 1)))
    propose(cube, None, data, set(), generator(0))


def _is_among(asked: Set[Point]) -> Callable[[Array], Mask]:
    def is_excluded(codes: Array) -> Mask:
        points = map(tuple, codes.astype(int).tolist())
        return np.fromiter((point in asked for point in points), dtype=bool, count=len(codes))

    return is_excluded


def _is_close_to(data: TrainingData) -> Callable[[Array], Mask]:
    trials = np.vstack([data.ended, data.pending])

    def is_excluded(codes: Array) -> Mask:
        close: Mask = (cdist(codes, trials, "chebyshev") < _MIN_DISTANCE).any(axis=1)
        return close

    return is_excluded


def _best_candidate(acquisition: AcquisitionFunction, candidates: Array) -> Array | None:
    values = acquisition.values(candidates)
    best = int(np.argmax(values))
    return candidates[best] if values[best] > -np.inf else None


def _best_local_maximum(
    cube: UnitCube, acquisition: AcquisitionFunction, candidates: Array
) -> Array | None:
    """Return the best of the local maxima that are reached from the best candidates."""
    values = acquisition.values(candidates)
    starts = [
        candidates[i]
        for i in np.argsort(-values, kind="stable")[:_N_LOCAL_SEARCHES]
        if values[i] > -np.inf
    ]
    maxima = [local_search(cube, acquisition, start) for start in starts]
    return max(maxima, key=lambda found: found[1])[0] if maxima else None
