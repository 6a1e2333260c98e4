"""Variables read: what a script asks its environment for, as its source says."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from hyperlocal.engine.passed_on import is_of_login

__all__ = ["only_passed_on", "read_by"]

_READING_CALLS = ("get", "pop", "setdefault")


def only_passed_on(
    script: Path, given: Mapping[str, str], variables: Mapping[str, str]
) -> dict[str, str]:
    """Return what a script reads of its environment that only who starts it gives to it.

    Args:
        script: The script.
        given: The variables that the run's own settings give to it.
        variables: Those of who starts it.

    Returns:
        The names of variables, each with the first file that reads it.
    """
    return {
        name: file
        for name, file in read_by(script).items()
        if name in variables and name not in given and not is_of_login(name)
    }


def read_by(script: Path) -> dict[str, str]:
    """Return the variables that a script and the modules beside it read by their names.

    Those that it sets itself are left out.

    Returns:
        The names of variables, each with the first file that reads it.
    """
    found: dict[str, str] = {}
    set_by_itself: set[str] = set()
    for file, tree in _sources(script):
        for node in ast.walk(tree):
            name, is_set = _variable(node)
            if name is None:
                continue
            if is_set:
                set_by_itself.add(name)
            else:
                found.setdefault(name, Path(os.path.relpath(file, script.parent)).as_posix())
    return {name: file for name, file in found.items() if name not in set_by_itself}


def _sources(script: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Yield a script and the modules of its folder that it imports, however far."""
    waiting, seen = [script], {script}
    while waiting:
        path = waiting.pop(0)
        try:
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError):  # the trial will say so
            continue
        yield path, tree
        for module, level in _imported(tree):
            if level > len(path.parents):
                continue  # above the root
            top = path.parents[level - 1] if level else script.parent
            base = top.joinpath(*module.split("."))
            for each in (base.with_suffix(".py"), base / "__init__.py"):
                if each not in seen and each.is_file():
                    seen.add(each)
                    waiting.append(each)


def _imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the modules that a module may import, each with how many folders above it begins."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            before = [node.module] if node.module else []
            for names in (before, *([*before, alias.name] for alias in node.names)):
                if names:
                    yield ".".join(names), node.level


def _variable(node: ast.AST) -> tuple[str | None, bool]:
    """Return the variable that an expression reads or sets by its name, and whether it sets it."""
    if isinstance(node, ast.Subscript) and _is_environment(node.value):
        return _text(node.slice), not isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.Compare) and _is_environment(node.comparators[0]):
        is_in = isinstance(node.ops[0], (ast.In, ast.NotIn))
        return (_text(node.left) if is_in else None), False
    if isinstance(node, ast.Call) and node.args:
        called = node.func
        if _name_of(called) in ("os.getenv", "getenv"):
            return _text(node.args[0]), False
        if isinstance(called, ast.Attribute) and _is_environment(called.value):
            is_set = called.attr == "setdefault"
            return (_text(node.args[0]) if called.attr in _READING_CALLS else None), is_set
    return None, False


def _is_environment(node: ast.AST) -> bool:
    return _name_of(node) in ("os.environ", "environ")


def _name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
