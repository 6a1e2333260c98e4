"""Distributions: from what a parameter's values are drawn.

Each is a frozen value that was checked when it was made; how to draw from it is for `search`.
Quantised ones round to the nearest multiple of `q`, which may lie just outside `low`..`high`.

References:
    https://learn.microsoft.com/azure/machine-learning/v1/how-to-tune-hyperparameters-v1
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Union

from hyperlocal.errors import SearchSpaceError

__all__ = [
    "Choice",
    "Distribution",
    "LogNormal",
    "LogUniform",
    "Normal",
    "QLogNormal",
    "QLogUniform",
    "QNormal",
    "QUniform",
    "RandInt",
    "Uniform",
]


def _is_finite(value: object) -> bool:
    try:
        return isinstance(value, (int, float)) and math.isfinite(value)
    except OverflowError:  # an integer beyond every float
        return False


def _check_range(kind: str, low: float, high: float, *, may_be_equal: bool) -> None:
    if not (_is_finite(low) and _is_finite(high)):
        raise SearchSpaceError(f"{kind}({low!r}, {high!r}): both bounds must be finite numbers.")
    if low > high or (low == high and not may_be_equal):
        relation = "not be above" if may_be_equal else "be below"
        raise SearchSpaceError(
            f"{kind}({low!r}, {high!r}): the first bound must {relation} the second. Swap them?"
        )


def _check_normal(kind: str, mu: float, sigma: float) -> None:
    if not (_is_finite(mu) and _is_finite(sigma) and sigma >= 0):
        raise SearchSpaceError(
            f"{kind}(mu={mu!r}, sigma={sigma!r}): both must be finite, and sigma not negative."
        )


def _check_step(kind: str, q: float) -> None:
    if not (_is_finite(q) and q > 0):
        raise SearchSpaceError(
            f"{kind}: q is {q!r}, but must be a finite number above 0. "
            f"Use {kind[1:]} for a continuous range."
        )


@dataclass(frozen=True)
class Choice:
    """One of `options`, each equally likely."""

    options: tuple[Any, ...]

    def __post_init__(self) -> None:
        if not self.options:
            raise SearchSpaceError("choice() has no options; it needs at least one.")


@dataclass(frozen=True)
class RandInt:
    """An integer from 0 up to, and without, `upper`."""

    upper: int

    def __post_init__(self) -> None:
        if not isinstance(self.upper, int) or self.upper <= 0:
            raise SearchSpaceError(
                f"randint({self.upper!r}): the upper bound must be an integer of at least 1."
            )


@dataclass(frozen=True)
class Uniform:
    """A real between `low` and `high`."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _check_range("uniform", self.low, self.high, may_be_equal=False)


@dataclass(frozen=True)
class QUniform:
    """`round(uniform(low, high) / q) * q`."""

    low: float
    high: float
    q: float

    def __post_init__(self) -> None:
        _check_range("quniform", self.low, self.high, may_be_equal=False)
        _check_step("quniform", self.q)


@dataclass(frozen=True)
class LogUniform:
    """`exp(uniform(low, high))`: the bounds are natural logarithms."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _check_range("loguniform", self.low, self.high, may_be_equal=True)
        _check_exponent("loguniform", self.high)


@dataclass(frozen=True)
class QLogUniform:
    """`round(exp(uniform(low, high)) / q) * q`."""

    low: float
    high: float
    q: float

    def __post_init__(self) -> None:
        _check_range("qloguniform", self.low, self.high, may_be_equal=True)
        _check_exponent("qloguniform", self.high)
        _check_step("qloguniform", self.q)


@dataclass(frozen=True)
class Normal:
    """A normal deviate with mean `mu` and standard deviation `sigma`."""

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        _check_normal("normal", self.mu, self.sigma)


@dataclass(frozen=True)
class QNormal:
    """`round(normal(mu, sigma) / q) * q`."""

    mu: float
    sigma: float
    q: float

    def __post_init__(self) -> None:
        _check_normal("qnormal", self.mu, self.sigma)
        _check_step("qnormal", self.q)


@dataclass(frozen=True)
class LogNormal:
    """`exp(normal(mu, sigma))`: mu and sigma describe the logarithm."""

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        _check_normal("lognormal", self.mu, self.sigma)


@dataclass(frozen=True)
class QLogNormal:
    """`round(exp(normal(mu, sigma)) / q) * q`."""

    mu: float
    sigma: float
    q: float

    def __post_init__(self) -> None:
        _check_normal("qlognormal", self.mu, self.sigma)
        _check_step("qlognormal", self.q)


def _check_exponent(kind: str, high: float) -> None:
    if high > math.log(1.7e308):
        raise SearchSpaceError(
            f"{kind}: the upper bound {high!r} is a natural logarithm, and exp({high!r}) is too "
            f"large for a float. Did you mean log({high!r})?"
        )


Distribution = Union[
    Choice,
    RandInt,
    Uniform,
    QUniform,
    LogUniform,
    QLogUniform,
    Normal,
    QNormal,
    LogNormal,
    QLogNormal,
]
