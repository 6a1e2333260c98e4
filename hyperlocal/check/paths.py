"""Paths: which files and folders of this machine a file reads, and which may come to be there."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator

from hyperlocal.check.values import (
    Foreign,
    Known,
    Member,
    Text,
    Value,
    texts_of,
    thing_of,
)

__all__ = ["Made", "PathUse", "constants_in", "is_maker", "path_use"]

_PATTERN = frozenset("*?~$<>{}\n")
_READERS = re.compile(
    r"^(pandas\.read_(csv|excel|json|parquet|table|pickle|feather)"
    r"|numpy\.(load|loadtxt|genfromtxt)|joblib\.load)$"
)
# Of the face: which argument is a path, by position and name, and what it is called.
_OF_FACE = {
    "Environment.from_conda_specification": (1, "file_path", "conda file"),
    "Environment.from_pip_requirements": (1, "file_path", "requirements file"),
    "CondaDependencies": (0, "conda_dependencies_file_path", "conda file"),
    "FileDatasetFactory.upload_directory": (0, "src_dir", "folder"),
    "AzureBlobDatastore.upload": (0, "src_dir", "folder"),
    "AzureBlobDatastore.upload_files": (0, "files", "file"),
}
# Those take paths of this machine, and paths in datastores, which are no mere texts.
_OF_DATASETS = {
    "TabularDatasetFactory.from_delimited_files",
    "TabularDatasetFactory.from_parquet_files",
    "TabularDatasetFactory.from_json_lines_files",
    "FileDatasetFactory.from_files",
}
_FILE_ARGUMENTS = {
    "conda_dependencies_file": "conda file",
    "conda_dependencies_file_path": "conda file",
    "pip_requirements_file": "requirements file",
}


class PathUse:
    """Paths that one call reads.

    Attributes:
        paths: As they stand there.
        what: What they are called.
    """

    def __init__(self, paths: tuple[str, ...], what: str) -> None:
        self.paths = paths
        self.what = what


def path_use(function: Value, arguments: list[Value], named: dict[str, Value]) -> PathUse | None:
    """Return the paths that a call reads, None if it is not one that reads."""
    if isinstance(function, Foreign):
        if not _READERS.match(function.name) and not _is_opened(function, arguments, named):
            return None
        first = arguments[0] if arguments else next(iter(named.values()), None)
        return PathUse(_plain_paths(first), "file")
    name = _name_of(function)
    if name in _OF_DATASETS:
        given = named.get("path", arguments[0] if arguments else None)
        return PathUse(_plain_paths(given) if _is_of_texts(given) else (), "file")
    known = _OF_FACE.get(name)
    if known is not None:
        position, argument, what = known
        given = named.get(argument, arguments[position] if len(arguments) > position else None)
        return PathUse(_plain_paths(given), what)
    for argument, what in _FILE_ARGUMENTS.items():
        if isinstance(function, Known) and argument in named:
            return PathUse(_plain_paths(named[argument]), what)
    return None


def _is_opened(function: Foreign, arguments: list[Value], named: dict[str, Value]) -> bool:
    """Tell whether it is Python's `open`, for reading."""
    mode = named.get("mode", arguments[1] if len(arguments) > 1 else Text("r"))
    return function.name == "open" and isinstance(mode, Text) and not set(mode.text) & set("wax+")


def is_maker(function: Value) -> bool:
    """Tell whether a call may make files by the names that it is given."""
    if isinstance(function, Member):
        return any(word in function.name for word in ("download", "save", "write", "mount"))
    return not isinstance(function, Known)


def _is_of_texts(value: Value) -> bool:
    thing = thing_of(value)
    return all(isinstance(each, str) for each in (thing if isinstance(thing, list) else [thing]))


def _name_of(function: Value) -> str:
    if isinstance(function, Known):
        return str(getattr(function.thing, "__name__", ""))
    return f"{function.owner.__name__}.{function.name}" if isinstance(function, Member) else ""


def _plain_paths(value: Value) -> tuple[str, ...]:
    if isinstance(value, Text) and not value.is_sure:
        return ()
    paths = (path for path in texts_of(value) if "://" not in path and not set(path) & _PATTERN)
    return tuple(path for path in paths if os.path.splitext(path)[1] or os.sep in path)


class Made:
    """Names of files and folders that the project's own code may make before they are read."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def add(self, texts: Iterable[str]) -> None:
        """Add the texts that code which makes files may use for their names."""
        for text in texts:
            self._names |= {part for part in re.split(r"[/\\\s'\"=]+", text) if part}

    def may_have(self, path: str) -> bool:
        """Tell whether something may be made by the time that it is read."""
        return any(part in self._names for part in os.path.normpath(path).split(os.sep))


def constants_in(tree: ast.AST) -> Iterator[str]:
    """Yield the texts in calls and expressions by which code may name files that it makes."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.JoinedStr, ast.BinOp)):
            yield from (
                part.value
                for part in ast.walk(node)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
