"""Model: the Gaussian process that explains the trials so far best."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hyperlocal.search.evidence import Evidence
from hyperlocal.search.fitting import Fit, fit_hyperparameters
from hyperlocal.search.gaussian_process import GaussianProcess
from hyperlocal.search.squash import Squashed, squashings
from hyperlocal.search.unit_cube import Array, UnitCube
from hyperlocal.search.warp import most_plausible_bends

__all__ = ["Model", "fit_model"]

# Ways to squash scores are compared on so many trials, and then the chosen one is fitted to more.
_MOST_COMPARED = 40
_MOST_FITTED = 150
# How much more plausible the others must make the scores than the first way, as a logarithm: they
# stretch what is near the best, which of noisy scores is the noise, and which explores little.
_DOUBT = 4.0
_DOUBT_TO_EXPLORE = 10.0
# How much more plausible it must make them that parameters also act alone: where they do not, it
# misleads.
_DOUBT_IN_PARTS = 2.5


class Model(NamedTuple):
    """What the trials say.

    Attributes:
        process: A model of the squashed scores, which knows of the pending trials.
        cube: The space as the model sees it.
        evidence: The trials, with codes of that cube.
        step: Half of what a better score is better by at least, 0 if not known.
    """

    process: GaussianProcess
    cube: UnitCube
    evidence: Evidence
    step: float


def fit_model(cube: UnitCube, evidence: Evidence, explores: bool = False) -> Model:
    """Return what explains the trials best.

    Args:
        cube: The space.
        evidence: Trials of which at least one has a score.
        explores: Whether to stretch scores near the best only with a greater reason.
    """
    X = cube.features(evidence.ended)
    # Within a plateau there is nothing to be told by stretching.
    ways = squashings(evidence.scores)[: 1 if _is_shared(evidence.scores) else None]
    y, fit = _on_its_scale(X, ways, cube, _DOUBT_TO_EXPLORE if explores else _DOUBT)
    telling = _most_telling(y, _MOST_COMPARED)
    strengths, bent_fit = most_plausible_bends(cube, X[telling], y[telling], fit)
    if strengths.any():
        cube, fit = cube.bent(strengths), bent_fit
        ended, pending = cube.bend(evidence.ended), cube.bend(evidence.pending)
        evidence = evidence._replace(ended=ended, pending=pending)
        X = cube.features(ended)
        fit = fit_hyperparameters(X[telling], y[telling], cube.owners, start=fit)
    if len(cube) > 1:
        parts = fit_hyperparameters(X[telling], y[telling], cube.owners, start=fit.with_parts())
        fit = parts if parts.plausibility > fit.plausibility + _DOUBT_IN_PARTS else fit
    if len(X) > _MOST_COMPARED:
        telling = _most_telling(y, _MOST_FITTED)
        fit = fit_hyperparameters(X[telling], y[telling], cube.owners, start=fit)
    process = GaussianProcess(X, y, fit.hyper).with_pending(cube.features(evidence.pending))
    return Model(process, cube, evidence, _step(evidence.scores, y))


def _on_its_scale(
    X: Array, ways: list[Squashed], cube: UnitCube, doubt: float
) -> tuple[Array, Fit]:
    """Return the scores squashed in the most plausible way, and what was fitted to them."""
    fits = []
    for n_before, squashed in enumerate(ways):
        telling = _most_telling(squashed.y, _MOST_COMPARED)
        fit = fit_hyperparameters(X[telling], squashed.y[telling], cube.owners)
        plausibility = fit.plausibility + squashed.log_slopes[telling].sum()
        fits.append((plausibility - doubt * (n_before > 0), squashed.y, fit))
    _, y, fit = max(fits, key=lambda item: item[0])
    return y, fit


def _is_shared(scores: Array) -> bool:
    """Return whether several trials share the best score, and others are worse."""
    best = np.nanmax(scores)
    return bool((scores == best).sum() > 1 and (scores < best).any())  # failed trials are neither


def _step(scores: Array, y: Array) -> float:
    """Return half of how far the best score is above the next if several trials share it, else 0.

    Scores such as a share of 500 samples come in steps. Of those that share a step the model
    never is so sure that one of them might not be a little better; only another step is.
    """
    if not _is_shared(scores):
        return 0.0
    best = np.nanmax(scores)
    return 0.5 * float(y[scores == best][0] - y[scores < best].max())


def _most_telling(y: Array, n_most: int) -> npt.NDArray[np.intp]:
    """Return which trials shape the model: the best ones, and of the others every so many.

    The time for that grows with the cube of their number, and a few say about as much.
    """
    order = np.argsort(-y, kind="stable")
    n_best = n_most // 2
    if len(y) <= n_most:
        return np.arange(len(y))
    others = np.linspace(n_best, len(y) - 1, n_most - n_best).astype(np.intp)
    return np.sort(np.concatenate([order[:n_best], order[others]]))
