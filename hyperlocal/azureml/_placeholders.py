"""Not emulated is loud, and late: what an import block may name, and nobody may use.

Three kinds of absence, one rule: what the SDK has can be imported, and raises `NotEmulatedError`
when it is used; what the SDK does not have is missing in Python's own way.

- a module that we do not have, e.g. `azureml.pipeline.steps`: made on import (`_AbsentModule`);
- a name that a module of ours lacks: `__getattr__ = lacking(__name__)` at its end;
- a member that a class of ours lacks: the class derives from `Emulated`.

Every trial imports this file, so it imports nothing that an empty interpreter has not loaded.
"""

from __future__ import annotations

import sys
from _frozen_importlib import ModuleSpec
from abc import ABCMeta

from hyperlocal.errors import NotEmulatedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import ModuleType
    from typing import Any, NoReturn

    from hyperlocal.azureml._surface import Surface
else:
    ModuleType = type(sys)

__all__ = ["CORE", "Emulated", "EmulatedType", "install", "lacking", "missing"]

_FACE = "hyperlocal.azureml"

# Of each public name of `azureml.core` the submodule that has it. Those without a file of ours are
# placeholders.
CORE = {
    "ComputeTarget": "compute",
    "ContainerRegistry": "container_registry",
    "Dataset": "dataset",
    "Datastore": "datastore",
    "Environment": "environment",
    "Experiment": "experiment",
    "Image": "image",
    "Keyvault": "keyvault",
    "LinkedService": "linked_service",
    "Model": "model",
    "PrivateEndPoint": "private_endpoint",
    "PrivateEndPointConfig": "private_endpoint",
    "Run": "run",
    "RunConfiguration": "runconfig",
    "ScriptRun": "script_run",
    "ScriptRunConfig": "script_run_config",
    "SynapseWorkspaceLinkedServiceConfiguration": "linked_service",
    "Webservice": "webservice",
    "Workspace": "workspace",
    "attach_legacy_compute_target": "compute_target",
    "diagnostic_log": "util",
    "get_run": "run",
    "is_compute_target_prepared": "compute_target",
    "prepare_compute_target": "compute_target",
    "remove_legacy_compute_target": "compute_target",
}


def surface() -> Surface:
    """Return the names of the SDK; loaded on the first miss."""
    # Not `from hyperlocal.azureml import _surface`: that would ask for a missing name again.
    from hyperlocal.azureml._surface import surface as recorded

    return recorded()


def lacking(module: str, homes: Mapping[str, str] | None = None) -> Callable[[str], Any]:
    """Return the `__getattr__` of a module of ours: what stands for the names that it lacks.

    Args:
        module: The module.
        homes: Names that it has and loads late, with the module below it that each is in.
    """
    known = homes or {}

    def __getattr__(name: str) -> Any:
        if name not in known:
            return missing(module, name)
        home = f"{module}.{known[name]}"
        __import__(home)
        found = getattr(sys.modules[home], name)
        setattr(sys.modules[module], name, found)
        return found

    return __getattr__


def missing(module: str, name: str) -> Any:
    """Return what stands for a name that a module of ours does not define.

    It is the emulated object if we have it elsewhere, a submodule, or else a placeholder.

    Raises:
        AttributeError: The SDK's module has no such name either.
    """
    if not name.startswith("__"):
        found = _find(module, name)
        if found is not None:
            sys.modules[module].__dict__[name] = found  # the next look does not come here
            return found
    raise AttributeError(
        f"module {_sdk_name(module)!r} has no attribute {name!r}",
        name=name,
        obj=sys.modules.get(module),
    )


def _sdk_name(module: str) -> str:
    return module.removeprefix("hyperlocal.")


def _find(module: str, name: str) -> object | None:
    sdk_module = _sdk_name(module)
    kind = surface().kind(sdk_module, name)
    if kind is not None:
        emulated = _emulated_elsewhere(sdk_module, name)
        if emulated is not None:
            return emulated
    if name.islower() and not surface().is_named(sdk_module, name):
        submodule = _submodule(module, name)
        if submodule is not None:
            return submodule
    if kind is None:
        return None
    return _placeholder(module, name, kind)


def _submodule(module: str, name: str) -> object | None:
    """Import a submodule that is asked for as an attribute: `import azureml as aml; aml.core`."""
    full_name = f"{module}.{name}"
    if not hasattr(sys.modules[module], "__path__"):
        return None
    try:
        __import__(full_name)
    except ModuleNotFoundError as error:
        if error.name != full_name:
            raise
        return None
    return sys.modules[full_name]


def _emulated_elsewhere(sdk_module: str, name: str) -> object | None:
    """Return our object of that name if another module of ours has it."""
    if surface().is_special(sdk_module, name):
        return None
    for home in _possible_homes(name):
        if home == sdk_module:
            continue
        try:
            __import__(f"hyperlocal.{home}")
        except ModuleNotFoundError:
            continue
        found: object | None = vars(sys.modules[f"hyperlocal.{home}"]).get(name)
        if found is not None:
            return found
    return None


def _possible_homes(name: str) -> list[str]:
    from hyperlocal.azureml._homes import ELSEWHERE

    homes = []
    if name.endswith(("Exception", "Error")):
        homes.append("azureml.exceptions")
    if name in CORE:
        homes.append(f"azureml.core.{CORE[name]}")
    if name in ELSEWHERE:
        homes.append(f"azureml.{ELSEWHERE[name]}")
    return homes


class _NotFromABCMeta:
    """Hides a method of `ABCMeta` that has the name of a method of SDK classes: `register`.

    Without `__set__`, so that a class's own `register` comes before it.
    """

    def __get__(self, cls: Any, owner: type) -> Any:
        return owner.__getattr__(cls, "register")  # type: ignore[attr-defined]


class _PlaceholderType(ABCMeta):
    """A class that can be named, inherited and tested against; not called, not looked into."""

    _feature: str
    register = _NotFromABCMeta()

    def __call__(cls, *args: object, **kwargs: object) -> NoReturn:
        raise NotEmulatedError(cls._feature)

    def __getattr__(cls, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(
                f"type object {cls.__name__!r} has no attribute {name!r}", name=name, obj=cls
            )
        raise NotEmulatedError(f"{cls._feature}.{name}")


def _placeholder(module: str, name: str, kind: str) -> object:
    feature = f"{_sdk_name(module)}.{name}"
    body = {
        "__module__": module,
        "__qualname__": name,
        "__doc__": f"`{feature}` of the Azure SDK, which hyperlocal does not emulate.",
    }
    if kind == "function":
        return _placeholder_function(feature, body)
    if name.endswith(("Exception", "Error")):
        return type(name, (Exception,), body)  # an exception can do no harm: it works
    return _PlaceholderType(name, (), {**body, "_feature": feature})


def _placeholder_function(feature: str, body: dict[str, str]) -> object:
    def not_emulated(*args: object, **kwargs: object) -> NoReturn:
        raise NotEmulatedError(feature)

    for attribute, text in body.items():
        setattr(not_emulated, attribute, text)
    not_emulated.__name__ = body["__qualname__"]
    return not_emulated


class _AbsentModule(ModuleType):
    """A module of the SDK that we do not have. It is a package to whoever imports from it."""

    def __getattr__(self, name: str) -> Any:
        return missing(self.__name__, name)

    def __call__(self, *args: object, **kwargs: object) -> NoReturn:
        # In modules that were not recorded, a lower-case name may be a module or a function.
        raise NotEmulatedError(_sdk_name(self.__name__))


class _AbsentModuleFinder:
    """Finds modules that the SDK has and we do not; asked when all other finders gave up."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(_FACE + ".") or not surface().has_module(_sdk_name(fullname)):
            return None
        return ModuleSpec(fullname, self, origin="not emulated", is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _AbsentModule(spec.name, "Not emulated: its names are placeholders.")

    def exec_module(self, module: ModuleType) -> None:
        module.__all__ = surface().names(_sdk_name(module.__name__))  # type: ignore[attr-defined]


_finder = _AbsentModuleFinder()


def install() -> None:
    """Let modules that the SDK has and we do not be imported. Calling it again does nothing."""
    if _finder not in sys.meta_path:
        sys.meta_path.append(_finder)


class EmulatedType(ABCMeta):
    """The type of emulated classes: members that only the SDK's class has are loud.

    It derives from `ABCMeta` so that scripts may mix SDK classes with abstract ones of their own.
    """

    if not TYPE_CHECKING:  # else every typing error in a member's name would pass
        register = _NotFromABCMeta()

        def __getattr__(cls, name: str) -> NoReturn:
            raise _missing_member(cls, name, cls)


class Emulated(metaclass=EmulatedType):
    """Base of emulated classes.

    Members that the SDK's class of the same name has and ours has not raise `NotEmulatedError`;
    others are missing as usual.
    """

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            raise _missing_member(type(self), name, self)


def _missing_member(cls: type, name: str, owner: object) -> Exception:
    is_ours = any(name in vars(base) for base in cls.__mro__)  # a property that failed inside
    if not name.startswith("_") and not is_ours:
        for base in cls.__mro__:
            module = _sdk_name(base.__module__)
            known = surface().members(module, base.__name__)
            if known is not None and name in known:
                return NotEmulatedError(f"{module}.{base.__name__}.{name}")
    text = f"{cls.__name__!r} object has no attribute {name!r}"
    return AttributeError(text, name=name, obj=owner)
