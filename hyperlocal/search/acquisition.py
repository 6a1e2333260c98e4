"""Acquisition: functions by which candidates are ranked.

q candidates, standardised scores to be maximised; mu, sigma (q,) are the posterior means and
standard deviations at the candidates.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist
from scipy.special import erfcx, ndtr

from hyperlocal.search.gaussian_process import GaussianProcess
from hyperlocal.search.training_data import TrainingData
from hyperlocal.search.unit_cube import Array, UnitCube

__all__ = [
    "AcquisitionFunction",
    "ExpectedImprovement",
    "Mask",
    "MaximinDistance",
    "log_augmentation",
    "log_expected_improvement",
]

Mask = npt.NDArray[np.bool_]

_LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)
# Expected improvement is augmented above this noise variance. A smaller one rather expresses the
# misfit of the model than noise that trials showed.
_MIN_NOISE_VARIANCE = 0.01


class AcquisitionFunction(Protocol):
    """Ranks candidates: the next trial is the point with the greatest value."""

    def values(self, codes: Array) -> Array:
        """Return the values, shape `(q,)`, at codes, shape `(q, d)`."""

    def value_and_gradient(self, code: Array) -> tuple[float, Array]:
        """Return the value at one point, shape `(d,)`, and the gradient, shape `(d,)`.

        The gradient is by the codes of the continuous parameters, and 0 for the others.
        """


def log_expected_improvement(
    mu: Array, sigma: Array, incumbent: float
) -> tuple[Array, Array, Array]:
    """Score candidates by the log of their expected improvement over the incumbent.

    With z = (mu - incumbent) / sigma that is log(sigma) + log(pdf(z) + z cdf(z)). Far below the
    incumbent the sum is a difference of almost equal numbers that underflows; there it is written
    with the scaled complementary error function, which keeps the order of unlikely candidates.

    Args:
        mu: Shape `(q,)`.
        sigma: Shape `(q,)`, above 0.
        incumbent: The score to improve on.

    Returns:
        The log expected improvement, and its derivatives by mu and by sigma, each of shape
        `(q,)` and finite for finite arguments.

    References:
        Ament et al. 2023, "Unexpected Improvements to Expected Improvement for Bayesian
        Optimization", eq. 9.
    """
    z = (mu - incumbent) / sigma
    near = z > -1.0
    z_near, z_far = np.where(near, z, 0.0), np.where(near, -1.0, z)
    log_pdf = -0.5 * z**2 - _LOG_SQRT_2PI
    # mills = cdf / pdf, without underflow for negative z.
    mills = math.sqrt(math.pi / 2) * erfcx(-z_far / math.sqrt(2))
    # Beyond -1e5 the difference 1 - |z| mills is all rounding; its expansion starts with z**-2.
    deep = z_far < -1e5
    rest = np.where(deep, 1.0, 1.0 + np.where(deep, 0.0, z_far * mills))
    log_far = np.where(deep, -2.0 * np.log(-z_far), np.log(rest)) + log_pdf
    pdf_near = np.exp(-0.5 * z_near**2 - _LOG_SQRT_2PI)
    log_near = np.log(pdf_near + z_near * ndtr(z_near))
    log_h = np.where(near, log_near, log_far)
    # h' = cdf, and sigma h(z) has the derivatives cdf by mu and pdf by sigma.
    log_cdf = np.where(near, np.log(ndtr(z_near)), np.log(mills) + log_pdf)
    by_mu = np.exp(log_cdf - log_h) / sigma
    by_sigma = np.exp(log_pdf - log_h) / sigma
    return np.log(sigma) + log_h, by_mu, by_sigma


def log_augmentation(sigma: Array, noise_variance: float) -> tuple[Array, Array]:
    """Return the log of the factor by which expected improvement is augmented for noise.

    That is log(1 - tau / sqrt(sigma**2 + tau**2)) with tau**2 the noise variance. Without it, the
    best point of noisy scores is proposed again and again although it is known well already.

    Args:
        sigma: Shape `(q,)`, above 0.
        noise_variance: The variance of the noise of one trial.

    Returns:
        The log, and its derivative by sigma, each of shape `(q,)`.

    References:
        Huang, Allen, Notz & Zeng 2006, "Global Optimization of Stochastic Black-Box Systems via
        Sequential Kriging Meta-Models" (augmented expected improvement).
    """
    tau, total = math.sqrt(noise_variance), np.sqrt(sigma**2 + noise_variance)
    factor = sigma**2 / (total * (total + tau))  # 1 - tau / total, without cancellation
    return np.log(factor), tau * sigma / total**3 / factor


class ExpectedImprovement:
    """The log expected improvement over the incumbent, augmented if scores are noisy."""

    def __init__(
        self,
        cube: UnitCube,
        process: GaussianProcess,
        is_excluded: Callable[[Array], Mask],
        margin: float = 0.0,
    ) -> None:
        """Take the incumbent from the model.

        Args:
            cube: The space.
            process: The model, conditioned on the pending trials too.
            is_excluded: Returns for codes, shape `(q, d)`, which of them must not be proposed,
                shape `(q,)`.
            margin: Scores count as improvements from the incumbent plus this margin on; it is
                often called xi.
        """
        self._cube = cube
        self._process = process
        self._is_excluded = is_excluded
        noise = process.hyper.noise_variance
        self._noise_variance = noise if noise > _MIN_NOISE_VARIANCE else 0.0
        # The greatest posterior mean, as the best observed score may be due to noise.
        self._incumbent = float(process.predict(process.X)[0].max()) + margin

    def values(self, codes: Array) -> Array:
        """Return the values at codes, shape `(q,)`; minus infinity where they are excluded."""
        mu, sigma = self._process.predict(self._cube.features(codes))
        log_improvements, _, _ = log_expected_improvement(mu, sigma, self._incumbent)
        log_factors, _ = log_augmentation(sigma, self._noise_variance)
        return np.where(self._is_excluded(codes), -np.inf, log_improvements + log_factors)

    def value_and_gradient(self, code: Array) -> tuple[float, Array]:
        """Return the value at one point, shape `(d,)`, excluded or not, and the gradient."""
        z = self._cube.features(code[None])[0]
        mu, sigma, mu_by_z, sigma_by_z = self._process.predict_with_gradient(z)
        sigmas = np.array([sigma])
        log_improvement, by_mu, by_sigma = log_expected_improvement(
            np.array([mu]), sigmas, self._incumbent
        )
        log_factor, factor_by_sigma = log_augmentation(sigmas, self._noise_variance)
        by_z = by_mu[0] * mu_by_z + (by_sigma + factor_by_sigma)[0] * sigma_by_z
        by_code = np.bincount(self._cube.groups, weights=by_z, minlength=len(self._cube))
        value = float((log_improvement + log_factor)[0])
        return value, np.where(self._cube.is_continuous, by_code, 0.0)


class MaximinDistance:
    """The distance to the nearest trial, for as long as no trial has a score to fit a model to.

    References:
        Johnson, Moore & Ylvisaker 1990, "Minimax and Maximin Distance Designs".
    """

    def __init__(
        self, cube: UnitCube, data: TrainingData, is_excluded: Callable[[Array], Mask]
    ) -> None:
        self._cube = cube
        self._trials = cube.features(np.vstack([data.ended, data.pending]))
        self._is_excluded = is_excluded

    def values(self, codes: Array) -> Array:
        """Return the values at codes, shape `(q,)`; minus infinity where they are excluded."""
        distances = cdist(self._cube.features(codes), self._trials)
        # Without any trial all points are equally far: at a distance that no two points exceed.
        nearest = distances.min(axis=1, initial=self._trials.shape[1])
        return np.where(self._is_excluded(codes), -np.inf, nearest)

    def value_and_gradient(self, code: Array) -> tuple[float, Array]:
        """Return the value at one point and a gradient of 0: the best candidate is kept as is."""
        return float(self.values(code[None])[0]), np.zeros(len(code))
