"""Squash: scores as the model wants them, about standard normal.

Users log metrics of any scale, skewed, with outliers, and losses that explode by orders of
magnitude. How bad the bad ones are matters little, so the worse half is told by its logarithm; the
better half keeps its shape, which is what leads to the top.

n scores.
"""

from __future__ import annotations

import numpy as np

from hyperlocal.search.unit_cube import Array

__all__ = ["squash"]

# In units of the median distance from the median, after the logarithm.
_LOWEST, _HIGHEST = -6.0, 8.0


def squash(scores: Array) -> Array:
    """Return scores with mean 0 and deviation 1 of which none is far out.

    Args:
        scores: Shape `(n,)`; NaN for failed trials, which count as being as bad as the worst.

    Returns:
        Shape `(n,)`, finite, in the order of the scores; zeros if they are all the same.
    """
    known = scores[np.isfinite(scores)]
    if not len(known) or known.min() == known.max():
        # One score, or a constant, and failures: a failure is worse than anything known.
        return _standardised(np.where(np.isfinite(scores), 1.0, 0.0))
    scores = np.where(np.isfinite(scores), scores, known.min())
    scores = scores / np.abs(scores).max()  # differences of the largest floats are no floats
    median = np.median(scores)
    distances = np.abs(scores - median)
    unit = np.median(distances) or distances.mean()
    with np.errstate(over="ignore"):  # beyond floats is beyond the bounds
        y = (scores - median) / unit
    y = np.where(y < 0, -np.log1p(np.abs(y)), y)
    return _standardised(np.clip(y, _LOWEST, _HIGHEST))


def _standardised(y: Array) -> Array:
    deviation = y.std()
    return (y - y.mean()) / deviation if deviation > 0 else np.zeros(len(y))
