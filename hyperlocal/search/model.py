"""Model: the Gaussian process that explains the trials so far best."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hyperlocal.search.evidence import Evidence
from hyperlocal.search.gaussian_process import GaussianProcess, fit_hyperparameters
from hyperlocal.search.squash import squashings
from hyperlocal.search.unit_cube import Array, UnitCube

__all__ = ["fit_model"]

# Ways to squash scores are compared on so many trials, and then the chosen one is fitted to more.
_MOST_COMPARED = 40
_MOST_FITTED = 150
# How much more plausible the others must make the scores than the first way, as a logarithm: they
# stretch what is near the best, which of noisy scores is the noise.
_DOUBT = 4.0


def fit_model(cube: UnitCube, evidence: Evidence) -> GaussianProcess:
    """Return a model of the squashed scores, which knows of the pending trials.

    Args:
        cube: The space.
        evidence: Trials of which at least one has a score.
    """
    X = cube.features(evidence.ended)
    fits = []
    for n_before, squashed in enumerate(squashings(evidence.scores)):
        telling = _most_telling(squashed.y, _MOST_COMPARED)
        fit = fit_hyperparameters(X[telling], squashed.y[telling], cube.owners)
        plausibility = fit.plausibility + squashed.log_slopes[telling].sum()
        fits.append((plausibility - _DOUBT * (n_before > 0), squashed.y, fit))
    _, y, fit = max(fits, key=lambda item: item[0])
    if len(X) > _MOST_COMPARED:
        telling = _most_telling(y, _MOST_FITTED)
        fit = fit_hyperparameters(X[telling], y[telling], cube.owners, start=fit)
    return GaussianProcess(X, y, fit.hyper).with_pending(cube.features(evidence.pending))


def _most_telling(y: Array, n_most: int) -> npt.NDArray[np.intp]:
    """Return which trials shape the model: the best ones, and of the others every so many.

    The time for that grows with the cube of their number, and a few say about as much.
    """
    order = np.argsort(-y, kind="stable")
    n_best = n_most // 2
    if len(y) <= n_most:
        return np.arange(len(y))
    others = np.linspace(n_best, len(y) - 1, n_most - n_best).astype(np.intp)
    return np.sort(np.concatenate([order[:n_best], order[others]]))
