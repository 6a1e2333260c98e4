"""Gaussian process: what the trials so far say about the rest of the space.

n observed points, q candidates, p features, on the unit cube; scores are standardised.
X (n, p) observed;  y (n,) scores;  Z (q, p) candidates;  mu, sigma (q,) the posterior there;
K = scale * Matern52(X, X; lengths) + noise * I = L L';  alpha = K^-1 y.

scikit-learn computes the factors; what is fitted is the posterior mode under priors, which keep
the model sensible when it has seen a handful of points.

References:
    Rasmussen & Williams 2006, "Gaussian Processes for Machine Learning", algorithm 2.1.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.optimize import minimize
from scipy.spatial.distance import cdist
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from hyperlocal.search.unit_cube import Array

__all__ = [
    "Fit",
    "GaussianProcess",
    "Hyperparameters",
    "fit_hyperparameters",
    "log_likelihoods",
    "log_marginal_likelihood",
    "log_prior_of_length",
]

Owners = npt.NDArray[np.intp]


class LogNormalPrior(NamedTuple):
    """Belief that a hyperparameter's logarithm is normal."""

    mean: float
    deviation: float


_SCALE = LogNormalPrior(0.0, 1.0)
_NOISE = LogNormalPrior(math.log(1e-3), 2.0)
_LENGTH_MEAN, _LENGTH_DEVIATION = math.log(0.5), 1.0

_BOUNDS_SCALE = (math.log(1e-2), math.log(1e2))
_BOUNDS_LENGTH = (math.log(2e-2), math.log(1e2))
_BOUNDS_NOISE = (math.log(1e-6), math.log(1.0))
_MAX_ITERATIONS = 40


class Hyperparameters(NamedTuple):
    """What shapes the process.

    Attributes:
        scale: Variance of the function.
        lengths: Over how far each feature changes it, shape `(p,)`.
        noise: Variance of what one trial adds.
    """

    scale: float
    lengths: Array
    noise: float


class GaussianProcess:
    """The posterior at given hyperparameters."""

    def __init__(self, X: Array, y: Array, hyper: Hyperparameters) -> None:
        self.X = X
        self.y = y
        self.hyper = hyper
        model = _regressor(hyper).fit(X, y)
        self._L: Array = model.L_
        self._alpha: Array = model.alpha_

    def with_pending(self, Z: Array) -> GaussianProcess:
        """Return the process as it would be if trials at `Z` ended as it expects."""
        if not len(Z):
            return self
        mu, _ = self.predict(Z)
        return GaussianProcess(np.vstack([self.X, Z]), np.concatenate([self.y, mu]), self.hyper)

    def predict(self, Z: Array) -> tuple[Array, Array]:
        """Return mean and standard deviation, shape `(q,)`, of the function at `Z`.

        The deviation is that of the function, not that of a trial: it is without noise.
        """
        k = _matern(self._distances(Z), self.hyper.scale)
        v = solve_triangular(self._L, k.T, lower=True, check_finite=False)
        variance = self.hyper.scale - np.einsum("nq,nq->q", v, v)
        return k @ self._alpha, np.sqrt(np.maximum(variance, 1e-10 * self.hyper.scale))

    def predict_with_gradient(self, z: Array) -> tuple[float, float, Array, Array]:
        """Return mean and deviation at one point, `(p,)`, and their gradients, shape `(p,)`."""
        r = self._distances(z[None])[0]
        k = _matern(r, self.hyper.scale)
        # dk/dz_j = -5/3 scale (1 + sqrt(5) r) exp(-sqrt(5) r) (z_j - x_j) / length_j^2
        slope = -5.0 / 3.0 * self.hyper.scale * (1 + _ROOT_5 * r) * np.exp(-_ROOT_5 * r)
        dk = slope[:, None] * (z - self.X) / self.hyper.lengths**2
        w = cho_solve((self._L, True), k, check_finite=False)
        sigma = math.sqrt(max(self.hyper.scale - float(k @ w), 1e-10 * self.hyper.scale))
        return float(k @ self._alpha), sigma, self._alpha @ dk, -(w @ dk) / sigma

    def _distances(self, Z: Array) -> Array:
        distances: Array = cdist(Z / self.hyper.lengths, self.X / self.hyper.lengths)
        return distances


_ROOT_5 = math.sqrt(5.0)
_LOG_2PI = math.log(2.0 * math.pi)


def _matern(r: Array, scale: float) -> Array:
    """Return the covariance at scaled distances (Rasmussen & Williams, eq. 4.17)."""
    a = _ROOT_5 * r
    covariance: Array = scale * (1.0 + a + a**2 / 3.0) * np.exp(-a)
    return covariance


def _regressor(hyper: Hyperparameters) -> Any:
    # Its own optimiser knows no priors and no ties: it is given the hyperparameters instead.
    kernel = ConstantKernel(hyper.scale) * Matern(hyper.lengths, nu=2.5) + WhiteKernel(hyper.noise)
    return GaussianProcessRegressor(kernel, alpha=0.0, optimizer=None)


class Fit(NamedTuple):
    """Hyperparameters that were fitted.

    Attributes:
        hyper: What shapes the process.
        phi: The logarithms of scale, lengths and noise.
        plausibility: The log of the likelihood and the prior there, up to a constant.
    """

    hyper: Hyperparameters
    phi: Array
    plausibility: float


def fit_hyperparameters(X: Array, y: Array, owners: Owners, start: Fit | None = None) -> Fit:
    """Return the hyperparameters that are most plausible after `X` and `y`.

    Args:
        X: Shape `(n, p)`.
        y: Shape `(n,)`.
        owners: Which features share a length, shape `(p,)`: the number of it for each.
        start: Where to start, of fewer trials; else what the prior expects.
    """
    n_lengths = len(np.unique(owners))
    squares = np.zeros((n_lengths, len(X), len(X)))
    for j, owner in enumerate(owners):
        squares[owner] += (X[:, None, j] - X[:, j]) ** 2
    means = np.array([_SCALE.mean, *[_LENGTH_MEAN] * n_lengths, _NOISE.mean])
    deviations = np.array([_SCALE.deviation, *[_LENGTH_DEVIATION] * n_lengths, _NOISE.deviation])

    def loss(phi: Array) -> tuple[float, Array]:
        likelihood, by_phi = log_marginal_likelihood(squares, y, phi)
        offset = (phi - means) / deviations
        return 0.5 * float(offset @ offset) - likelihood, offset / deviations - by_phi

    bounds = [_BOUNDS_SCALE, *[_BOUNDS_LENGTH] * n_lengths, _BOUNDS_NOISE]
    result = minimize(
        loss,
        means if start is None else start.phi,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": _MAX_ITERATIONS},
    )
    scale, *lengths, noise = np.exp(result.x)
    hyper = Hyperparameters(float(scale), np.array(lengths)[owners], float(noise))
    return Fit(hyper, result.x, -float(result.fun))


def log_marginal_likelihood(squares: Array, y: Array, phi: Array) -> tuple[float, Array]:
    """Return how likely the scores are, and the gradient by `phi`.

    scikit-learn's own builds its kernels anew at each step, which takes several times as long.

    Args:
        squares: Squared distances in the features of each length, shape `(k, n, n)`.
        y: Shape `(n,)`.
        phi: Logarithms of scale, lengths and noise, shape `(k + 2,)`.

    References:
        Rasmussen & Williams 2006, eq. 2.30 and 5.9.
    """
    scale, noise = math.exp(phi[0]), math.exp(phi[-1])
    weights = np.exp(-2.0 * phi[1:-1])
    r = np.sqrt(np.tensordot(weights, squares, axes=1))
    function = _matern(r, scale)
    K = function.copy()
    K.flat[:: len(y) + 1] += noise
    L = cholesky(K, lower=True, overwrite_a=True, check_finite=False)
    alpha = cho_solve((L, True), y, check_finite=False)
    likelihood = -0.5 * y @ alpha - np.log(np.diag(L)).sum() - 0.5 * len(y) * _LOG_2PI
    # d likelihood = tr(G dK) / 2
    G = np.outer(alpha, alpha) - cho_solve((L, True), np.eye(len(y)), check_finite=False)
    slope = G * (5.0 / 3.0 * scale * (1.0 + _ROOT_5 * r) * np.exp(-_ROOT_5 * r))
    by_lengths = weights * np.tensordot(squares, slope, axes=2)
    by_phi = np.concatenate([[(G * function).sum()], by_lengths, [noise * np.trace(G)]])
    return float(likelihood), 0.5 * by_phi


def log_likelihoods(squares: Array, y: Array, phi: Array) -> Array:
    """Return how likely the scores are at each of several distances between their points.

    Args:
        squares: Squared distances in units of the lengths, shape `(s, n, n)`.
        y: Shape `(n,)`.
        phi: Logarithms of scale, lengths and noise, of which the first and the last are used.
    """
    K = _matern(np.sqrt(squares), math.exp(phi[0]))
    K[:, np.arange(len(y)), np.arange(len(y))] += math.exp(phi[-1])
    L = np.linalg.cholesky(K)
    z = np.linalg.solve(L, np.broadcast_to(y[:, None], (len(K), len(y), 1)))[:, :, 0]
    logs = np.log(np.diagonal(L, axis1=1, axis2=2))
    likelihoods: Array = -0.5 * (z**2).sum(axis=1) - logs.sum(axis=1) - 0.5 * len(y) * _LOG_2PI
    return likelihoods


def log_prior_of_length(log_lengths: Array) -> Array:
    """Return how plausible lengths are before any trial, up to a constant."""
    offsets: Array = (log_lengths - _LENGTH_MEAN) / _LENGTH_DEVIATION
    return -0.5 * offsets**2
