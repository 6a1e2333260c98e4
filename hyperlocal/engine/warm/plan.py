"""Plan: what a training script imports, read from its source without running it.

The statements at the top level of the script are followed in the order in which they would run,
and through those of its own modules that it imports. Only what comes before the first statement
that may change what an import does is planned; the rest is left to each trial.
"""

from __future__ import annotations

import ast
import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.machinery import all_suffixes

__all__ = ["Plan", "read_plan"]

# What changes what later imports find or do, by the last two parts of its name.
_CHANGED = frozenset({"os.environ", "sys.path", "sys.modules", "sys.meta_path", "sys.path_hooks"})
_CHANGING_CALLS = frozenset(
    {
        "os.putenv",
        "os.unsetenv",
        "os.chdir",
        "site.addsitedir",
        "sys.setdlopenflags",
        "monkey.patch_all",
        "dotenv.load_dotenv",
        "warnings.resetwarnings",
    }
)
_FILTERING_CALLS = frozenset({"warnings.filterwarnings", "warnings.simplefilter"})
_READING = frozenset({"get", "copy", "keys", "values", "items", "index", "count"})
# What is put at the end of sys.path hides nothing that is installed.
_HARMLESS_CALLS = frozenset({"sys.path.append", "sys.path.extend"})
# What scripts import by its own name.
_ALONE = {
    name.rpartition(".")[2]: name
    for name in {"os.environ"} | (_CHANGING_CALLS - {"os.chdir"}) | _FILTERING_CALLS
}


@dataclass
class Plan:
    """What can be imported before a script runs.

    Attributes:
        imports: Names of modules, each with the names that are imported from it, in order.
        own: The names that modules of the source take.
        stop: The statement after which imports are left to the trial, as file and line; None if
            there is none.
        has_early_filters: Whether warnings are ignored by a statement before an import.
    """

    imports: list[tuple[str, list[str]]] = field(default_factory=list)
    own: frozenset[str] = frozenset()
    stop: str | None = None
    has_early_filters: bool = False


def read_plan(script: str, folders: Sequence[str]) -> Plan:
    """Return what a script imports.

    Args:
        script: Its path.
        folders: The folders of its own source in which it would find modules, in order.

    Raises:
        SyntaxError: It, or a module of its own, is not Python.
        ValueError: The same.
        OSError: It cannot be read.
    """
    reader = _Reader(folders)
    reader.read(script, package="", is_script=True)
    plan = reader.plan
    plan.own = frozenset(name for folder in folders for name in _modules_in(folder))
    return plan


class _Reader:
    """Follows the statements of a script and of its modules."""

    def __init__(self, folders: Sequence[str]) -> None:
        self.plan = Plan()
        self._folders = folders
        self._read: set[str] = set()
        self._changing_functions: set[str] = set()
        self._stop: str | None = None
        self._filters = False
        self._is_script = False
        self._path = ""

    def read(self, path: str, package: str, *, is_script: bool = False) -> None:
        """Follow a file's statements, once."""
        if path in self._read:
            return
        self._read.add(path)
        with open(path, "rb") as source, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the trials will show them
            tree = ast.parse(source.read(), path)
        self._changing_functions.update(_changing_functions(tree))
        outer = self._path, self._is_script
        self._path, self._is_script = path, is_script
        self._follow(tree.body, package)
        self._path, self._is_script = outer

    def _follow(self, statements: Iterable[ast.stmt], package: str) -> None:
        for statement in statements:
            if isinstance(statement, ast.Import):
                for alias in statement.names:
                    self._import(alias.name, [])
            elif isinstance(statement, ast.ImportFrom):
                name = _absolute(statement, package)
                self._import(name, [alias.name for alias in statement.names])
            elif isinstance(statement, ast.If):
                self._look_for_changes(statement.test)
                self._follow(_taken(statement, is_script=self._is_script), package)
            elif isinstance(statement, ast.Try):
                self._follow([*statement.body, *statement.orelse, *statement.finalbody], package)
            elif isinstance(statement, ast.With):
                for item in statement.items:
                    self._look_for_changes(item)
                self._follow(statement.body, package)
            elif not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._look_for_changes(statement)

    def _import(self, name: str, wanted: list[str]) -> None:
        files = self._own_files(name, wanted)
        if files is not None:
            for path, package in files:
                self.read(path, package)
        elif self._stop is not None:
            self.plan.stop = self._stop
        else:
            self.plan.has_early_filters |= self._filters
            self.plan.imports.append((name, wanted))

    def _own_files(self, name: str, wanted: list[str]) -> list[tuple[str, str]] | None:
        """Return the files of the source that an import runs, each with its package's name.

        None if the module is not the source's own.
        """
        first, *rest = name.split(".")
        folder = next((each for each in self._folders if _find(each, first)), None)
        if folder is None:
            return None
        files, package = [], ""
        for part in [first, *rest]:
            files += _readable(_find(folder, part), package)
            package, folder = f"{package}.{part}".lstrip("."), os.path.join(folder, part)
        for part in wanted:
            files += _readable(_find(folder, part), package)
        return files

    def _look_for_changes(self, node: ast.AST) -> None:
        if self._stop is not None:
            return
        for part in _run_now(node):
            if _changes(part) or self._calls_a_changing_function(part):
                line = getattr(part, "lineno", 0)
                self._stop = f"line {line} of {os.path.basename(self._path)}"
                return
            self._filters |= isinstance(part, ast.Call) and _name(part.func) in _FILTERING_CALLS

    def _calls_a_changing_function(self, node: ast.AST) -> bool:
        if not isinstance(node, ast.Call):
            return False
        return _name(node.func).rpartition(".")[2] in self._changing_functions


def _modules_in(folder: str) -> Iterator[str]:
    """Return the names of the modules and packages right in a folder."""
    suffixes = tuple(all_suffixes())
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(suffixes):
                yield entry.name.partition(".")[0]
            elif os.path.isfile(os.path.join(entry.path, "__init__.py")):
                yield entry.name


def _find(folder: str, name: str) -> str | None:
    """Return where a folder has a module; it may be one that is compiled."""
    package = os.path.join(folder, name, "__init__.py")
    if os.path.isfile(package):
        return package
    paths = (os.path.join(folder, name + suffix) for suffix in (".py", *all_suffixes()))
    return next((path for path in paths if os.path.isfile(path)), None)


def _readable(path: str | None, package: str) -> list[tuple[str, str]]:
    """Return a module's file with the package that its relative imports start from."""
    if path is None or not path.endswith(".py"):
        return []
    if os.path.basename(path) == "__init__.py":
        package = f"{package}.{os.path.basename(os.path.dirname(path))}".lstrip(".")
    return [(path, package)]


def _absolute(statement: ast.ImportFrom, package: str) -> str:
    """Return the full name of the module that a statement imports from."""
    if not statement.level:
        return statement.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - statement.level + 1]
    return ".".join([*base, statement.module] if statement.module else base)


def _taken(statement: ast.If, *, is_script: bool) -> list[ast.stmt]:
    """Return the branches that may run."""
    condition = ast.unparse(statement.test)
    if condition.rpartition(".")[2] == "TYPE_CHECKING":
        return statement.orelse
    if not is_script and condition.startswith("__name__ == "):
        return statement.orelse
    return [*statement.body, *statement.orelse]


def _run_now(node: ast.AST) -> Iterator[ast.AST]:
    """Return a node and those in it that run when it does: not the bodies of functions."""
    yield node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        for part in ast.iter_child_nodes(node):
            yield from _run_now(part)


def _changing_functions(tree: ast.Module) -> set[str]:
    """Return the names of functions that may change what imports do."""
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and any(_changes(part) for part in ast.walk(node))
    }


def _changes(node: ast.AST) -> bool:
    """Whether a node, without what is in it, may change what later imports find or do."""
    if isinstance(node, ast.Call):
        return _call_changes(node)
    if isinstance(getattr(node, "ctx", None), ast.Load):
        return False
    if isinstance(node, ast.Subscript):
        return _name(node.value) in _CHANGED
    return isinstance(node, ast.Attribute) and _name(node) in _CHANGED


def _call_changes(call: ast.Call) -> bool:
    name = _name(call.func)
    if name in _FILTERING_CALLS:
        first = call.args[0] if call.args else None
        return not (isinstance(first, ast.Constant) and first.value == "ignore")
    if isinstance(call.func, ast.Attribute) and _name(call.func.value) in _CHANGED:
        method = call.func.attr
        return (
            method not in _READING and f"{_name(call.func.value)}.{method}" not in _HARMLESS_CALLS
        )
    return name in _CHANGING_CALLS


def _name(node: ast.AST) -> str:
    """Return the last two parts of a dotted name; of one that stands alone, as if it had both."""
    if isinstance(node, ast.Name):
        return _ALONE.get(node.id, node.id)
    if not isinstance(node, ast.Attribute):
        return ""
    owner = node.value
    if isinstance(owner, ast.Name):
        return f"{owner.id}.{node.attr}"
    return f"{owner.attr}.{node.attr}" if isinstance(owner, ast.Attribute) else ""
