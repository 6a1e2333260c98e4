"""Bindings: which names of a file mean something that reading it in order cannot tell for sure."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

__all__ = ["changed_names", "rebound_names"]

_CHANGERS = frozenset(
    {"add", "append", "clear", "discard", "extend", "insert", "pop", "popitem"}
    | {"remove", "reverse", "setdefault", "sort", "update"}
)
_BRANCHES = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Try,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
)


def changed_names(tree: ast.AST) -> frozenset[str]:
    """Return the names whose things are changed where they are: `d[k] = v`, `l.append(v)`."""
    return frozenset(name for node in ast.walk(tree) for name in _changed_by(node))


def _changed_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    elif isinstance(node, (ast.Attribute, ast.Subscript)):
        if not isinstance(node.ctx, ast.Load):
            yield from _root(node)
    elif isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in _CHANGERS:
            yield from _root(function)
        if isinstance(function, ast.Name) and function.id == "setattr" and node.args:
            yield from _root(node.args[0])


def _root(node: ast.AST) -> Iterator[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def rebound_names(tree: ast.AST) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that are bound more than once, and those of them that are in branches."""
    bound: Counter[str] = Counter()
    branched: set[str] = set()
    waiting = [(tree, False)]
    while waiting:
        node, is_inside = waiting.pop()
        for name in _bound_by(node):
            bound[name] += 1
            if is_inside:
                branched.add(name)
        is_inside = is_inside or isinstance(node, _BRANCHES)
        waiting += [(child, is_inside) for child in ast.iter_child_nodes(node)]
    again = frozenset(name for name, number in bound.items() if number > 1)
    return again, again & branched


def _bound_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.alias):
        yield (node.asname or node.name).partition(".")[0]
