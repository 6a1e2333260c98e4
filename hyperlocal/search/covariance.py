"""Covariance: the kernel of the Gaussian process, between the scores at two points.

p features of k parameters, on the unit cube. With m the Matern 5/2 correlation, it is

    signal_variance * m(all parameters)
    + additive_variance / k * (m(parameter 1) + ... + m(parameter k)).

The first part models interactions, the second, additive part the main effect of each parameter,
which is learnt from all trials, whatever the values of the other parameters. Without the additive
part, `additive_variance` is 0.

References:
    Rasmussen & Williams 2006, "Gaussian Processes for Machine Learning", eq. 4.17;
    Duvenaud, Nickisch & Rasmussen 2011, "Additive Gaussian Processes".
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from hyperlocal.search.unit_cube import Array

__all__ = ["Groups", "Hyperparameters", "covariance", "matern", "matern_slope", "sklearn_kernel"]

Groups = npt.NDArray[np.intp]

_ROOT_5 = math.sqrt(5.0)


class Hyperparameters(NamedTuple):
    """The hyperparameters of the Gaussian process.

    Attributes:
        signal_variance: The variance of the part with interactions.
        additive_variance: The variance of the additive part; 0 without it.
        length_scales: One for each feature, shape `(p,)`.
        groups: For each feature, the index of its parameter, shape `(p,)`.
        noise_variance: The variance of the noise of one trial.
    """

    signal_variance: float
    additive_variance: float
    length_scales: Array
    groups: Groups
    noise_variance: float

    @property
    def n_parameters(self) -> int:
        """The number of parameters."""
        return int(self.groups.max(initial=-1)) + 1


def covariance(A: Array, B: Array, hyper: Hyperparameters) -> Array:
    """Return the covariances, shape `(a, b)`, of rows `(a, p)` and `(b, p)`, without noise."""
    A, B = A / hyper.length_scales, B / hyper.length_scales
    k = matern(cdist(A, B), hyper.signal_variance)
    if hyper.additive_variance:
        for parameter in range(hyper.n_parameters):
            own = hyper.groups == parameter
            k += matern(cdist(A[:, own], B[:, own]), hyper.additive_variance / hyper.n_parameters)
    return k


def sklearn_kernel(hyper: Hyperparameters) -> Any:
    """Return the covariance with noise as a kernel of scikit-learn."""
    whole = ConstantKernel(hyper.signal_variance) * Matern(hyper.length_scales, nu=2.5)
    if hyper.additive_variance:
        for parameter in range(hyper.n_parameters):
            # With an infinite length scale a feature has no influence.
            own = np.where(hyper.groups == parameter, hyper.length_scales, np.inf)
            whole += ConstantKernel(hyper.additive_variance / hyper.n_parameters) * Matern(
                own, nu=2.5
            )
    return whole + WhiteKernel(hyper.noise_variance)


def matern(r: Array, variance: float) -> Array:
    """Return the Matern 5/2 covariance at distances in units of the length scales."""
    a = _ROOT_5 * r
    value: Array = variance * (1.0 + a + a**2 / 3.0) * np.exp(-a)
    return value


def matern_slope(r: Array, variance: float) -> Array:
    """Return -k'(r) / r, by which gradients of the Matern 5/2 covariance k are finite at 0."""
    a = _ROOT_5 * r
    slope: Array = 5.0 / 3.0 * variance * (1.0 + a) * np.exp(-a)
    return slope
