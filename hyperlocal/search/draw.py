"""Draw: a value from a distribution.

The formulas are those of Azure's documentation: quantised distributions round to the nearest
multiple of q without clipping, so that the two ends of a grid have half the probability of the
other values and may lie just outside the range; the bounds of logarithmic ones are exponents.

References:
    https://learn.microsoft.com/azure/machine-learning/v1/how-to-tune-hyperparameters-v1
"""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.distribution import (
    Choice,
    Distribution,
    LogNormal,
    LogUniform,
    Normal,
    QLogNormal,
    QLogUniform,
    QNormal,
    QUniform,
    RandInt,
    Uniform,
)

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["MOST_MULTIPLES", "draw", "exponential", "generator", "integer_below", "rounded"]

# From here on neighbouring multiples of q can be the same float: such a grid is a continuum.
MOST_MULTIPLES = 2.0**52

# The largest exponent of e that is still a float.
_LARGEST_EXPONENT = 709.78
_LARGEST_FLOAT = sys.float_info.max


def generator(seed: int, *path: int) -> Generator:
    """Return a random generator of its own for a seed and the place where it is used.

    Args:
        seed: Any integer.
        path: Integers, not negative, that tell one use of the seed from another.
    """
    import numpy as np

    return np.random.default_rng(np.random.SeedSequence([abs(seed), int(seed < 0), *path]))


def draw(distribution: Distribution, rng: Generator) -> Any:
    """Return a value of `distribution`.

    Returns:
        An option as it was given, an `int` for `RandInt`, else a finite `float`.
    """
    if isinstance(distribution, Choice):
        return distribution.options[integer_below(len(distribution.options), rng)]
    if isinstance(distribution, RandInt):
        return integer_below(distribution.upper, rng)
    value = _deviate(distribution, rng)
    if isinstance(distribution, (LogUniform, QLogUniform, LogNormal, QLogNormal)):
        value = exponential(value)
    if isinstance(distribution, (QUniform, QLogUniform, QNormal, QLogNormal)):
        value = rounded(value, distribution.q)
    return value


def exponential(value: float) -> float:
    """Return e to the power of `value`; where floats end, about the largest of them."""
    return math.exp(min(value, _LARGEST_EXPONENT))


def rounded(value: float, q: float) -> float:
    """Return the multiple of `q` that is nearest to `value`; `value` if that is no float."""
    steps = value / q
    if abs(steps) >= MOST_MULTIPLES:
        return value
    try:
        multiple = float(round(steps) * q)
    except OverflowError:  # of integers; of floats it is infinite
        return value
    return multiple if math.isfinite(multiple) else value


def integer_below(upper: int, rng: Generator) -> int:
    """Return an integer from 0 up to, and without, `upper`, which may be of any size."""
    if upper <= 2**63:
        return int(rng.integers(upper))
    n_bytes = (upper.bit_length() + 7) // 8
    while True:  # at least one in 256 is low enough
        value = int.from_bytes(rng.bytes(n_bytes), "big")
        if value < upper:
            return value


def _deviate(
    distribution: Uniform
    | QUniform
    | LogUniform
    | QLogUniform
    | Normal
    | QNormal
    | LogNormal
    | QLogNormal,
    rng: Generator,
) -> float:
    """Return what is then exponentiated and rounded."""
    if isinstance(distribution, (Normal, QNormal, LogNormal, QLogNormal)):
        value = distribution.mu + distribution.sigma * float(rng.standard_normal())
        return min(max(value, -_LARGEST_FLOAT), _LARGEST_FLOAT)
    low, high = float(distribution.low), float(distribution.high)
    share = float(rng.random())
    # Not low + share * (high - low): the difference of two floats can be too large for a float.
    return min(max(low * (1 - share) + high * share, low), high)
