"""Routing: `import azureml` leads to hyperlocal for as long as a test runs, and no longer.

`activate()` takes care of imports to come. Modules that were imported before, such as the code
under test, hold the classes of a real SDK already: these are exchanged, by name, for ours. When
the test ends both are undone, and modules that were first imported meanwhile and hold classes of
ours, or something of such a module, are forgotten, so that the next test imports them anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

from hyperlocal import _doors

__all__ = ["azureml_is_ours"]

_OURS = "hyperlocal."


@contextmanager
def azureml_is_ours() -> Iterator[None]:
    """Let `azureml` be hyperlocal's; without effect where it is already."""
    if _doors.is_active():
        yield
        return
    known = set(sys.modules)
    _doors.activate()
    exchanged = _exchange(_doors._set_aside)
    try:
        yield
    finally:
        for module, name, real in exchanged:
            setattr(module, name, real)
        _doors.deactivate()
        _forget(sys.modules.keys() - known)


def _exchange(real: Mapping[str, ModuleType]) -> list[tuple[ModuleType, str, Any]]:
    """Put ours in the place of what modules have imported from a real SDK; return what was."""
    exchanged = []
    for module in list(sys.modules.values()) if real else ():
        if not isinstance(module, ModuleType) or _is_of_sdk(module.__name__):
            continue
        for name, value in list(vars(module).items()):
            ours = _counterpart(value, real)
            if ours is not None:
                setattr(module, name, ours)
                exchanged.append((module, name, value))
    return exchanged


def _counterpart(value: object, real: Mapping[str, ModuleType]) -> object | None:
    """Return what is ours under the same name; None if it is not the SDK's, or has none."""
    if isinstance(value, ModuleType):
        found = real.get(value.__name__)
        return _our_module(value.__name__) if found is value else None
    if not isinstance(value, (type, FunctionType)) or value.__module__ not in real:
        return None
    ours = _our_module(value.__module__)
    return None if ours is None else getattr(ours, value.__name__, None)


def _our_module(name: str) -> ModuleType | None:
    try:
        return import_module(_OURS + name)
    except ModuleNotFoundError:
        return None


def _forget(names: Set[str]) -> None:
    """Forget those modules that hold something of ours, and those that hold something of these."""
    held = {
        name: _held_by(sys.modules[name])
        for name in names
        if not name.startswith(_OURS) and isinstance(sys.modules[name], ModuleType)
    }
    more = {name for name, held_ in held.items() if any(map(_is_ours, held_))}
    forgotten: set[str] = set()
    while more:
        forgotten |= more
        more = {name for name, held_ in held.items() if held_ & more} - forgotten
    for name in forgotten:
        module = sys.modules.pop(name)
        package, _, last = name.rpartition(".")
        above = sys.modules.get(package)
        if getattr(above, last, None) is module:
            delattr(above, last)


def _held_by(module: ModuleType) -> set[str]:
    """Return the modules that a module has, or has classes or functions of."""
    values = list(vars(module).values())
    found = {value.__name__ for value in values if isinstance(value, ModuleType)}
    return found | {str(v.__module__) for v in values if isinstance(v, (type, FunctionType))}


def _is_ours(module_name: str) -> bool:
    return module_name.startswith(f"{_OURS}azureml")


def _is_of_sdk(name: str) -> bool:
    return name.removeprefix(_OURS).partition(".")[0] == "azureml"
