"""Warp fitting: which axes to warp for the surrogate model, and how strongly.

A learning rate that is searched between 0 and 1 often changes the score most below 0.01. A
Gaussian process with one length scale per axis cannot represent that, so an axis is warped if that
makes the log posterior larger.

n trials, d parameters, p features; s combinations of strength and length scale.

References:
    Snoek et al. 2014, "Input Warping for Bayesian Optimization of Non-Stationary Functions". They
    warp by the cumulative beta distribution and fit its two shape parameters; a few fixed warpings
    are quicker to compare and need fewer trials.
"""

from __future__ import annotations

import numpy as np

from hyperlocal.search.fitting import (
    Fit,
    batched_log_marginal_likelihood,
    log_length_scale_prior,
)
from hyperlocal.search.input_warping import warp
from hyperlocal.search.unit_cube import Array, UnitCube

__all__ = ["fit_input_warping"]

# Each strength is combined with each length scale: the length scale that was fitted to the axis
# before warping says little about the warped one.
_STRENGTHS = np.repeat([30.0, 1000.0, 30000.0, -30.0, -1000.0, -30000.0], 4)
_LOG_LENGTH_SCALES = np.tile(np.log([0.1, 0.3, 1.0, 3.0]), 6)
# A warping compresses most of an axis, as a greater length scale does. The prior is therefore
# evaluated at length scales relative to the spread of the warped axis; otherwise axes without any
# influence would be warped only because that spares them an improbable length scale.
_LINE = np.linspace(0.0, 1.0, 1001)
_LOG_SPREADS = np.log(warp(_LINE, _STRENGTHS[:, None]).std(axis=1) / _LINE.std())
# The minimal gain in log posterior for which an axis is warped. It keeps axes from being warped by
# chance, as the best of s combinations always gains a little.
_MIN_GAIN = 3.0


def fit_input_warping(cube: UnitCube, X: Array, y: Array, fit: Fit) -> tuple[Array, Fit]:
    """Return the maximum a posteriori warping of each axis, and a start to refit from.

    The axes are warped one after the other, each given the warpings chosen before.

    Args:
        cube: The cube, not warped.
        X: Features, shape `(n, p)`.
        y: Scores, shape `(n,)`.
        fit: The hyperparameters that were fitted to them.

    Returns:
        Strengths, shape `(d,)`, 0 for an axis that is not warped; and `fit` with the length scales
        of the warped axes replaced.
    """
    strengths, theta = np.zeros(len(cube)), fit.theta.copy()
    scaled = X / fit.hyper.length_scales
    squares = ((scaled[:, None] - scaled) ** 2).sum(axis=2)
    best = batched_log_marginal_likelihood(squares[None], y, theta)[0]
    for j, i in enumerate(cube.groups):
        # Categories have no order, and two values are as far apart however the axis is warped.
        if cube.is_categorical[i] or cube.axes[i].size in (1, 2):
            continue
        warped = warp(X[:, j], _STRENGTHS[:, None]) / np.exp(_LOG_LENGTH_SCALES)[:, None]
        rest = squares - (scaled[:, None, j] - scaled[:, j]) ** 2
        # The difference may be slightly negative by rounding.
        options = np.maximum(rest, 0.0) + (warped[:, :, None] - warped[:, None]) ** 2
        priors = log_length_scale_prior(_LOG_LENGTH_SCALES - _LOG_SPREADS)
        priors = priors - log_length_scale_prior(theta[1 + i])
        log_posteriors = batched_log_marginal_likelihood(options, y, theta) + priors - _MIN_GAIN
        option = int(np.argmax(log_posteriors))
        if log_posteriors[option] > best:
            best, squares = log_posteriors[option], options[option]
            strengths[i], theta[1 + i] = _STRENGTHS[option], _LOG_LENGTH_SCALES[option]
    return strengths, fit._replace(theta=theta)
