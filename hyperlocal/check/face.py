"""The face, asked what works: classes, members and what calls return, as the code itself has it.

Nothing here lists what is emulated. A name is looked up in our modules as a script would, a
missing member is asked of the class, and what a method returns is read from its annotation.
"""

from __future__ import annotations

import ast
import dis
import functools
import importlib
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.errors import NotEmulatedError

__all__ = [
    "always_refuses",
    "class_called",
    "is_absent",
    "member_of",
    "missing_member",
    "module_of",
    "name_in",
    "returned",
    "sdk_name",
]

_FACE = "hyperlocal."
_CONTAINERS = re.compile(
    r"\b(Mapping|LenientMapping|StrictMapping|dict|list|List|tuple|Iterator|Iterable|Generator)\["
)
# What is annotated with Any, because it can be several things, and is told by its name.
_RUNS, _DATASETS = ("Run", "HyperDriveRun"), ("TabularDataset", "FileDataset")
_BY_NAME = {
    "experiment": ("Experiment",),
    "get_by_id": _DATASETS,
    "get_by_name": _DATASETS,
    "get_context": ("Run",),
    "get_run": _RUNS,
    "get_submitted_run": ("Run",),
    "workspace": ("Workspace",),
    "workspace_object": ("Workspace",),
}


def module_of(name: str) -> ModuleType | None:
    """Return our module of the SDK's name, or None if the SDK has no such module."""
    try:
        return importlib.import_module(_FACE + name)
    except ImportError:
        return None


def name_in(module: ModuleType, name: str) -> Any:
    """Return what a module has under a name; a placeholder if it is not emulated.

    Raises:
        AttributeError: The SDK does not have it either.
    """
    try:
        return getattr(module, name)
    except AttributeError:
        below = module_of(f"{module.__name__.removeprefix(_FACE)}.{name}")
        if below is None:
            raise
        return below


def sdk_name(thing: Any) -> str:
    """Return the SDK's name of a module, a class or a function of ours."""
    if isinstance(thing, ModuleType):
        return thing.__name__.removeprefix(_FACE)
    module = str(getattr(thing, "__module__", "")).removeprefix(_FACE)
    return f"{module}.{getattr(thing, '__qualname__', thing)}"


def is_absent(thing: Any) -> bool:
    """Tell whether a thing only stands for something that is not emulated."""
    if isinstance(thing, _placeholders._PlaceholderType):
        return True
    code = getattr(thing, "__code__", None)
    return code is not None and code.co_filename == _placeholders.__file__


def missing_member(cls: type, name: str) -> str | None:
    """Return the SDK's name of a member that the SDK's class has and ours has not, or None."""
    if name.startswith("_") or name in _assigned(cls):
        return None
    for base in cls.__mro__:
        if name in vars(base) or name in getattr(base, "__annotations__", {}):
            return None
    try:
        getattr(cls, name)
    except NotEmulatedError as error:
        return error.feature
    except AttributeError:
        return None
    return None


def member_of(cls: type, name: str) -> Any:
    """Return a member of a class as it stands there, None if it has none of that name."""
    for base in cls.__mro__:
        if name in vars(base):
            return vars(base)[name]
    return None


@functools.cache
def _assigned(cls: type) -> frozenset[str]:
    """Return the attributes that a class gives its objects: `self.name = ...`."""
    codes = [code for base in cls.__mro__ for code in _codes_of(base)]
    return frozenset(name for code in codes for name in _stored_by(code))


def _codes_of(cls: type) -> Iterator[CodeType]:
    """Yield the code of the functions that stand in a class, which is quicker than its source."""
    if not cls.__module__.startswith(_FACE):
        return
    for member in vars(cls).values():
        function = getattr(member, "fget", None) or getattr(member, "__func__", member)
        code = getattr(function, "__code__", None)
        if isinstance(code, CodeType):
            yield code


def _stored_by(code: CodeType) -> Iterator[str]:
    if "self" in code.co_varnames[:1]:
        yield from (i.argval for i in dis.get_instructions(code) if i.opname == "STORE_ATTR")


def _tree_of(thing: Any) -> ast.Module | None:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(thing)))
    except (OSError, TypeError, SyntaxError):
        return None


@functools.cache
def always_refuses(function: Callable[..., Any]) -> bool:
    """Tell whether a function of ours does nothing but say that it is not emulated."""
    if not isinstance(function, FunctionType):
        return False
    if "NotEmulatedError" not in function.__code__.co_names:
        return False  # most do not, and reading their source takes long
    tree = _tree_of(function)
    body = getattr(tree.body[0], "body", []) if tree is not None and tree.body else []
    return any(
        isinstance(node, ast.Raise) and getattr(_called(node.exc), "id", "") == "NotEmulatedError"
        for node in body
    )


def _called(expression: ast.expr | None) -> ast.expr | None:
    return expression.func if isinstance(expression, ast.Call) else None


def returned(function: Any, name: str = "") -> tuple[tuple[type, ...], bool]:
    """Return the classes that a function's result may be of, and whether it is full of them.

    Args:
        function: A function of ours, or the function of a property.
        name: What it is called, for those that do not say what they return.
    """
    text = getattr(function, "__annotations__", {}).get("return")
    words = re.findall(r"[A-Z]\w+", text) if isinstance(text, str) else []
    if words in ([], ["Any"]) and name in _BY_NAME:
        words, text = list(_BY_NAME[name]), ""
    space = getattr(function, "__globals__", {})
    classes = [_class_in(word, space) for word in words]
    found = tuple(cls for cls in classes if cls is not None)
    return found, bool(_CONTAINERS.search(str(text)))


def _class_in(name: str, space: dict[str, Any]) -> type | None:
    found = space.get(name)
    if found is None:
        found = class_called(name)
    is_ours = isinstance(found, type) and found.__module__.startswith(_FACE)
    return found if is_ours and not is_absent(found) else None


@functools.cache
def class_called(name: str) -> Any:
    """Return a class of the face by its bare name, from wherever the SDK has it."""
    modules = [m for m in _placeholders.surface().modules() if not m.startswith("azureml._")]
    for module in modules:
        if _placeholders.surface().is_named(module, name):
            ours = module_of(module)
            found = None if ours is None else vars(ours).get(name)
            if found is None and ours is not None:
                found = getattr(ours, name, None)
            if isinstance(found, type) and not is_absent(found):
                return found
    return getattr(sys.modules.get(f"{_FACE}azureml.core"), name, None)
