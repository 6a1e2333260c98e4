"""Output warping: transforms that bring scores close to a standard normal distribution.

A Gaussian process assumes normal scores. Users log metrics of any scale, skewed, with outliers,
and losses that grow by orders of magnitude. Several transforms are offered here; `surrogate`
chooses among them by the log posterior.

n scores.

References:
    Snelson, Rasmussen & Ghahramani 2003, "Warped Gaussian Processes".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hyperlocal.search.unit_cube import Array

__all__ = ["WarpedScores", "output_warpings"]

# Warped scores are clipped here, in units of the median absolute deviation. Outliers beyond would
# dominate mean and standard deviation.
_LOWEST, _HIGHEST = -6.0, 8.0

# Relative to the median distance from the best score: below this distance, the warping by the
# logarithm of the distance is about linear.
_LINEAR_BELOW = (1.0, 0.1, 0.01)


class WarpedScores(NamedTuple):
    """Scores after a transform that keeps their order.

    Attributes:
        y: Shape `(n,)`, with mean 0 and standard deviation 1; zeros if all scores are the same.
        log_slopes: The logarithm of dy/dscore at each score, shape `(n,)`, up to a constant that
            is common to all warpings of these scores. Added to the log likelihood of `y` it gives
            the log likelihood of the scores themselves (change of variables), by which warpings
            can be compared.
    """

    y: Array
    log_slopes: Array


def output_warpings(scores: Array) -> list[WarpedScores]:
    """Return the scores after each of several warpings, or one if they hardly differ.

    Args:
        scores: Shape `(n,)`; NaN for failed trials, which are treated like the worst trial.
    """
    known = scores[np.isfinite(scores)]
    if not len(known) or known.min() == known.max():
        # There is no worse score to assign to failed trials: they get a 0, the others a 1.
        return [_standardised(np.where(np.isfinite(scores), 1.0, 0.0), np.zeros(len(scores)))]
    scores = np.where(np.isfinite(scores), scores, known.min())
    scores = scores / np.abs(scores).max()  # differences of the largest floats would overflow
    return [_log_of_worse_half(scores), *(_log_below_best(scores, part) for part in _LINEAR_BELOW)]


def _log_of_worse_half(scores: Array) -> WarpedScores:
    """Take the logarithm of the worse half of the scores; the better half stays linear."""
    distances = scores - np.median(scores)
    unit = _typical(np.abs(distances))
    with np.errstate(over="ignore"):  # an infinite quotient is clipped below
        y = distances / unit
    worse = np.log1p(np.maximum(-y, 0.0))
    y = np.clip(np.where(y < 0, -worse, y), _LOWEST, _HIGHEST)
    return _standardised(y, -np.log(unit) - worse)


def _log_below_best(scores: Array, linear_below: float) -> WarpedScores:
    """Take the logarithm of the distance from the best score, which magnifies differences there.

    Args:
        scores: Shape `(n,)`.
        linear_below: The distance below which it is linear, relative to the median distance.
    """
    distances = scores.max() - scores
    unit = max(linear_below * _typical(distances), np.finfo(float).tiny)
    with np.errstate(over="ignore"):
        y = -np.log1p(np.minimum(distances / unit, np.finfo(float).max))
    lowest = np.median(y) + _LOWEST * _typical(np.abs(y - np.median(y)))
    return _standardised(np.maximum(y, lowest), y - np.log(unit))


def _typical(distances: Array) -> float:
    """Return the median; the mean where the median is 0, as it is when most scores are equal."""
    return float(np.median(distances) or distances.mean())


def _standardised(y: Array, log_slopes: Array) -> WarpedScores:
    deviation = y.std()
    if not deviation > 0:
        return WarpedScores(np.zeros(len(y)), log_slopes)
    return WarpedScores((y - y.mean()) / deviation, log_slopes - np.log(deviation))
