"""Old names: what the installed libraries do not have any more, and what of it is supplied."""

from __future__ import annotations

from typing import Any

from hyperlocal._legacy.names import meaning, moved_module
from hyperlocal._legacy.parameters import CALLS, said_today
from hyperlocal._legacy.recognize import rules_of
from hyperlocal.check.findings import Finding, Kind, Place
from hyperlocal.check.libraries import (
    has,
    is_class,
    is_looked_up,
    is_lost_method,
    parameters_of,
    version_of,
)
from hyperlocal.check.values import Foreign, Text, Value

__all__ = ["old_call", "old_name"]

_AXIS = "axis by position"  # of DataFrame.drop, in the table of calls


def old_name(name: str, place: Place) -> Finding | None:
    """Return what is wrong with a name of a library; None if it is there, or not looked up."""
    if not is_looked_up(name):
        return None
    module, _, last = name.rpartition(".")
    if is_lost_method(module, last):
        return _old(f"{module.rpartition('.')[2]}.{last}", place)
    if not module or has(module, last) is not False:
        return None
    if meaning(module, last) is not None or moved_module(name) is not None:
        return _old(name, place)
    first = name.partition(".")[0]
    library = f"{first} {version_of(first)}".strip()
    return Finding(Kind.GONE, place, name, f"{library} has no {name}")


def _old(subject: str, place: Place) -> Finding:
    text = f"{subject} is gone from the library that is installed"
    return Finding(Kind.OLD_NAME, place, subject, text, "hyperlocal run --legacy")


def old_call(
    function: Value, n_positional: int, named: dict[str, Value], place: Place
) -> list[Finding]:
    """Return what is wrong with the arguments of a call of a library."""
    if not isinstance(function, Foreign) or not is_looked_up(function.name):
        return []
    above, _, short = function.name.rpartition(".")
    if is_class(function.name) and is_class(above):
        return []  # an accessor, `df.plot(...)`: it is called, and not its class
    taken = parameters_of(function.name)
    if taken is None:
        return []
    of_function = _lost_arguments(function.name)
    if _AXIS in of_function and n_positional > 1:
        return [_old(f"{short}(labels, axis)", place)]
    given = {name: _plain(value) for name, value in named.items()}
    today = said_today(rules_of(short), given, taken, _version(function.name))
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


def _version(name: str) -> tuple[int, int]:
    numbers = version_of(name.partition(".")[0]).split(".")[:2]
    is_plain = len(numbers) == 2 and all(number.isdigit() for number in numbers)
    return (int(numbers[0]), int(numbers[1])) if is_plain else (0, 0)
