"""Imports: the packages that a script needs, found by reading it and the modules beside it."""

from __future__ import annotations

import ast
import os
import sys
import warnings
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from hyperlocal.reading import file_bytes

__all__ = ["Import", "imports_of", "is_foreign", "needed_by", "own_modules"]

_MOST_FILES = 5000  # of a source folder that are looked at: data may lie in it
# Namespaces in which each distribution has a part: `azure.storage.blob` is azure-storage-blob.
_SHARED = frozenset({"azure", "google"})
_SHARED_AGAIN = frozenset(
    [
        "ai",
        "cloud",
        "cognitiveservices",
        "communication",
        "cosmosdb",
        "data",
        "datalake",
        "iot",
        "keyvault",
        "mgmt",
        "monitor",
        "storage",
    ]
)
_NOT_THE_SCRIPTS = frozenset({"azureml", "hyperlocal"})
_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


@dataclass(frozen=True)
class Import:
    """One import that will fail if there is no such module.

    Attributes:
        module: The full name of what is imported; of `from x import y` it is `x`.
        names: What is imported from it.
        level: How many dots stand before it.
        line: Where.
    """

    module: str
    names: tuple[str, ...]
    level: int
    line: int

    @property
    def package(self) -> str:
        """What is installed or not: the name before the first dot, unless several share it."""
        first, *rest = self.module.split(".")
        if first not in _SHARED:
            return first
        # `from azure.storage import blob`
        rest += [name for name in self.names[:1] if name.islower()]
        return ".".join([first, *rest[: 2 if rest[:1] and rest[0] in _SHARED_AGAIN else 1]])


def imports_of(tree: ast.AST) -> Iterator[Import]:
    """Yield the imports of a module, except those whose failure it handles itself."""
    if isinstance(tree, ast.Import):
        for alias in tree.names:
            yield Import(alias.name, (), 0, tree.lineno)
    elif isinstance(tree, ast.ImportFrom):
        names = tuple(alias.name for alias in tree.names)
        yield Import(tree.module or "", names, tree.level, tree.lineno)
    else:
        for child in _sure_to_matter(tree):
            yield from imports_of(child)


def _sure_to_matter(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Try) and any(_is_lenient(handler) for handler in node.handlers):
        yield from (*node.orelse, *node.finalbody)
    elif isinstance(node, ast.If) and _names_type_checking(node.test):
        yield from node.orelse
    else:
        yield from ast.iter_child_nodes(node)


def _is_lenient(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    if caught is None:
        return True
    kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(kind, ast.Name) and kind.id in _CAUGHT for kind in kinds)


def _names_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"


def own_modules(root: str) -> dict[str, set[str]]:
    """Return the names that something in a source folder may be imported by, and where that is.

    Scripts put folders of theirs on the path; which, only running them would tell. A folder is
    a package with or without an `__init__.py`, also if only folders in it have modules.
    """
    top = os.path.abspath(root)
    found: dict[str, set[str]] = {}
    n_seen = 0
    for here, folders, files in os.walk(top):
        folders[:] = [name for name in folders if not name.startswith(".")]
        modules = [name for name in files if name.endswith(".py")]
        for name in modules:
            found.setdefault(name[:-3], set()).add(os.path.join(here, name))
        folder = here if modules else top
        while folder != top:
            found.setdefault(os.path.basename(folder), set()).add(folder)
            folder = os.path.dirname(folder)
        n_seen += len(files)
        if n_seen > _MOST_FILES:
            break
    return found


def needed_by(script: str, root: str) -> dict[str, str]:
    """Return the packages that a script needs, each with the file that imports it first.

    What belongs to Python, to the script's own folder or to the Azure SDK is left out. A file
    that cannot be read or parsed needs nothing: it will fail in its own way.

    Args:
        script: Its path.
        root: The source folder, which is on its path as well as its own folder is.
    """
    own = own_modules(root)
    needed: dict[str, str] = {}
    waiting, seen = [os.path.abspath(script)], set()
    folders = (os.path.dirname(os.path.abspath(script)), os.path.abspath(root))
    while waiting:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        for found in _imports_in(path):
            files = _files_of(found, path, folders)
            waiting.extend(files)
            if not files and is_foreign(found, own):
                needed.setdefault(found.package, os.path.relpath(path, root))
    return needed


def is_foreign(found: Import, own: Mapping[str, Set[str]]) -> bool:
    """Tell whether an import is neither of Python, nor of the script's folder, nor of the SDK.

    Args:
        found: The import.
        own: What may be imported of the script's folder, as `own_modules` returns it.
    """
    package = found.package
    if found.level or package in _NOT_THE_SCRIPTS:
        return False
    if package in sys.stdlib_module_names or package in sys.builtin_module_names:
        return False
    return not any(_is_meant(place, found) for place in own.get(package, ()))


def _is_meant(place: str, found: Import) -> bool:
    """Tell whether an import is of a module or package of the script's folder.

    A folder without `__init__.py` is imported only for what is in it. Many bear a library's name:
    `xgboost/train.py` imports another xgboost.
    """
    if not os.path.isdir(place) or _is_file(os.path.join(place, "__init__.py")):
        return True
    below = found.module.split(".")[1:2] or found.names
    parts = [os.path.join(place, name) for name in below]
    return any(os.path.isdir(part) or _is_file(f"{part}.py") for part in parts)


def _imports_in(path: str) -> list[Import]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in somebody else's texts
            return list(imports_of(ast.parse(file_bytes(path))))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _files_of(found: Import, importer: str, folders: tuple[str, ...]) -> list[str]:
    """Return the files of the source folder that an import loads."""
    parts = found.module.split(".") if found.module else []
    if found.level:
        base = importer
        for _ in range(found.level):
            base = os.path.dirname(base)
        folders = (base,)
    for folder in folders:
        files = _files_in(folder, parts, found.names)
        if files:
            return files
    return []


def _files_in(folder: str, parts: list[str], names: tuple[str, ...]) -> list[str]:
    files = []
    path = folder
    for part in parts:
        path = os.path.join(path, part)
        files += [p for p in (f"{path}.py", os.path.join(path, "__init__.py")) if _is_file(p)]
    if parts and not os.path.exists(os.path.join(folder, parts[0])) and not files:
        return []
    below = (os.path.join(path, name) for name in names)
    return files + [p for b in below for p in (f"{b}.py", f"{b}/__init__.py") if _is_file(p)]


def _is_file(path: str) -> bool:
    return os.path.isfile(path)
