"""Libraries: what the installed ones have, and what comes out when their functions are called."""

from __future__ import annotations

import functools
import importlib
import re
import warnings
from typing import Any

from hyperlocal._legacy.names import METHODS, moved_module

__all__ = ["is_looked_up", "is_lost_method", "made_by", "module_called", "thing_called"]

# Importing others only to look names up could take long, or do things.
_KNOWN = frozenset(
    {"base64", "collections", "inspect", "numpy", "pandas", "scipy", "sklearn", "time"}
)


def is_looked_up(name: str) -> bool:
    """Tell whether a name is of a library that is imported to look at it."""
    return name.partition(".")[0] in _KNOWN


@functools.cache
def module_called(name: str) -> Any:
    """Return a module, None if there is none, or it cannot be imported."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except Exception:  # a library that is broken is for the trials to tell
        return None


def thing_called(name: str) -> Any:
    """Return what a full name means: something in a module, or in a class of a module."""
    above, _, last = name.rpartition(".")
    if not above:
        return None
    owner = module_called(moved_module(above) or above)
    if owner is None:
        owner = thing_called(above) if above.rpartition(".")[2][:1].isupper() else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return getattr(owner, last, None)
        except ImportError:  # some say at length why a name is gone
            return None


def made_by(name: str) -> str | None:
    """Return the class of what a call makes, by its full name; None if that is not known.

    A class makes its objects, and pandas annotates what its functions return.
    """
    thing = thing_called(name) if is_looked_up(name) else None
    if isinstance(thing, type):
        return name
    returned = getattr(thing, "__annotations__", {}).get("return")
    first = re.match(r"\w+", returned) if isinstance(returned, str) else None
    if first is None:
        return None
    if first[0] == "Self":
        return name.rpartition(".")[0]
    made = f"{name.partition('.')[0]}.{first[0]}"
    return made if isinstance(thing_called(made), type) else None


def is_lost_method(owner: str, name: str) -> bool:
    """Tell whether a class, by its full name, has lost a method that is supplied again."""
    if not any(name in lost for lost in METHODS.values()):
        return False
    cls = thing_called(owner)
    if not isinstance(cls, type) or hasattr(cls, name):
        return False
    return any(
        name in lost and thing_called(f"{module}.{base}") in cls.__mro__
        for (module, base), lost in METHODS.items()
    )
