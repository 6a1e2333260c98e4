"""The reader: follows names through a file and tells what is used of the SDK and of libraries.

It goes through the file twice: first for what names mean, since functions use names that are bound
below them, and then for what is done with them. Branches, loops and functions are read in order,
as if each ran once. What it cannot follow it says nothing about.
"""

from __future__ import annotations

import ast
from collections import ChainMap
from typing import Any

from hyperlocal.check.bindings import changed_names, rebound_names
from hyperlocal.check.meanings import Listener, Meanings, Silent, object_of
from hyperlocal.check.values import (
    UNKNOWN,
    Foreign,
    Instance,
    Known,
    Many,
    Plain,
    Text,
    Texts,
    Value,
    texts_of,
    thing_of,
    unsure,
)

__all__ = ["read_uses"]


def read_uses(tree: ast.Module, listener: Listener) -> None:
    """Tell `listener` what a file uses, in the order of its lines."""
    doubtful = _Doubtful(tree)
    first = _Reader(Silent(), doubtful)
    first.block(tree.body)
    second = _Reader(listener, doubtful)
    second.names = ChainMap(dict(first.names))
    second.block(tree.body)


class _Doubtful:
    """Names whose things are not for sure: bound in branches, or changed after they were made."""

    def __init__(self, tree: ast.Module) -> None:
        self.changed = changed_names(tree)
        self.rebound, self.branched = rebound_names(tree)

    def has(self, name: str, *, is_inside: bool) -> bool:
        """Tell whether a name is doubtful; functions run when names may be bound again."""
        return name in self.changed or name in (self.rebound if is_inside else self.branched)


class _Reader(ast.NodeVisitor):
    """What names mean where it has come to."""

    def __init__(self, listener: Listener, doubtful: _Doubtful) -> None:
        self._meanings = Meanings(listener)
        self._doubtful = doubtful
        self.names: ChainMap[str, Value] = ChainMap({})

    def block(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self.visit(statement)

    # Statements

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.partition(".")[0]
            value = self._meanings.of_import(alias.name, node.lineno)
            if name != alias.name:
                value = self._meanings.of_import(name, node.lineno)
            self.names[alias.asname or name] = value

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level or not node.module:
            return
        module = self._meanings.of_import(node.module, node.lineno)
        for alias in node.names:
            if alias.name == "*":
                self.names.update(self._meanings.of_all_in(module))
                continue
            value = self._meanings.of_name_in(module, alias.name, node.lineno)
            self.names[alias.asname or alias.name] = value

    def visit_Assign(self, node: ast.Assign) -> None:
        value = self.value(node.value)
        for target in node.targets:
            self._bind(target, value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._bind(node.target, self.value(node.value))

    def _bind(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self._bind(element, None)
        else:
            self.value(target)

    def visit_For(self, node: Any) -> None:
        self._bind(node.target, _element(self.value(node.iter)))
        self.block([*node.body, *node.orelse])

    visit_AsyncFor = visit_For

    def visit_With(self, node: Any) -> None:
        for item in node.items:
            value = self.value(item.context_expr)
            if item.optional_vars is not None:
                self._bind(item.optional_vars, value)
        self.block(node.body)

    visit_AsyncWith = visit_With

    def visit_FunctionDef(self, node: Any) -> None:
        self.names[node.name] = None
        defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
        for expression in (*node.decorator_list, *defaults):
            self.value(expression)
        outside = self.names
        self.names = outside.new_child()
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            self.names[argument.arg] = self._annotated(argument.annotation)
        self.block(node.body)
        self.names = outside

    visit_AsyncFunctionDef = visit_FunctionDef

    def _annotated(self, annotation: ast.expr | None) -> Value:
        """Return what a parameter's annotation says; naming something there uses nothing."""
        if not isinstance(annotation, (ast.Name, ast.Attribute)):
            return None
        silent = _Reader(Silent(), self._doubtful)
        silent.names = self.names
        return object_of(silent.value(annotation))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for expression in (*node.bases, *node.decorator_list):
            self.value(expression)
        outside = self.names
        self.names = outside.new_child()
        self.block(node.body)
        self.names = outside
        self.names[node.name] = None

    def generic_visit(self, node: ast.AST) -> None:
        """Read whatever else there is: expressions for their values, statements in order."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child)
            else:
                self.visit(child)

    # Expressions

    def value(self, node: ast.expr) -> Value:
        """Return what is known of an expression, and tell what it uses."""
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.Constant):
            return Text(node.value) if isinstance(node.value, str) else Plain(node.value)
        reads = _EXPRESSIONS.get(type(node))
        if reads is not None:
            found: Value = reads(self, node)
            return found
        self.generic_visit(node)
        return None

    def _name(self, name: str) -> Value:
        if name in ("open", "range") and name not in self.names:
            return Known(range) if name == "range" else Foreign("open")
        value = self.names.get(name)
        is_doubtful = self._doubtful.has(name, is_inside=len(self.names.maps) > 1)
        return unsure(value) if is_doubtful else value

    def _attribute(self, node: ast.Attribute) -> Value:
        return self._meanings.of_attribute(self.value(node.value), node.attr, node.lineno)

    def _call(self, node: ast.Call) -> Value:
        function = self.value(node.func)
        arguments = [self.value(argument) for argument in node.args]
        named = {k.arg: self.value(k.value) for k in node.keywords if k.arg is not None}
        rest = [keyword.value for keyword in node.keywords if keyword.arg is None]
        for value in rest:
            self.value(value)
        is_whole = not rest and not any(isinstance(a, ast.Starred) for a in node.args)
        return self._meanings.of_call(function, arguments, named, node.lineno, is_whole=is_whole)

    def _subscript(self, node: ast.Subscript) -> Value:
        value, key = self.value(node.value), self.value(node.slice)
        return self._meanings.of_item(value, key, node.lineno)

    def _sequence(self, node: ast.List | ast.Tuple) -> Value:
        values = [self.value(element) for element in node.elts]
        texts = [text for value in values for text in texts_of(value)]
        things = [thing_of(value) for value in values]
        is_whole = all(thing is not UNKNOWN for thing in things)
        thing: Any = tuple(things) if isinstance(node, ast.Tuple) else things
        if texts:
            return Texts(tuple(texts), thing if is_whole else UNKNOWN)
        return Plain(thing) if is_whole else None

    def _mapping(self, node: ast.Dict) -> Value:
        pairs = [
            (None if key is None else self.value(key), self.value(value))
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        things = [(thing_of(key), thing_of(value)) for key, value in pairs]
        known = {
            key: value
            for key, value in things
            if isinstance(key, (str, int, float)) and value is not UNKNOWN
        }
        return Plain(known, is_whole=len(known) == len(pairs)) if known or not pairs else None

    def _signed(self, node: ast.UnaryOp) -> Value:
        thing = thing_of(self.value(node.operand))
        if isinstance(node.op, ast.USub) and isinstance(thing, (int, float)):
            return Plain(-thing)
        return None

    def _sum(self, node: ast.BinOp) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Add) and isinstance(left, Text) and isinstance(right, Text):
            return Text(left.text + right.text, left.is_sure and right.is_sure)
        return None

    def _either(self, node: ast.IfExp) -> Value:
        self.value(node.test)
        values = [self.value(node.body), self.value(node.orelse)]
        return unsure(next((value for value in values if value is not None), None))

    def _comprehension(self, node: Any) -> Value:
        outside = self.names
        self.names = outside.new_child()
        for part in node.generators:
            self._bind(part.target, _element(self.value(part.iter)))
            for test in part.ifs:
                self.value(test)
        for field in ("elt", "key", "value"):
            if hasattr(node, field):
                self.value(getattr(node, field))
        self.names = outside
        return None

    def _lambda(self, node: ast.Lambda) -> Value:
        outside = self.names
        self.names = outside.new_child({a.arg: None for a in node.args.args})
        self.value(node.body)
        self.names = outside
        return None

    def _walrus(self, node: ast.NamedExpr) -> Value:
        value = self.value(node.value)
        self._bind(node.target, value)
        return value

    def _awaited(self, node: ast.Await) -> Value:
        return self.value(node.value)


_EXPRESSIONS: dict[type, Any] = {
    ast.Attribute: _Reader._attribute,
    ast.Await: _Reader._awaited,
    ast.BinOp: _Reader._sum,
    ast.Call: _Reader._call,
    ast.Dict: _Reader._mapping,
    ast.DictComp: _Reader._comprehension,
    ast.GeneratorExp: _Reader._comprehension,
    ast.IfExp: _Reader._either,
    ast.Lambda: _Reader._lambda,
    ast.List: _Reader._sequence,
    ast.ListComp: _Reader._comprehension,
    ast.NamedExpr: _Reader._walrus,
    ast.SetComp: _Reader._comprehension,
    ast.Subscript: _Reader._subscript,
    ast.Tuple: _Reader._sequence,
    ast.UnaryOp: _Reader._signed,
}


def _element(value: Value) -> Value:
    return Instance(value.classes) if isinstance(value, Many) else None
