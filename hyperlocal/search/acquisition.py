"""Acquisition: how much a trial at a candidate promises.

q candidates, standardised scores to be maximised; mu, sigma (q,) are the model's means and
standard deviations there.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import erfcx, ndtr

from hyperlocal.search.gaussian_process import GaussianProcess
from hyperlocal.search.unit_cube import Array, UnitCube

__all__ = ["ExpectedImprovement", "log_augmentation", "log_expected_improvement"]

Flags = npt.NDArray[np.bool_]

_LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)
# A variance of noise below this is how far the model trusts itself, not what trials showed.
_LEAST_NOISE = 0.01


def log_expected_improvement(
    mu: Array, sigma: Array, incumbent: float
) -> tuple[Array, Array, Array]:
    """Score candidates by the log of their expected improvement over the incumbent.

    With z = (mu - incumbent) / sigma that is log(sigma) + log(pdf(z) + z cdf(z)). Far below the
    incumbent the sum is a difference of almost equal numbers that underflows; there it is written
    with the scaled complementary error function, so that the order of hopeless candidates is kept.

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


def log_augmentation(sigma: Array, noise: float) -> tuple[Array, Array]:
    """Score candidates by the log of the share of what a trial says that is not noise.

    That is log(1 - tau / sqrt(sigma**2 + tau**2)) with tau**2 the noise. Without it, of noisy
    scores the best place so far is asked again and again although that hardly teaches anything.

    Args:
        sigma: Shape `(q,)`, above 0.
        noise: Variance of what one trial adds.

    Returns:
        The log, and its derivative by sigma, each of shape `(q,)`.

    References:
        Huang, Allen, Notz & Zeng 2006, "Global Optimization of Stochastic Black-Box Systems via
        Sequential Kriging Meta-Models" (augmented expected improvement).
    """
    tau, whole = math.sqrt(noise), np.sqrt(sigma**2 + noise)
    share = sigma**2 / (whole * (whole + tau))  # 1 - tau / whole, without cancellation
    return np.log(share), tau * sigma / whole**3 / share


class ExpectedImprovement:
    """The log expected improvement over a space, augmented if noisy, as a landscape to climb."""

    def __init__(
        self,
        cube: UnitCube,
        process: GaussianProcess,
        is_taken: Callable[[Array], Flags],
        margin: float = 0.0,
    ) -> None:
        """Stand on a model.

        Args:
            cube: The space.
            process: The model, which knows of the pending trials.
            is_taken: Codes, shape `(q, d)`, to which of them must not be asked, shape `(q,)`.
            margin: By how much less than this a better score is no improvement.
        """
        self._cube = cube
        self._process = process
        self._is_taken = is_taken
        noise = process.hyper.noise
        self._noise = noise if noise > _LEAST_NOISE else 0.0
        # What was observed may be noise; what the model makes of it is less so.
        self._incumbent = float(process.predict(process.X)[0].max()) + margin

    def heights(self, codes: Array) -> Array:
        """Return how much codes promise, shape `(q,)`; minus infinity where taken."""
        mu, sigma = self._process.predict(self._cube.features(codes))
        heights, _, _ = log_expected_improvement(mu, sigma, self._incumbent)
        shares, _ = log_augmentation(sigma, self._noise)
        return np.where(self._is_taken(codes), -np.inf, heights + shares)

    def slope(self, code: Array) -> tuple[float, Array]:
        """Return how much one point promises, shape `(d,)`, and the gradient."""
        z = self._cube.features(code[None])[0]
        mu, sigma, mu_by_z, sigma_by_z = self._process.predict_with_gradient(z)
        sigmas = np.array([sigma])
        height, by_mu, by_sigma = log_expected_improvement(np.array([mu]), sigmas, self._incumbent)
        share, share_by_sigma = log_augmentation(sigmas, self._noise)
        by_z = by_mu[0] * mu_by_z + (by_sigma + share_by_sigma)[0] * sigma_by_z
        by_code = np.bincount(self._cube.owners, weights=by_z, minlength=len(self._cube))
        return float((height + share)[0]), np.where(self._cube.is_continuous, by_code, 0.0)
