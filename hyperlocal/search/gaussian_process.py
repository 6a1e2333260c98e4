"""Gaussian process: what the trials so far say about the rest of the space.

n observed points, q candidates, p features, on the unit cube; scores are standardised.
X (n, p) observed;  y (n,) scores;  Z (q, p) candidates;  mu, sigma (q,) the posterior there;
K = scale * Matern52(X, X; lengths) + noise * I = L L';  alpha = K^-1 y.

scikit-learn computes the likelihood and the factors; what is fitted is the posterior mode under
priors, which keep the model sensible when it has seen a handful of points.

References:
    Rasmussen & Williams 2006, "Gaussian Processes for Machine Learning", algorithm 2.1.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_solve, solve_triangular
from scipy.optimize import minimize
from scipy.spatial.distance import cdist
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from hyperlocal.search.unit_cube import Array

__all__ = ["GaussianProcess", "Hyperparameters", "fit_hyperparameters"]

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


def _matern(r: Array, scale: float) -> Array:
    """Return the covariance at scaled distances (Rasmussen & Williams, eq. 4.17)."""
    a = _ROOT_5 * r
    covariance: Array = scale * (1.0 + a + a**2 / 3.0) * np.exp(-a)
    return covariance


def _regressor(hyper: Hyperparameters) -> Any:
    # Its own optimiser knows no priors and no ties; it is given the hyperparameters instead.
    kernel = ConstantKernel(hyper.scale) * Matern(hyper.lengths, nu=2.5) + WhiteKernel(hyper.noise)
    return GaussianProcessRegressor(kernel, alpha=0.0, optimizer=None)


def fit_hyperparameters(X: Array, y: Array, owners: Owners) -> Hyperparameters:
    """Return the hyperparameters that are most plausible after `X` and `y`.

    Args:
        X: Shape `(n, p)`.
        y: Shape `(n,)`.
        owners: Which features share a length, shape `(p,)`: the number of it for each.
    """
    n_lengths = len(np.unique(owners))
    first = Hyperparameters(1.0, np.ones(X.shape[1]), 1e-2)
    model = _regressor(first).fit(X, y)
    means = np.array([_SCALE.mean, *[_LENGTH_MEAN] * n_lengths, _NOISE.mean])
    deviations = np.array([_SCALE.deviation, *[_LENGTH_DEVIATION] * n_lengths, _NOISE.deviation])
    # theta, as scikit-learn lays it out: log scale, log length of each feature, log noise.
    spread = np.concatenate([[0], 1 + owners, [1 + n_lengths]])

    def loss(phi: Array) -> tuple[float, Array]:
        likelihood, by_theta = model.log_marginal_likelihood(
            phi[spread], eval_gradient=True, clone_kernel=False
        )
        by_phi = np.bincount(spread, weights=by_theta, minlength=len(phi))
        offset = (phi - means) / deviations
        return 0.5 * float(offset @ offset) - likelihood, offset / deviations - by_phi

    bounds = [_BOUNDS_SCALE, *[_BOUNDS_LENGTH] * n_lengths, _BOUNDS_NOISE]
    result = minimize(
        loss,
        means,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": _MAX_ITERATIONS},
    )
    theta = np.exp(result.x[spread])
    return Hyperparameters(float(theta[0]), theta[1:-1], float(theta[-1]))
