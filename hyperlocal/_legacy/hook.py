"""The supply: modules get their lost names back right after they were imported.

`install()` puts one finder before all others. It answers for modules that the tables name: it has
the module loaded as usual and then adds what is missing, or hands out a moved module under its
old name, as the very same object. Nothing is imported earlier than the script imports it.
"""

from __future__ import annotations

import sys
from _frozen_importlib import ModuleSpec

from hyperlocal._doors import SameModule
from hyperlocal._legacy.names import METHODS, NAMES, moved_module
from hyperlocal._legacy.parameters import CLASSES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import Any

__all__ = ["install"]

_ERRORS = "sklearn.metrics._regression"
_ADAPTED = {module for module, _ in METHODS} | {_ERRORS} | set(NAMES) | set(CLASSES)


class _Supplying:
    """A loader that does what the module's own does, and then supplies what is missing."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        created: ModuleType | None = self._loader.create_module(spec)
        return created

    def exec_module(self, module: ModuleType) -> None:
        # Whoever asks the module for its loader, for a file in it say, is to get its own.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        supply(module)


class _Finder:
    """Finds modules that lack something, and modules that were moved."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in _ADAPTED:
            spec = _of_others(fullname, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _Supplying(spec.loader)  # type: ignore[assignment]
            return spec
        today = _below_moved(fullname)
        if today is None:
            today = moved_module(fullname)
            if today is None:
                return None
            spec = _of_others(fullname, path, target)
            if spec is not None:
                return spec  # an old library, which has it
        return ModuleSpec(fullname, SameModule(today), origin=today)  # type: ignore[arg-type]


_finder = _Finder()


def _below_moved(fullname: str) -> str | None:
    """Return today's name of a module inside a package that was handed out under its old name.

    Else its file would be found by the package's path, and be loaded a second time.
    """
    package, _, last = fullname.rpartition(".")
    if moved_module(package) is None or package not in sys.modules:
        return None
    today = sys.modules[package].__name__
    return None if today == package else f"{today}.{last}"


def _of_others(
    fullname: str, path: Sequence[str] | None, target: ModuleType | None
) -> ModuleSpec | None:
    """Return what all other finders would have answered."""
    for finder in sys.meta_path:
        if finder is not _finder and hasattr(finder, "find_spec"):
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                return spec
    return None


def supply(module: ModuleType) -> None:
    """Give a module, and its classes, the names that they lack."""
    name = module.__name__
    for lost, meaning in NAMES.get(name, {}).items():
        _add(module, lost, meaning)
    for (home, cls), members in METHODS.items():
        if home == name and hasattr(module, cls):
            for lost, meaning in members.items():
                _add(getattr(module, cls), lost, meaning)
    _adapt(module)


def _adapt(module: ModuleType) -> None:
    from hyperlocal._legacy import calls

    if module.__name__ in CLASSES:
        calls.adapt_classes(module)
    if module.__name__ == _ERRORS:
        calls.adapt_errors(module)
    if module.__name__ == "pandas":
        calls.adapt_pandas(module)


def _add(owner: Any, name: str, meaning: str) -> None:
    if name in vars(owner):
        return
    try:
        setattr(owner, name, _resolve(meaning))
    except (ImportError, AttributeError):
        # The library is so old that it has the name, or so new that it has not even that.
        return


def _resolve(meaning: str) -> Any:
    if meaning.startswith(":"):
        from hyperlocal._legacy import replacements

        return getattr(replacements, meaning[1:])
    path, *rest = meaning.split(".")
    found: Any = __import__(path)
    for part in rest:
        path = f"{path}.{part}"
        # A package that is being imported does not have its modules as attributes yet.
        if path not in sys.modules and hasattr(found, part):
            found = getattr(found, part)
            continue
        __import__(path)
        found = sys.modules[path]
    return found


def install() -> None:
    """Supply old names from now on, and in what is imported already. Again does nothing."""
    if _finder in sys.meta_path:
        return
    sys.meta_path.insert(0, _finder)
    for name in _ADAPTED & set(sys.modules):
        supply(sys.modules[name])
