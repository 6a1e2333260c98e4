"""Gaussian process: the posterior of the score at any point, given the trials so far.

n observed points, q candidates, p features of k parameters, on the unit cube; scores are
standardised. X (n, p) observed;  y (n,) scores;  Z (q, p) candidates;  mu, sigma (q,) the
posterior there;  L L' = covariance(X, X) + noise_variance * I;  alpha = (L L')^-1 y.

scikit-learn computes the factors L and alpha.

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
    matern,
    matern_slope,
    sklearn_kernel,
)
from hyperlocal.search.unit_cube import Array

__all__ = ["GaussianProcess"]

# Relative to the prior variance.
_MIN_VARIANCE = 1e-10


class GaussianProcess:
    """The posterior for given hyperparameters."""

    def __init__(self, X: Array, y: Array, hyper: Hyperparameters) -> None:
        self.X = X
        self.y = y
        self.hyper = hyper
        self._variance = hyper.signal_variance + hyper.additive_variance
        # The optimiser of scikit-learn supports neither priors nor shared length scales, so the
        # hyperparameters are fitted in `fitting` and passed on.
        model = GaussianProcessRegressor(sklearn_kernel(hyper), alpha=0.0, optimizer=None).fit(
            X, y
        )
        self._L: Array = model.L_
        self._alpha: Array = model.alpha_

    def with_pending(self, Z: Array) -> GaussianProcess:
        """Return the process conditioned on its own means at pending trials `Z`.

        The means stay and the deviations near `Z` shrink, so that the next candidate is elsewhere.

        References:
            Ginsbourger, Le Riche & Carraro 2010, "Kriging Is Well-Suited to Parallelize
            Optimization" (the kriging believer).
        """
        if not len(Z):
            return self
        mu, _ = self.predict(Z)
        return GaussianProcess(np.vstack([self.X, Z]), np.concatenate([self.y, mu]), self.hyper)

    def predict(self, Z: Array) -> tuple[Array, Array]:
        """Return mean and standard deviation, shape `(q,)`, of the function at `Z`.

        The deviation does not include the noise of a trial.
        """
        k = covariance(Z, self.X, self.hyper)
        v = solve_triangular(self._L, k.T, lower=True, check_finite=False)
        variance = self._variance - np.einsum("nq,nq->q", v, v)
        # At observed points rounding can make the variance negative, and the acquisition function
        # divides by the deviation.
        return k @ self._alpha, np.sqrt(np.maximum(variance, _MIN_VARIANCE * self._variance))

    def predict_with_gradient(self, z: Array) -> tuple[float, float, Array, Array]:
        """Return mean and deviation at one point, `(p,)`, and their gradients, shape `(p,)`."""
        hyper = self.hyper
        steps = (z - self.X) / hyper.length_scales
        r = np.sqrt((steps**2).sum(axis=1))
        k, slopes = (
            matern(r, hyper.signal_variance),
            matern_slope(r, hyper.signal_variance)[:, None],
        )
        if hyper.additive_variance:
            squares = np.zeros((hyper.n_parameters, len(self.X)))
            np.add.at(squares, hyper.groups, steps.T**2)
            distances, variance = np.sqrt(squares), hyper.additive_variance / hyper.n_parameters
            k = k + matern(distances, variance).sum(axis=0)
            slopes = slopes + matern_slope(distances, variance)[hyper.groups].T
        dk = -slopes * steps / hyper.length_scales
        w = cho_solve((self._L, True), k, check_finite=False)
        sigma = math.sqrt(max(self._variance - float(k @ w), _MIN_VARIANCE * self._variance))
        return float(k @ self._alpha), sigma, self._alpha @ dk, -(w @ dk) / sigma
