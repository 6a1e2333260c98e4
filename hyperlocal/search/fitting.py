"""Fitting: the maximum a posteriori hyperparameters of the Gaussian process.

Without priors, maximum likelihood would often choose extreme hyperparameters for a handful of
points.

n observed points, p features of k parameters; X (n, p), y (n,). theta are the logarithms of the
signal variance, the k length scales, the noise variance and, with an additive part, its variance.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_solve, cholesky
from scipy.optimize import minimize

from hyperlocal.search.covariance import Groups, Hyperparameters, matern, matern_slope
from hyperlocal.search.unit_cube import Array

__all__ = [
    "Fit",
    "batched_log_marginal_likelihood",
    "fit_hyperparameters",
    "log_length_scale_prior",
    "log_marginal_likelihood",
]


class LogNormalPrior(NamedTuple):
    """A normal prior of the logarithm of a hyperparameter."""

    mean: float
    deviation: float


# Scores are standardised, so that a variance of about 1 is expected in all.
_SIGNAL_VARIANCE = LogNormalPrior(0.0, 1.0)
# With an additive part, the two parts are expected to have half of the variance each.
_HALF_VARIANCE = LogNormalPrior(math.log(0.5), 1.0)
_LENGTH_SCALE = LogNormalPrior(math.log(0.5), 1.0)
# Little noise is expected, but the prior is wide, so that noise is found where trials show it.
_NOISE_VARIANCE = LogNormalPrior(math.log(1e-3), 2.0)

# Bounds of the logarithms, within which the covariance matrix can be factorised in double
# precision: the least noise keeps it positive definite even if points coincide.
_BOUNDS_SIGNAL = (math.log(1e-2), math.log(1e2))
_BOUNDS_HALF = (math.log(1e-8), math.log(1e2))
_BOUNDS_LENGTH_SCALE = (math.log(2e-2), math.log(1e2))
_BOUNDS_NOISE = (math.log(1e-6), math.log(1.0))
_MAX_ITERATIONS = 40

_LOG_2PI = math.log(2.0 * math.pi)


class Fit(NamedTuple):
    """Fitted hyperparameters.

    Attributes:
        hyper: The hyperparameters.
        theta: Their logarithms.
        log_posterior: The log marginal likelihood plus the log prior, up to a constant.
    """

    hyper: Hyperparameters
    theta: Array
    log_posterior: float

    @property
    def is_additive(self) -> bool:
        """Whether the covariance has an additive part."""
        return self.hyper.additive_variance > 0

    def with_additive_part(self) -> Fit:
        """Return a start for fitting with an additive part, which gets half of the variance."""
        half = self.theta[0] + math.log(0.5)
        hyper = self.hyper._replace(
            signal_variance=math.exp(half), additive_variance=math.exp(half)
        )
        return self._replace(hyper=hyper, theta=np.array([half, *self.theta[1:], half]))


def fit_hyperparameters(X: Array, y: Array, groups: Groups, start: Fit | None = None) -> Fit:
    """Return the maximum a posteriori hyperparameters, given `X` and `y`.

    Args:
        X: Shape `(n, p)`.
        y: Shape `(n,)`.
        groups: For each feature, the index of its parameter, shape `(p,)`; the features of a
            parameter share a length scale.
        start: The hyperparameters to start from; they also say whether there is an additive part.
            Without it the start is the prior's mean, without an additive part.
    """
    k = len(np.unique(groups))
    squares = np.zeros((k, len(X), len(X)))
    for j, group in enumerate(groups):
        squares[group] += (X[:, None, j] - X[:, j]) ** 2
    priors = [_SIGNAL_VARIANCE, *[_LENGTH_SCALE] * k, _NOISE_VARIANCE]
    bounds = [_BOUNDS_SIGNAL, *[_BOUNDS_LENGTH_SCALE] * k, _BOUNDS_NOISE]
    if start is not None and start.is_additive:
        priors = [_HALF_VARIANCE, *priors[1:], _HALF_VARIANCE]
        bounds = [_BOUNDS_HALF, *bounds[1:], _BOUNDS_HALF]
    means, deviations = np.array(priors).T

    def negative_log_posterior(theta: Array) -> tuple[float, Array]:
        likelihood, by_theta = log_marginal_likelihood(squares, y, theta)
        offset = (theta - means) / deviations
        return 0.5 * float(offset @ offset) - likelihood, offset / deviations - by_theta

    result = minimize(
        negative_log_posterior,
        means if start is None else start.theta,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": _MAX_ITERATIONS},
    )
    values = np.exp(result.x)
    hyper = Hyperparameters(
        signal_variance=float(values[0]),
        additive_variance=float(values[k + 2]) if len(values) > k + 2 else 0.0,
        length_scales=values[1 : k + 1][groups],
        groups=groups,
        noise_variance=float(values[k + 1]),
    )
    return Fit(hyper, result.x, -float(result.fun))


def log_marginal_likelihood(squares: Array, y: Array, theta: Array) -> tuple[float, Array]:
    """Return the log marginal likelihood of the scores, and its gradient by `theta`.

    The function of scikit-learn builds its kernels anew at each step of the optimiser, which takes
    several times as long.

    Args:
        squares: Squared distances between the features of each parameter, shape `(k, n, n)`.
        y: Shape `(n,)`.
        theta: Shape `(k + 2,)`, or `(k + 3,)` with an additive part.

    References:
        Rasmussen & Williams 2006, eq. 2.30 and 5.9.
    """
    k = len(squares)
    weights = np.exp(-2.0 * theta[1 : k + 1])  # inverse squared length scales
    signal, noise = math.exp(theta[0]), math.exp(theta[k + 1])
    r = np.sqrt(np.tensordot(weights, squares, axes=1))
    interactions = matern(r, signal)
    slopes = matern_slope(r, signal)
    K = interactions.copy()
    is_additive = len(theta) > k + 2
    if is_additive:
        variance = math.exp(theta[k + 2]) / k
        distances = np.sqrt(weights[:, None, None] * squares)
        additive = matern(distances, variance).sum(axis=0)
        slopes = slopes + matern_slope(distances, variance)
        K += additive
    K.flat[:: len(y) + 1] += noise
    L = cholesky(K, lower=True, overwrite_a=True, check_finite=False)
    alpha = cho_solve((L, True), y, check_finite=False)
    likelihood = -0.5 * y @ alpha - np.log(np.diag(L)).sum() - 0.5 * len(y) * _LOG_2PI
    # Eq. 5.9: the derivative by a hyperparameter is tr(G dK) / 2, with G as follows.
    G = np.outer(alpha, alpha) - cho_solve((L, True), np.eye(len(y)), check_finite=False)
    if is_additive:
        by_length_scales = weights * np.einsum("kij,kij->k", squares, slopes * G)
    else:
        by_length_scales = weights * np.tensordot(squares, slopes * G, axes=2)
    by_theta = [(G * interactions).sum(), *by_length_scales, noise * np.trace(G)]
    if is_additive:
        by_theta.append((G * additive).sum())
    return float(likelihood), 0.5 * np.array(by_theta)


def batched_log_marginal_likelihood(squares: Array, y: Array, theta: Array) -> Array:
    """Return the log marginal likelihood of the scores for each of several distance matrices.

    Args:
        squares: Squared distances in units of the length scales, shape `(s, n, n)`.
        y: Shape `(n,)`.
        theta: Shape `(k + 2,)`; the length scales in it are not used.
    """
    K = matern(np.sqrt(squares), math.exp(theta[0]))
    K[:, np.arange(len(y)), np.arange(len(y))] += math.exp(theta[-1])
    L = np.linalg.cholesky(K)
    z = np.linalg.solve(L, np.broadcast_to(y[:, None], (len(K), len(y), 1)))[:, :, 0]
    logs = np.log(np.diagonal(L, axis1=1, axis2=2))
    likelihoods: Array = -0.5 * (z**2).sum(axis=1) - logs.sum(axis=1) - 0.5 * len(y) * _LOG_2PI
    return likelihoods


def log_length_scale_prior(log_length_scales: Array) -> Array:
    """Return the log prior of length scales, up to a constant."""
    offsets: Array = (log_length_scales - _LENGTH_SCALE.mean) / _LENGTH_SCALE.deviation
    return -0.5 * offsets**2
