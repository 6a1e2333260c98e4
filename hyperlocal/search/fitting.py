"""Fitting: the hyperparameters that explain the trials so far best.

What is fitted is the posterior mode under priors, which keep the model sensible when it has seen
a handful of points.

n observed points, p features of k parameters; X (n, p), y (n,). phi are the logarithms of the
scale, the k lengths and the noise, and, if parameters also act alone, of the variance of that.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_solve, cholesky
from scipy.optimize import minimize

from hyperlocal.search.covariance import Hyperparameters, Owners, matern, matern_slope
from hyperlocal.search.unit_cube import Array

__all__ = [
    "Fit",
    "fit_hyperparameters",
    "log_likelihoods",
    "log_marginal_likelihood",
    "log_prior_of_length",
]


class LogNormalPrior(NamedTuple):
    """Belief that a hyperparameter's logarithm is normal."""

    mean: float
    deviation: float


_SCALE = LogNormalPrior(0.0, 1.0)
# Of what parameters do together, and of what they do alone, if both is fitted.
_HALF = LogNormalPrior(math.log(0.5), 1.0)
_LENGTH = LogNormalPrior(math.log(0.5), 1.0)
_NOISE = LogNormalPrior(math.log(1e-3), 2.0)

_BOUNDS_SCALE = (math.log(1e-2), math.log(1e2))
_BOUNDS_HALF = (math.log(1e-8), math.log(1e2))
_BOUNDS_LENGTH = (math.log(2e-2), math.log(1e2))
_BOUNDS_NOISE = (math.log(1e-6), math.log(1.0))
_MAX_ITERATIONS = 40

_LOG_2PI = math.log(2.0 * math.pi)


class Fit(NamedTuple):
    """Hyperparameters that were fitted.

    Attributes:
        hyper: What shapes the process.
        phi: Their logarithms.
        plausibility: The log of the likelihood and the prior there, up to a constant.
    """

    hyper: Hyperparameters
    phi: Array
    plausibility: float

    @property
    def is_additive(self) -> bool:
        """Whether parameters also act alone."""
        return self.hyper.alone > 0

    def with_parts(self) -> Fit:
        """Return where to start fitting that parameters also act alone."""
        half = self.phi[0] + math.log(0.5)
        hyper = self.hyper._replace(scale=math.exp(half), alone=math.exp(half))
        return self._replace(hyper=hyper, phi=np.array([half, *self.phi[1:], half]))


def fit_hyperparameters(X: Array, y: Array, owners: Owners, start: Fit | None = None) -> Fit:
    """Return the hyperparameters that are most plausible after `X` and `y`.

    Args:
        X: Shape `(n, p)`.
        y: Shape `(n,)`.
        owners: Which features share a length, shape `(p,)`: the number of it for each.
        start: Where to start, and whether parameters also act alone; without it at what the prior
            expects, and they do not.
    """
    k = len(np.unique(owners))
    squares = np.zeros((k, len(X), len(X)))
    for j, owner in enumerate(owners):
        squares[owner] += (X[:, None, j] - X[:, j]) ** 2
    priors = [_SCALE, *[_LENGTH] * k, _NOISE]
    bounds = [_BOUNDS_SCALE, *[_BOUNDS_LENGTH] * k, _BOUNDS_NOISE]
    if start is not None and start.is_additive:
        priors = [_HALF, *priors[1:], _HALF]
        bounds = [_BOUNDS_HALF, *bounds[1:], _BOUNDS_HALF]
    means, deviations = np.array(priors).T

    def loss(phi: Array) -> tuple[float, Array]:
        likelihood, by_phi = log_marginal_likelihood(squares, y, phi)
        offset = (phi - means) / deviations
        return 0.5 * float(offset @ offset) - likelihood, offset / deviations - by_phi

    result = minimize(
        loss,
        means if start is None else start.phi,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": _MAX_ITERATIONS},
    )
    numbers = np.exp(result.x)
    hyper = Hyperparameters(
        scale=float(numbers[0]),
        alone=float(numbers[k + 2]) if len(numbers) > k + 2 else 0.0,
        lengths=numbers[1 : k + 1][owners],
        owners=owners,
        noise=float(numbers[k + 1]),
    )
    return Fit(hyper, result.x, -float(result.fun))


def log_marginal_likelihood(squares: Array, y: Array, phi: Array) -> tuple[float, Array]:
    """Return how likely the scores are, and the gradient by `phi`.

    scikit-learn's own builds its kernels anew at each step, which takes several times as long.

    Args:
        squares: Squared distances in the features of each parameter, shape `(k, n, n)`.
        y: Shape `(n,)`.
        phi: Shape `(k + 2,)`, or `(k + 3,)` if parameters also act alone.

    References:
        Rasmussen & Williams 2006, eq. 2.30 and 5.9.
    """
    k = len(squares)
    scale, weights, noise = math.exp(phi[0]), np.exp(-2.0 * phi[1 : k + 1]), math.exp(phi[k + 1])
    r = np.sqrt(np.tensordot(weights, squares, axes=1))
    together = matern(r, scale)
    slopes = matern_slope(r, scale)
    K = together.copy()
    is_additive = len(phi) > k + 2
    if is_additive:
        share = math.exp(phi[k + 2]) / k
        apart = np.sqrt(weights[:, None, None] * squares)
        alone = matern(apart, share).sum(axis=0)
        slopes = slopes + matern_slope(apart, share)
        K += alone
    K.flat[:: len(y) + 1] += noise
    L = cholesky(K, lower=True, overwrite_a=True, check_finite=False)
    alpha = cho_solve((L, True), y, check_finite=False)
    likelihood = -0.5 * y @ alpha - np.log(np.diag(L)).sum() - 0.5 * len(y) * _LOG_2PI
    # d likelihood = tr(G dK) / 2
    G = np.outer(alpha, alpha) - cho_solve((L, True), np.eye(len(y)), check_finite=False)
    if is_additive:
        by_lengths = weights * np.einsum("kij,kij->k", squares, slopes * G)
    else:
        by_lengths = weights * np.tensordot(squares, slopes * G, axes=2)
    by_phi = [(G * together).sum(), *by_lengths, noise * np.trace(G)]
    if is_additive:
        by_phi.append((G * alone).sum())
    return float(likelihood), 0.5 * np.array(by_phi)


def log_likelihoods(squares: Array, y: Array, phi: Array) -> Array:
    """Return how likely the scores are at each of several distances between their points.

    Args:
        squares: Squared distances in units of the lengths, shape `(s, n, n)`.
        y: Shape `(n,)`.
        phi: Shape `(k + 2,)`, of which the lengths are not used.
    """
    K = matern(np.sqrt(squares), math.exp(phi[0]))
    K[:, np.arange(len(y)), np.arange(len(y))] += math.exp(phi[-1])
    L = np.linalg.cholesky(K)
    z = np.linalg.solve(L, np.broadcast_to(y[:, None], (len(K), len(y), 1)))[:, :, 0]
    logs = np.log(np.diagonal(L, axis1=1, axis2=2))
    likelihoods: Array = -0.5 * (z**2).sum(axis=1) - logs.sum(axis=1) - 0.5 * len(y) * _LOG_2PI
    return likelihoods


def log_prior_of_length(log_lengths: Array) -> Array:
    """Return how plausible lengths are before any trial, up to a constant."""
    offsets: Array = (log_lengths - _LENGTH.mean) / _LENGTH.deviation
    return -0.5 * offsets**2
