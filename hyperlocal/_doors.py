"""Doors: `import azureml` resolves to `hyperlocal.azureml`, in this process or in a child's.

Two mechanisms, one result. In this process, `activate()` puts a finder before all others that
answers `azureml.x` with the very module that `hyperlocal.azureml.x` is: one object under two
names, so that `isinstance` and pickles agree whichever name was imported. For processes to come,
the shim folder on PYTHONPATH holds a package `azureml` that calls `activate()` when it is first
imported; whatever such a process spawns inherits it.

Every trial imports this file, so it imports nothing that an empty interpreter has not loaded.
"""

from __future__ import annotations

import os
import sys

# The public home of ModuleSpec, importlib.machinery, is not loaded in an empty interpreter.
from _frozen_importlib import ModuleSpec
from _thread import allocate_lock

TYPE_CHECKING = False  # typing itself costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import ModuleType

__all__ = [
    "COMMAND_VARIABLE",
    "SameModule",
    "activate",
    "deactivate",
    "environment_with_shim",
    "is_active",
    "shim_folder",
]

COMMAND_VARIABLE = "HYPERLOCAL_COMMAND"
"""Holds the id of the process that `hyperlocal run` became, and what the user typed for it."""

_SDK = "azureml"
_OURS = "hyperlocal."  # before a name of the SDK: the name of our module
_HERE = os.path.dirname(os.path.abspath(__file__))

_lock = allocate_lock()
_set_aside: dict[str, ModuleType] = {}
_PYTHONPATH = "PYTHONPATH"
_told: list[tuple[str | None, str]] = []  # what children were told before, and by us


class SameModule:
    """A loader that hands out a module, as it is, under another name."""

    def __init__(self, real_name: str) -> None:
        self._real_name = real_name
        self._own_spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        __import__(self._real_name)
        module = sys.modules[self._real_name]
        self._own_spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        # The import system has just put the alias's spec on it; reload() and pickles want its own.
        module.__spec__ = self._own_spec


class _Finder:
    """Finds `azureml` and everything below it in `hyperlocal.azureml`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _SDK and not fullname.startswith(_SDK + "."):
            return None
        real_name = _OURS + fullname
        if not _exists(real_name):
            return None  # the other finders look in the same folder, find nothing, and say so
        loader = SameModule(real_name)
        return ModuleSpec(fullname, loader, origin=real_name)  # type: ignore[arg-type]


_finder = _Finder()


def _exists(real_name: str) -> bool:
    if real_name in sys.modules:
        return True
    parent = real_name.rpartition(".")[0]
    __import__(parent)
    path = getattr(sys.modules[parent], "__path__", None)
    if path is None:
        return False
    # Other people's finders may be of the old kind, without find_spec.
    finders = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]
    return any(finder.find_spec(real_name, path) for finder in finders)


def _of_sdk() -> list[str]:
    return [name for name in sys.modules if name == _SDK or name.startswith(_SDK + ".")]


def _is_ours(name: str) -> bool:
    """Tell whether a module under the SDK's name is ours: the very same module, or the shim."""
    module = sys.modules[name]
    if module is sys.modules.get(_OURS + name):
        return True
    return (getattr(module, "__file__", None) or "").startswith(shim_folder())


def is_active() -> bool:
    """Tell whether `import azureml` resolves to hyperlocal in this process."""
    return _finder in sys.meta_path


def activate() -> None:
    """Make `import azureml...` resolve to `hyperlocal.azureml...` in this process.

    Modules of a real SDK that are already imported are set aside until `deactivate()`. Processes
    that this one starts follow it: workers of multiprocessing or joblib, since they take over
    `sys.path`, and others by the PYTHONPATH that they inherit. Calling it again does nothing.
    """
    with _lock:
        if is_active():
            return
        for name in _of_sdk():
            if not _is_ours(name):
                _set_aside[name] = sys.modules[name]
            del sys.modules[name]
        if shim_folder() not in sys.path:
            sys.path.insert(1, shim_folder())  # the first place is the script's own folder
        sys.meta_path.insert(0, _finder)
        _tell_children()


def _tell_children() -> None:
    before = os.environ.get(_PYTHONPATH)
    if shim_folder() not in (before or "").split(os.pathsep):
        told = environment_with_shim(os.environ)[_PYTHONPATH]
        os.environ[_PYTHONPATH] = told
        _told.append((before, told))


def _tell_no_more() -> None:
    """Give PYTHONPATH back; what others have added meanwhile stays."""
    if not _told:
        return
    before, told = _told.pop()
    now = os.environ.get(_PYTHONPATH)
    if now == told:
        now = before
    elif now is not None:
        now = os.pathsep.join(f for f in now.split(os.pathsep) if f != shim_folder())
    if now is None:
        os.environ.pop(_PYTHONPATH, None)
    else:
        os.environ[_PYTHONPATH] = now


def deactivate() -> None:
    """Undo `activate()`: `import azureml` finds again what is installed, if anything.

    Objects that were made meanwhile stay what they are. Calling it again does nothing.
    """
    with _lock:
        if not is_active():
            return
        sys.meta_path.remove(_finder)
        _tell_no_more()
        sys.path[:] = [folder for folder in sys.path if folder != shim_folder()]
        for name in _of_sdk():
            del sys.modules[name]
        sys.modules.update(_set_aside)
        _set_aside.clear()


def shim_folder() -> str:
    """Return the folder that, on a process's PYTHONPATH, makes `azureml` resolve to us there."""
    return os.path.join(_HERE, "_shim")


def environment_with_shim(
    environment: Mapping[str, str], extra: Iterable[str] = ()
) -> dict[str, str]:
    """Return `environment` with the shim first on PYTHONPATH.

    Args:
        environment: The variables to start from; not changed.
        extra: Folders to put right after the shim, before what PYTHONPATH already holds.
    """
    inherited = environment.get("PYTHONPATH", "")
    folders = [shim_folder(), *extra]
    if inherited:
        # Empty entries stay: to Python they mean the working directory.
        folders += [f for f in inherited.split(os.pathsep) if f not in folders or not f]
    return {**environment, "PYTHONPATH": os.pathsep.join(folders)}
