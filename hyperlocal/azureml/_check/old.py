"""Old names: what the installed libraries do not have any more, and what of it is supplied."""

from __future__ import annotations

import functools
import inspect
import warnings
from importlib.util import find_spec
from typing import Any

from hyperlocal._legacy.names import meaning, moved_module
from hyperlocal._legacy.parameters import CALLS, said_today
from hyperlocal._legacy.recognize import rules_of
from hyperlocal.azureml._check.findings import Finding, Kind, Place
from hyperlocal.azureml._check.libraries import (
    is_looked_up,
    is_lost_method,
    module_called,
    thing_called,
)
from hyperlocal.azureml._check.values import Foreign, Text, Value

__all__ = ["old_call", "old_name"]

_AXIS = "axis by position"  # of DataFrame.drop, in the table of calls


def old_name(name: str, place: Place) -> Finding | None:
    """Return what is wrong with a name of a library; None if it is there, or not looked up."""
    if not is_looked_up(name):
        return None
    module, _, last = name.rpartition(".")
    if is_lost_method(module, last):
        return _old(f"{module.rpartition('.')[2]}.{last}", place)
    if not module or _has(module, last) is not False:
        return None
    if meaning(module, last) is not None or moved_module(name) is not None:
        return _old(name, place)
    version = getattr(module_called(name.partition(".")[0]), "__version__", "")
    library = f"{name.partition('.')[0]} {version}".strip()
    return Finding(Kind.GONE, place, name, f"{library} has no {name}")


def _old(subject: str, place: Place) -> Finding:
    text = f"{subject} is gone from the library that is installed"
    return Finding(Kind.OLD_NAME, place, subject, text, "hyperlocal run --legacy")


@functools.cache
def _has(module: str, name: str) -> bool | None:
    """Tell whether a module has a name or a submodule; None if that cannot be told."""
    owner = module_called(module)
    if owner is None:
        # A module that was moved, or a class: what is in it is judged by the module's own name.
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if hasattr(owner, name):
                return True
            return find_spec(f"{module}.{name}") is not None
        except ImportError:  # some say at length why a name is gone
            return False
        except (AttributeError, ValueError):
            return False


def old_call(
    function: Value, n_positional: int, named: dict[str, Value], place: Place
) -> list[Finding]:
    """Return what is wrong with the arguments of a call of a library."""
    if not isinstance(function, Foreign) or not is_looked_up(function.name):
        return []
    above, _, short = function.name.rpartition(".")
    thing = thing_called(function.name)
    if isinstance(thing, type) and isinstance(thing_called(above), type):
        return []  # an accessor, `df.plot(...)`: it is called, and not its class
    taken = _parameters(thing) if thing is not None else None
    if taken is None:
        return []
    of_function = _lost_arguments(function.name)
    if _AXIS in of_function and n_positional > 1:
        return [_old(f"{short}(labels, axis)", place)]
    given = {name: _plain(value) for name, value in named.items()}
    today = said_today(rules_of(short), given, taken, _version(thing))
    findings = []
    for name in named:
        subject = f"{short}({name}=...)"
        if today.get(name, today) != given[name] or (name in of_function and name not in taken):
            findings.append(_old(subject, place))
        elif name not in taken and name in today:
            text = f"{short} takes no argument {name!r} any more"
            findings.append(Finding(Kind.GONE, place, subject, text))
    return findings


def _lost_arguments(function: str) -> frozenset[str]:
    """Return the arguments that are supplied again to a function, or to a method of a class."""
    parts = function.split(".")
    called = (parts[-1], ".".join(parts[-2:]))
    return frozenset(a for (_, f), lost in CALLS.items() if f in called for a in lost)


def _plain(value: Value) -> Any:
    return value.text if isinstance(value, Text) else value


def _parameters(thing: Any) -> frozenset[str] | None:
    """Return the names of a callable's parameters; None if it takes any, or does not say."""
    try:
        parameters = inspect.signature(thing).parameters
    except (TypeError, ValueError):
        return None
    kinds = {parameter.kind for parameter in parameters.values()}
    return None if inspect.Parameter.VAR_KEYWORD in kinds else frozenset(parameters)


def _version(thing: Any) -> tuple[int, int]:
    library = module_called(str(getattr(thing, "__module__", "")).partition(".")[0])
    numbers = str(getattr(library, "__version__", "0.0")).split(".")[:2]
    return (int(numbers[0]), int(numbers[1])) if all(n.isdigit() for n in numbers) else (0, 0)
