"""Class names: whether something is an instance of a class that need not be loaded.

A script without data loads no classes of data, and so nothing asks for them by `isinstance`.
Derived classes count, as they do there; classes of the same name that are not ours do not.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

__all__ = ["class_among", "is_instance", "own_class"]

_HOMES = ("hyperlocal", "builtins")


def own_class(value: Any) -> str:
    """Return the name of the nearest class of `value` that is one of hyperlocal's, or its own."""
    ours = (each for each in type(value).__mro__ if each.__module__.startswith("hyperlocal."))
    return next(ours, type(value)).__name__


def class_among(value: Any, names: Collection[str]) -> str | None:
    """Return the name of the nearest class of `value` that is among some; None if none is."""
    for each in type(value).__mro__:
        if each.__name__ in names and each.__module__.partition(".")[0] in _HOMES:
            return each.__name__
    return None


def is_instance(value: Any, *names: str) -> bool:
    """Whether `value` is of one of these classes, or of one that is derived from them."""
    return class_among(value, names) is not None
