"""Squash: scores as the model wants them, about standard normal.

Users log metrics of any scale, skewed, with outliers, and losses that explode by orders of
magnitude. Each way to squash them suits some; which one suits best is for the model to say.

n scores.

References:
    Snelson, Rasmussen & Ghahramani 2003, "Warped Gaussian Processes".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hyperlocal.search.unit_cube import Array

__all__ = ["Squashed", "squashings"]

# In units of the median distance from the median, after the logarithm.
_LOWEST, _HIGHEST = -6.0, 8.0

# Of the median distance from the best: what is nearer to the best than this is told linearly.
_SHARES = (1.0, 0.1, 0.01)


class Squashed(NamedTuple):
    """Scores, squashed.

    Attributes:
        y: Shape `(n,)`, with mean 0 and deviation 1, none far out, in the order of the scores;
            zeros if they are all the same.
        log_slopes: The logarithm of dy/dscore at each, shape `(n,)`, up to what all ways to squash
            these scores have in common. Added to the likelihood of y it gives that of the scores.
    """

    y: Array
    log_slopes: Array


def squashings(scores: Array) -> list[Squashed]:
    """Return scores squashed in several ways, or in one if there is little to squash.

    Args:
        scores: Shape `(n,)`; NaN for failed trials, which count as being as bad as the worst.
    """
    known = scores[np.isfinite(scores)]
    if not len(known) or known.min() == known.max():
        # One score, or a constant, and failures: a failure is worse than anything known.
        return [_squashed(np.where(np.isfinite(scores), 1.0, 0.0), np.zeros(len(scores)))]
    scores = np.where(np.isfinite(scores), scores, known.min())
    scores = scores / np.abs(scores).max()  # differences of the largest floats are no floats
    return [_worse_half(scores), *(_below_the_best(scores, share) for share in _SHARES)]


def _worse_half(scores: Array) -> Squashed:
    """Tell the worse half by its logarithm; the better half keeps its shape."""
    distances = scores - np.median(scores)
    unit = _typical(np.abs(distances))
    with np.errstate(over="ignore"):  # beyond floats is beyond the bounds
        y = distances / unit
    worse = np.log1p(np.maximum(-y, 0.0))
    return _squashed(np.clip(np.where(y < 0, -worse, y), _LOWEST, _HIGHEST), -np.log(unit) - worse)


def _below_the_best(scores: Array, share: float) -> Squashed:
    """Tell all by the logarithm of how far below the best they are."""
    short = scores.max() - scores
    unit = max(share * _typical(short), np.finfo(float).tiny)
    with np.errstate(over="ignore"):
        y = -np.log1p(np.minimum(short / unit, np.finfo(float).max))
    lowest = np.median(y) + _LOWEST * _typical(np.abs(y - np.median(y)))
    return _squashed(np.maximum(y, lowest), y - np.log(unit))


def _typical(distances: Array) -> float:
    return float(np.median(distances) or distances.mean())


def _squashed(y: Array, log_slopes: Array) -> Squashed:
    deviation = y.std()
    if not deviation > 0:
        return Squashed(np.zeros(len(y)), log_slopes)
    return Squashed((y - y.mean()) / deviation, log_slopes - np.log(deviation))
