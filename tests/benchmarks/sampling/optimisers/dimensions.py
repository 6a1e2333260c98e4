"""Dimensions: the parameters of a space as other tools know them.

Peers get what helps them most: ordered values (multiples of q, and choices of numbers) as
integers from 0, in the order of the values; only other options are categories to them.
"""

from dataclasses import dataclass
from typing import Any

from hyperlocal.domain.distribution import Choice, QUniform, Uniform

__all__ = ["Categories", "Integers", "Reals", "dimensions"]


@dataclass(frozen=True)
class Reals:
    name: str
    low: float
    high: float

    def value(self, code):
        return min(max(float(code), self.low), self.high)


@dataclass(frozen=True)
class Integers:
    name: str
    values: tuple[Any, ...]

    @property
    def last(self):
        return len(self.values) - 1

    def value(self, code):
        return self.values[int(code)]


@dataclass(frozen=True)
class Categories:
    name: str
    values: tuple[Any, ...]

    @property
    def labels(self):
        return [str(value) for value in self.values]

    def value(self, label):
        return self.values[self.labels.index(str(label))]


def dimensions(space):
    return [_dimension(name, distribution) for name, distribution in space]


def _dimension(name, distribution):
    if isinstance(distribution, Uniform):
        return Reals(name, float(distribution.low), float(distribution.high))
    if isinstance(distribution, QUniform):
        q = distribution.q
        first, last = round(distribution.low / q), round(distribution.high / q)
        return Integers(name, tuple(n * q for n in range(first, last + 1)))
    assert isinstance(distribution, Choice)
    options = distribution.options
    if any(isinstance(option, (bool, str)) for option in options):
        return Categories(name, options)
    return Integers(name, tuple(sorted(options)))
