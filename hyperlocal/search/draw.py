"""Draw: a random value from a distribution.

The formulas are those of Azure's documentation. Quantised distributions round to the nearest
multiple of q without clipping, so that the first and the last multiple have half the probability
of the others and may lie just outside the range. The bounds of logarithmic distributions are
exponents of e.

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

__all__ = ["MAX_MULTIPLES", "draw", "exponential", "generator", "integer_below", "rounded"]

# From here on neighbouring multiples of q can be the same float: the distribution is treated as
# continuous. (A double has 53 bits of precision.)
MAX_MULTIPLES = 2.0**52

# The largest exponent for which math.exp does not overflow, rounded down.
_LARGEST_EXPONENT = 709.78
_LARGEST_FLOAT = sys.float_info.max


def generator(seed: int, *path: int) -> Generator:
    """Return an independent random generator for one use of a seed.

    Args:
        seed: Any integer.
        path: Non-negative integers that identify this use of the seed.
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
    """Return e to the power of `value`; instead of overflowing, about the largest float."""
    return math.exp(min(value, _LARGEST_EXPONENT))


def rounded(value: float, q: float) -> float:
    """Return the multiple of `q` nearest to `value`, or `value` if that multiple is no float."""
    steps = value / q
    if abs(steps) >= MAX_MULTIPLES:
        return value
    try:
        multiple = float(round(steps) * q)
    except OverflowError:  # raised for an integer q; for a float q the product is infinite
        return value
    return multiple if math.isfinite(multiple) else value


def integer_below(upper: int, rng: Generator) -> int:
    """Return a uniform integer from 0 to below `upper`, which may be of any size."""
    if upper <= 2**63:
        return int(rng.integers(upper))
    n_bytes = (upper.bit_length() + 7) // 8
    # Rejection sampling keeps the integers equally likely; at least one draw in 256 is accepted.
    while True:
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
    """Return a value before it is exponentiated and rounded."""
    if isinstance(distribution, (Normal, QNormal, LogNormal, QLogNormal)):
        value = distribution.mu + distribution.sigma * float(rng.standard_normal())
        return min(max(value, -_LARGEST_FLOAT), _LARGEST_FLOAT)
    low, high = float(distribution.low), float(distribution.high)
    u = float(rng.random())
    # Not low + u * (high - low), as the difference of two floats can overflow.
    return min(max(low * (1 - u) + high * u, low), high)
