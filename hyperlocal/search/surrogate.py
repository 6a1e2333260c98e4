"""Surrogate: the Gaussian process of the scores that the acquisition function is evaluated on.

Output warping, input warping and the additive part of the covariance are chosen one after the
other, each by its log posterior. A joint choice would multiply the number of fits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hyperlocal.search.fitting import Fit, fit_hyperparameters
from hyperlocal.search.gaussian_process import GaussianProcess
from hyperlocal.search.output_warping import WarpedScores, output_warpings
from hyperlocal.search.training_data import TrainingData
from hyperlocal.search.unit_cube import Array, UnitCube
from hyperlocal.search.warp_fitting import fit_input_warping

__all__ = ["Surrogate", "fit_surrogate"]

# The cost of a fit grows with the cube of the number of trials. Choices are made on so many
# trials; the final fit of the hyperparameters uses more.
_MAX_COMPARED = 40
_MAX_FITTED = 150
# The minimal gains in log posterior for which another output warping than the first is taken. The
# others magnify differences near the best score, which are mostly noise if scores are noisy, and
# make the search exploit more, so that exploring trials demand a greater gain.
_MIN_GAIN = 4.0
_MIN_GAIN_TO_EXPLORE = 10.0
# The minimal gain in log posterior for an additive part: it misleads where parameters interact.
_MIN_GAIN_OF_ADDITIVE_PART = 2.5


class Surrogate(NamedTuple):
    """A model of the scores.

    Attributes:
        process: The Gaussian process of the warped scores, conditioned on the pending trials too.
        cube: The space, with its axes warped.
        data: The trials, in codes of that cube.
        half_step: Half of the difference between the best score and the next one, in warped
            scores, if several trials share the best; otherwise 0.
    """

    process: GaussianProcess
    cube: UnitCube
    data: TrainingData
    half_step: float


def fit_surrogate(cube: UnitCube, data: TrainingData, is_exploring: bool = False) -> Surrogate:
    """Return the maximum a posteriori surrogate model of the trials.

    Args:
        cube: The space.
        data: Trials, at least one of which has a score.
        is_exploring: Whether to demand a greater gain for output warpings that magnify
            differences near the best score.
    """
    X = cube.features(data.ended)
    # While trials share the best score, nothing near it could be told apart by magnifying it.
    warpings = output_warpings(data.scores)[: 1 if _is_best_shared(data.scores) else None]
    y, fit = _fit_output_warping(
        X, warpings, cube, _MIN_GAIN_TO_EXPLORE if is_exploring else _MIN_GAIN
    )
    subset = _subset_of_data(y, _MAX_COMPARED)
    strengths, warped_fit = fit_input_warping(cube, X[subset], y[subset], fit)
    if strengths.any():
        cube, fit = cube.with_warping(strengths), warped_fit
        data = data._replace(ended=cube.warp(data.ended), pending=cube.warp(data.pending))
        X = cube.features(data.ended)
        fit = fit_hyperparameters(X[subset], y[subset], cube.groups, start=fit)
    if len(cube) > 1:
        start = fit.with_additive_part()
        additive = fit_hyperparameters(X[subset], y[subset], cube.groups, start=start)
        gain = _MIN_GAIN_OF_ADDITIVE_PART
        fit = additive if additive.log_posterior > fit.log_posterior + gain else fit
    if len(X) > _MAX_COMPARED:
        subset = _subset_of_data(y, _MAX_FITTED)
        fit = fit_hyperparameters(X[subset], y[subset], cube.groups, start=fit)
    process = GaussianProcess(X, y, fit.hyper).with_pending(cube.features(data.pending))
    return Surrogate(process, cube, data, _half_step(data.scores, y))


def _fit_output_warping(
    X: Array, warpings: list[WarpedScores], cube: UnitCube, min_gain: float
) -> tuple[Array, Fit]:
    """Return the maximum a posteriori output warping, and the hyperparameters fitted to it."""
    fits = []
    for n_before, warped in enumerate(warpings):
        subset = _subset_of_data(warped.y, _MAX_COMPARED)
        fit = fit_hyperparameters(X[subset], warped.y[subset], cube.groups)
        log_posterior = fit.log_posterior + warped.log_slopes[subset].sum()
        fits.append((log_posterior - min_gain * (n_before > 0), warped.y, fit))
    _, y, fit = max(fits, key=lambda item: item[0])
    return y, fit


def _is_best_shared(scores: Array) -> bool:
    """Return whether several trials share the best score, and others have a worse one."""
    best = np.nanmax(scores)
    return bool((scores == best).sum() > 1 and (scores < best).any())  # false for NaN


def _half_step(scores: Array, y: Array) -> float:
    """Return half of the gap below the best score, in warped scores, if it is shared, else 0.

    Metrics such as an accuracy on 500 samples change in steps. The posterior of a continuous
    process always leaves room for slightly better scores next to those that share a step, but only
    the next step is an improvement.
    """
    if not _is_best_shared(scores):
        return 0.0
    best = np.nanmax(scores)
    return 0.5 * float(y[scores == best][0] - y[scores < best].max())


def _subset_of_data(y: Array, n_most: int) -> npt.NDArray[np.intp]:
    """Return the indices of at most `n_most` trials: the best ones, and others evenly by rank.

    The best ones determine the model near the optimum, the others its shape elsewhere.
    """
    order = np.argsort(-y, kind="stable")
    n_best = n_most // 2
    if len(y) <= n_most:
        return np.arange(len(y))
    others = np.linspace(n_best, len(y) - 1, n_most - n_best).astype(np.intp)
    return np.sort(np.concatenate([order[:n_best], order[others]]))
