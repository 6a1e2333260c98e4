"""Covariance: how alike scores are at two points.

p features of k parameters, on the unit cube. With m the Matern 5/2 covariance, it is

    scale * m(all parameters) + alone / k * (m(parameter 1) + ... + m(parameter k)):

parameters act together, and each for itself. What one does for itself is learnt wherever the
others are. Without that part, `alone` is 0.

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

__all__ = ["Hyperparameters", "Owners", "covariance", "kernel", "matern", "matern_slope"]

Owners = npt.NDArray[np.intp]

_ROOT_5 = math.sqrt(5.0)


class Hyperparameters(NamedTuple):
    """What shapes a process.

    Attributes:
        scale: Variance of what the parameters do together.
        alone: Variance of the sum of what each does for itself.
        lengths: Over how far each feature changes it, shape `(p,)`.
        owners: For each feature, the number of its parameter, shape `(p,)`.
        noise: Variance of what one trial adds.
    """

    scale: float
    alone: float
    lengths: Array
    owners: Owners
    noise: float

    @property
    def n_parameters(self) -> int:
        """How many parameters there are."""
        return int(self.owners.max(initial=-1)) + 1


def covariance(A: Array, B: Array, hyper: Hyperparameters) -> Array:
    """Return the covariances, shape `(a, b)`, of rows, `(a, p)` and `(b, p)`, without noise."""
    A, B = A / hyper.lengths, B / hyper.lengths
    k = matern(cdist(A, B), hyper.scale)
    if hyper.alone:
        for parameter in range(hyper.n_parameters):
            own = hyper.owners == parameter
            k += matern(cdist(A[:, own], B[:, own]), hyper.alone / hyper.n_parameters)
    return k


def kernel(hyper: Hyperparameters) -> Any:
    """Return the covariance with noise, as scikit-learn wants it."""
    whole = ConstantKernel(hyper.scale) * Matern(hyper.lengths, nu=2.5)
    if hyper.alone:
        for parameter in range(hyper.n_parameters):
            # An infinite length leaves a feature out.
            own = np.where(hyper.owners == parameter, hyper.lengths, np.inf)
            whole += ConstantKernel(hyper.alone / hyper.n_parameters) * Matern(own, nu=2.5)
    return whole + WhiteKernel(hyper.noise)


def matern(r: Array, scale: float) -> Array:
    """Return the covariance at scaled distances."""
    a = _ROOT_5 * r
    value: Array = scale * (1.0 + a + a**2 / 3.0) * np.exp(-a)
    return value


def matern_slope(r: Array, scale: float) -> Array:
    """Return by how much the covariance falls with the distance, over the distance."""
    a = _ROOT_5 * r
    slope: Array = 5.0 / 3.0 * scale * (1.0 + a) * np.exp(-a)
    return slope
