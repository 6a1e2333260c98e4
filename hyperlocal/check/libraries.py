"""Libraries: what the installed ones have, and what comes out when their functions are called.

Python's own modules are asked themselves. The others are not imported: their files are read.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import re
import textwrap
from importlib import metadata

from hyperlocal._legacy.names import METHODS, moved_module
from hyperlocal.check.definitions import (
    Definition,
    definition,
    has_module,
    has_name,
    member,
    mro,
)

__all__ = [
    "has",
    "is_class",
    "is_looked_up",
    "is_lost_method",
    "made_by",
    "parameters_of",
    "version_of",
]

_OWN = frozenset({"base64", "collections", "inspect", "time"})
_READ = frozenset({"numpy", "pandas", "scipy", "sklearn"})
_DISTRIBUTIONS = {"sklearn": "scikit-learn"}


def is_looked_up(name: str) -> bool:
    """Tell whether a name is of a library that is looked at."""
    first = name.partition(".")[0]
    return first in _OWN or first in _READ


@functools.cache
def has(module: str, name: str) -> bool | None:
    """Tell whether a module has a name or a submodule; None if that cannot be told."""
    if module.partition(".")[0] in _OWN:
        return hasattr(importlib.import_module(module), name) if module in _OWN else None
    if not has_module(module):
        return None
    return has_name(module, name)


@functools.cache
def _thing(name: str) -> Definition | None:
    """Return what a full name means: something in a module, or in a class of a module."""
    above, _, last = name.rpartition(".")
    if not above or above in _OWN:
        return None
    module = moved_module(above) or above
    if has_module(module):
        return definition(f"{module}.{last}")
    owner = _thing(above) if above.rpartition(".")[2][:1].isupper() else None
    found = member(owner, last) if owner is not None and owner.kind == "class" else None
    return found if isinstance(found, Definition) else None


def is_class(name: str) -> bool:
    """Tell whether a full name is that of a class."""
    thing = _thing(name)
    return thing is not None and thing.kind == "class"


def made_by(name: str) -> str | None:
    """Return the class of what a call makes, by its full name; None if that is not known.

    A class makes its objects, and pandas annotates what its functions return.
    """
    thing = _thing(name) if is_looked_up(name) else None
    if thing is None or thing.kind not in ("class", "def"):
        return None
    if thing.kind == "class":
        return name
    node = _function(thing)
    first = re.match(r"\w+", ast.unparse(node.returns)) if node and node.returns else None
    if first is None:
        return None
    if first[0] == "Self":
        return name.rpartition(".")[0]
    made = f"{name.partition('.')[0]}.{first[0]}"
    return made if is_class(made) else None


@functools.cache
def _function(thing: Definition) -> ast.FunctionDef | None:
    """Return the syntax of a function; a body is of no use."""
    try:
        tree = ast.parse(textwrap.dedent(thing.text))
    except (SyntaxError, ValueError, RecursionError):
        return None
    return next((node for node in tree.body if isinstance(node, ast.FunctionDef)), None)


def parameters_of(name: str) -> frozenset[str] | None:
    """Return the parameters of a callable; None if it takes any, or that cannot be told."""
    if name.partition(".")[0] in _OWN:
        return _parameters_of_own(name)
    thing = _thing(name)
    if thing is not None and thing.kind == "class":
        found = member(thing, "__init__")
        thing = found if isinstance(found, Definition) else None
    node = _function(thing) if thing is not None and thing.kind == "def" else None
    if node is None or node.args.kwarg is not None:
        return None
    arguments = node.args
    taken = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return frozenset(argument.arg for argument in taken)


def _parameters_of_own(name: str) -> frozenset[str] | None:
    module, _, last = name.rpartition(".")
    function = getattr(importlib.import_module(module), last, None) if module in _OWN else None
    try:
        parameters = inspect.signature(function).parameters if callable(function) else None
    except (TypeError, ValueError):
        return None
    if parameters is None or any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return None
    return frozenset(parameters)


def is_lost_method(owner: str, name: str) -> bool:
    """Tell whether a class, by its full name, has lost a method that is supplied again."""
    if not any(name in lost for lost in METHODS.values()):
        return False
    cls = _thing(owner)
    if cls is None or cls.kind != "class" or member(cls, name) is not False:
        return False
    bases = {(base.module, base.name) for base in mro(cls) if base is not None}
    origins = (
        _thing(f"{module}.{base}") for (module, base), lost in METHODS.items() if name in lost
    )
    return any(o is not None and (o.module, o.name) in bases for o in origins)


@functools.cache
def version_of(library: str) -> str:
    """Return the version of an installed library, empty if it is not known."""
    try:
        return metadata.version(_DISTRIBUTIONS.get(library, library))
    except metadata.PackageNotFoundError:
        return ""
