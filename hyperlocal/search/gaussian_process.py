"""Gaussian process: what the trials so far say about the rest of the space.

n observed points, q candidates, p features of k parameters, on the unit cube; scores are
standardised. X (n, p) observed;  y (n,) scores;  Z (q, p) candidates;  mu, sigma (q,) the
posterior there;  L L' = covariance(X, X) + noise * I;  alpha = (L L')^-1 y.

scikit-learn computes the factors.

References:
    Rasmussen & Williams 2006, "Gaussian Processes for Machine Learning", algorithm 2.1.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg import cho_solve, solve_triangular
from sklearn.gaussian_process import GaussianProcessRegressor

from hyperlocal.search.covariance import (
    Hyperparameters,
    covariance,
    kernel,
    matern,
    matern_slope,
)
from hyperlocal.search.unit_cube import Array

__all__ = ["GaussianProcess"]


class GaussianProcess:
    """The posterior at given hyperparameters."""

    def __init__(self, X: Array, y: Array, hyper: Hyperparameters) -> None:
        self.X = X
        self.y = y
        self.hyper = hyper
        self._variance = hyper.scale + hyper.alone
        # Its own optimiser knows no priors and no ties: it is given the hyperparameters instead.
        model = GaussianProcessRegressor(kernel(hyper), alpha=0.0, optimizer=None).fit(X, y)
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
        k = covariance(Z, self.X, self.hyper)
        v = solve_triangular(self._L, k.T, lower=True, check_finite=False)
        variance = self._variance - np.einsum("nq,nq->q", v, v)
        return k @ self._alpha, np.sqrt(np.maximum(variance, 1e-10 * self._variance))

    def predict_with_gradient(self, z: Array) -> tuple[float, float, Array, Array]:
        """Return mean and deviation at one point, `(p,)`, and their gradients, shape `(p,)`."""
        hyper = self.hyper
        steps = (z - self.X) / hyper.lengths
        r = np.sqrt((steps**2).sum(axis=1))
        k, slopes = matern(r, hyper.scale), matern_slope(r, hyper.scale)[:, None]
        if hyper.alone:
            squares = np.zeros((hyper.n_parameters, len(self.X)))
            np.add.at(squares, hyper.owners, steps.T**2)
            apart, share = np.sqrt(squares), hyper.alone / hyper.n_parameters
            k = k + matern(apart, share).sum(axis=0)
            slopes = slopes + matern_slope(apart, share)[hyper.owners].T
        dk = -slopes * steps / hyper.lengths
        w = cho_solve((self._L, True), k, check_finite=False)
        sigma = math.sqrt(max(self._variance - float(k @ w), 1e-10 * self._variance))
        return float(k @ self._alpha), sigma, self._alpha @ dk, -(w @ dk) / sigma
