"""Levels: the values of a finite distribution, by index, with their probabilities.

Some finite distributions (`randint(10**12)`) have more values than fit into memory, so values are
computed from their index; only the options of a choice are listed.
"""

from __future__ import annotations

import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

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
)
from hyperlocal.domain.parameters import identity
from hyperlocal.search.draw import MAX_MULTIPLES, exponential, rounded

__all__ = ["Levels", "MultipleLevels", "OptionLevels", "levels_of"]


class Levels(ABC):
    """The values of one parameter, with indices from 0."""

    size: int

    @abstractmethod
    def value(self, index: int) -> Any:
        """Return the value at `index`."""

    @abstractmethod
    def index(self, value: object) -> int | None:
        """Return the index of `value`; None if it is not among the values."""

    @abstractmethod
    def below(self, index: int) -> float:
        """Return the cumulative probability of the values before `index`, from 0 to `size`."""

    def probability(self, index: int) -> float:
        """Return the probability of the value at `index`."""
        return self.below(index + 1) - self.below(index)


class OptionLevels(Levels):
    """The options of a choice. Equal options are one level; their probabilities are added."""

    def __init__(self, options: Sequence[Any]) -> None:
        counts: dict[str, int] = {}
        self.options: list[Any] = []
        for option in options:
            key = _option_key(option)
            if key not in counts:
                self.options.append(option)
            counts[key] = counts.get(key, 0) + 1
        self.size = len(self.options)
        self._indices = {key: index for index, key in enumerate(counts)}
        self._below = [0.0] + [
            total / len(options) for total in itertools.accumulate(counts.values())
        ]

    def value(self, index: int) -> Any:
        """Return the option at `index`, as it was given."""
        return self.options[index]

    def index(self, value: object) -> int | None:
        """Return the index of the option equal to `value`; 1, 1.0 and True are three options."""
        return self._indices.get(_option_key(value))

    def below(self, index: int) -> float:
        """Return the cumulative probability of the options before `index`."""
        return self._below[index]


class MultipleLevels(Levels):
    """Consecutive multiples of `q`, of which the first is `first * q`."""

    def __init__(
        self,
        first: int,
        size: int,
        q: float,
        below: Callable[[int], float],
        *,
        number: type[int] | type[float] = float,
    ) -> None:
        self.first = first
        self.size = size
        self.q = q
        self._below = below
        self.number = number

    def value(self, index: int) -> Any:
        """Return the multiple at `index`."""
        return self.number((self.first + index) * self.q)

    def index(self, value: object) -> int | None:
        """Return the index of `value`, which may be an integer or a float."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        if isinstance(value, int) and isinstance(self.q, int):  # exact, also beyond floats
            multiple, rest = divmod(value, self.q)
            return multiple - self.first if rest == 0 and self._has(multiple) else None
        steps = value / self.q
        if not math.isfinite(steps):
            return None
        index = round(steps) - self.first
        on_grid = math.isclose(steps, round(steps), rel_tol=1e-9, abs_tol=1e-9)
        return index if on_grid and 0 <= index < self.size else None

    def _has(self, multiple: int) -> bool:
        return 0 <= multiple - self.first < self.size

    def below(self, index: int) -> float:
        """Return the cumulative probability of the multiples before `index`."""
        return self._below(index)


def levels_of(distribution: Distribution) -> Levels | None:
    """Return the values of `distribution`; None if there are infinitely many."""
    if isinstance(distribution, Choice):
        return OptionLevels(distribution.options)
    if isinstance(distribution, RandInt):
        upper = distribution.upper
        return MultipleLevels(0, upper, 1, lambda index: index / upper, number=int)
    if isinstance(distribution, QUniform):
        return _uniform_multiples(distribution)
    if isinstance(distribution, QLogUniform) and distribution.low < distribution.high:
        return _log_uniform_multiples(distribution)
    only = _only_value(distribution)
    return None if only is None else OptionLevels([only])


def level_at(levels: Levels, start: int, stop: int, quantile: float) -> int:
    """Return the index of a quantile among the levels from `start` to before `stop`.

    Args:
        levels: The values.
        start: The first index that may be returned.
        stop: The index after the last that may be returned.
        quantile: From 0 to below 1; with a uniform deviate the result is a draw (inverse transform
            sampling).
    """
    low, high = levels.below(start), levels.below(stop)
    if not high > low:  # the probabilities underflow: the levels are taken as equally likely
        return start + min(int(quantile * (stop - start)), stop - start - 1)
    target = low + quantile * (high - low)
    while stop - start > 1:
        middle = (start + stop) // 2
        if levels.below(middle) <= target:
            start = middle
        else:
            stop = middle
    return start


def _option_key(option: object) -> str:
    if type(option) is int or type(option) is float:
        return f'{{"":{option!r}}}'  # the same text as below, faster
    return identity({"": option})


def _uniform_multiples(distribution: QUniform) -> MultipleLevels | None:
    low, high = distribution.low, distribution.high

    def below(value: float) -> float:
        return (value / 2 - low / 2) / (high / 2 - low / 2)  # the range may overflow

    return _multiples(low, high, distribution.q, below)


def _log_uniform_multiples(distribution: QLogUniform) -> MultipleLevels | None:
    low, high = distribution.low, distribution.high

    def below(value: float) -> float:
        return (math.log(value) - low) / (high - low) if value > 0 else 0.0

    return _multiples(math.exp(low), math.exp(high), distribution.q, below)


def _multiples(
    low: float, high: float, q: float, below: Callable[[float], float]
) -> MultipleLevels | None:
    """Return the multiples of `q` to which values from `low` to `high` are rounded.

    Args:
        low: The least value.
        high: The greatest value.
        q: The distance between multiples.
        below: The cumulative probability below a value.
    """
    if max(abs(low), abs(high)) / q >= MAX_MULTIPLES:
        return None
    # A value exactly half-way between two multiples has probability 0. If an end of the range lies
    # there, the multiple beyond it is therefore not a level.
    first = math.floor(low / q + 0.5)
    size = max(math.ceil(high / q - 0.5), first) - first + 1

    def below_index(index: int) -> float:
        if index <= 0 or index >= size:
            return float(index > 0)
        return min(max(below((first + index - 0.5) * q), 0.0), 1.0)

    return MultipleLevels(first, size, q, below_index)


def _only_value(distribution: Distribution) -> float | None:
    """Return the value of a distribution with only one value; None for the others."""
    if (
        isinstance(distribution, (LogUniform, QLogUniform))
        and distribution.low == distribution.high
    ):
        value = math.exp(distribution.low)
    elif isinstance(distribution, (Normal, QNormal)) and distribution.sigma == 0:
        value = float(distribution.mu)
    elif isinstance(distribution, (LogNormal, QLogNormal)) and distribution.sigma == 0:
        value = exponential(distribution.mu)
    else:
        return None
    if isinstance(distribution, (QNormal, QLogNormal, QLogUniform)):
        return rounded(value, distribution.q)
    return value
