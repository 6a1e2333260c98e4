"""The reader: follows names through a file and tells what is used of the SDK and of libraries.

It goes through the file twice: first for what names mean, since functions use names that are bound
below them, and then for what is done with them. Branches, loops and functions are read in order,
as if each ran once. What it cannot follow it says nothing about.
"""

from __future__ import annotations

import ast
from collections import ChainMap
from types import ModuleType
from typing import Any, Protocol

from hyperlocal.azureml._check import face
from hyperlocal.azureml._check.libraries import made_by
from hyperlocal.azureml._check.values import (
    Foreign,
    Instance,
    Known,
    Made,
    Many,
    Member,
    Text,
    Texts,
    Value,
)

__all__ = ["Listener", "read_uses"]

_SUBMITTED = {
    "HyperDriveConfig": "HyperDriveRun",
    "HyperDriveRunConfig": "HyperDriveRun",
    "Pipeline": "PipelineRun",
    "ScriptRunConfig": "ScriptRun",
}


class Listener(Protocol):
    """Who is told what a file uses."""

    def works(self, name: str) -> None:
        """Something of the SDK is used, and is emulated."""

    def refused(self, name: str, line: int) -> None:
        """Something of the SDK is used, and is not emulated."""

    def unknown(self, name: str, line: int) -> None:
        """Something is imported that the SDK does not have."""

    def named(self, name: str, line: int) -> None:
        """Something of another library is named, also a member of a class by its object."""

    def called(
        self, function: Value, arguments: list[Value], named: dict[str, Value], line: int
    ) -> None:
        """Something is called."""

    def looked_up(self, mapping: Many, key: Value, line: int) -> None:
        """Something is asked of a mapping of the SDK, by `[key]` or `.get(key)`."""


class _Silent:
    """Nobody: for the first time through."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


def read_uses(tree: ast.Module, listener: Listener) -> None:
    """Tell `listener` what a file uses, in the order of its lines."""
    first = _Reader(_Silent())
    first.block(tree.body)
    second = _Reader(listener)
    second.names = ChainMap(dict(first.names))
    second.block(tree.body)


class _Reader(ast.NodeVisitor):
    """What names mean where it has come to."""

    def __init__(self, listener: Listener) -> None:
        self._tell = listener
        self.names: ChainMap[str, Value] = ChainMap({})

    def block(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self.visit(statement)

    # Statements

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.partition(".")[0]
            value = self._imported(alias.name, node.lineno)
            if name != alias.name:
                value = self._imported(name, node.lineno)
            self.names[alias.asname or name] = value

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level or not node.module:
            return
        module = self._imported(node.module, node.lineno)
        for alias in node.names:
            if alias.name == "*":
                self._import_all(module)
                continue
            value = self._from_module(module, alias.name, node.lineno)
            self.names[alias.asname or alias.name] = value

    def _imported(self, name: str, line: int) -> Value:
        if name.partition(".")[0] != "azureml":
            self._tell.named(name, line)
            return Foreign(name)
        module = face.module_of(name)
        if module is None:
            self._tell.unknown(name, line)
        return None if module is None else Known(module)

    def _from_module(self, module: Value, name: str, line: int) -> Value:
        if isinstance(module, Foreign):
            self._tell.named(f"{module.name}.{name}", line)
            return Foreign(f"{module.name}.{name}")
        return self._in_module(module.thing, name, line) if isinstance(module, Known) else None

    def _in_module(self, module: ModuleType, name: str, line: int) -> Value:
        try:
            return Known(face.name_in(module, name))
        except AttributeError:
            self._tell.unknown(f"{face.sdk_name(module)}.{name}", line)
            return None

    def _import_all(self, module: Value) -> None:
        if isinstance(module, Known):
            for name in getattr(module.thing, "__all__", ()):
                self.names[name] = Known(face.name_in(module.thing, name))

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
        silent = _Reader(_Silent())
        silent.names = self.names
        return _object_of(silent.value(annotation))

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
            return self.names.get(node.id)
        if isinstance(node, ast.Constant):
            return Text(node.value) if isinstance(node.value, str) else None
        reads = _EXPRESSIONS.get(type(node))
        if reads is not None:
            found: Value = reads(self, node)
            return found
        self.generic_visit(node)
        return None

    def _attribute(self, node: ast.Attribute) -> Value:
        value, name = self.value(node.value), node.attr
        if isinstance(value, (Foreign, Made)):
            self._tell.named(f"{value.name}.{name}", node.lineno)
            return Foreign(f"{value.name}.{name}")
        if isinstance(value, Known):
            return self._of_known(value.thing, name, node.lineno)
        if isinstance(value, Instance):
            return self._of_object(value.classes, name, node.lineno)
        if isinstance(value, Many):
            return Member(dict, name, value)
        return None

    def _of_known(self, thing: Any, name: str, line: int) -> Value:
        if isinstance(thing, ModuleType):
            return self._in_module(thing, name, line)
        if face.is_absent(thing):
            if not name.startswith("_"):
                self._tell.refused(f"{face.sdk_name(thing)}.{name}", line)
            return None
        return self._of_object((thing,), name, line, of_class=True)

    def _of_object(
        self, classes: tuple[type, ...], name: str, line: int, *, of_class: bool = False
    ) -> Value:
        missing = [face.missing_member(cls, name) for cls in classes if isinstance(cls, type)]
        if missing and all(missing):
            self._tell.refused(str(missing[0]), line)
            return None
        for cls in classes:
            member = face.member_of(cls, name) if isinstance(cls, type) else None
            if member is not None:
                return self._member(cls, name, member, of_class)
        return None

    def _member(self, cls: type, name: str, member: Any, of_class: bool) -> Value:
        if isinstance(member, type):
            return Known(member)
        if isinstance(member, property) and not of_class:
            self._tell.works(f"{cls.__name__}.{name}")
            return _result(member.fget, name, f"{cls.__name__}.{name}")
        function = getattr(member, "__func__", member)
        return Member(cls, name, function) if callable(function) else None

    def _call(self, node: ast.Call) -> Value:
        function = self.value(node.func)
        arguments = [self.value(argument) for argument in node.args]
        named = {k.arg: self.value(k.value) for k in node.keywords if k.arg is not None}
        for keyword in node.keywords:
            if keyword.arg is None:
                self.value(keyword.value)
        self._tell.called(function, arguments, named, node.lineno)
        if isinstance(function, Foreign):
            made = made_by(function.name)
            return None if made is None else Made(made)
        if isinstance(function, Known):
            return self._call_known(function.thing, node.lineno)
        if isinstance(function, Member):
            return self._call_member(function, arguments, named, node.lineno)
        return None

    def _call_known(self, thing: Any, line: int) -> Value:
        name = face.sdk_name(thing)
        if isinstance(thing, ModuleType):
            return None
        if face.is_absent(thing) or face.always_refuses(thing):
            # Exceptions that nothing raises here can still be made.
            self._tell.refused(name, line)
            return None
        self._tell.works(name.rpartition(".")[2])
        if isinstance(thing, type):
            return Instance((thing,))
        return _result(thing, "", name)

    def _call_member(
        self, member: Member, arguments: list[Value], named: dict[str, Value], line: int
    ) -> Value:
        if isinstance(member.thing, Many):
            if member.name == "get" and arguments:
                self._tell.looked_up(member.thing, arguments[0], line)
                return Instance(member.thing.classes)
            return member.thing if member.name in ("values", "copy") else None
        name = f"{member.owner.__name__}.{member.name}"
        if face.always_refuses(member.thing):
            self._tell.refused(face.sdk_name(member.thing), line)
            return None
        self._tell.works(name)
        if member.name == "to_pandas_dataframe":
            return Made("pandas.DataFrame")
        if member.name in ("submit", "submit_child"):
            given = arguments[0] if arguments else named.get("config")
            return _submitted(given)
        return _result(member.thing, member.name, name)

    def _subscript(self, node: ast.Subscript) -> Value:
        value, key = self.value(node.value), self.value(node.slice)
        if isinstance(value, Many):
            self._tell.looked_up(value, key, node.lineno)
            return Instance(value.classes)
        return None

    def _sequence(self, node: ast.List | ast.Tuple) -> Value:
        values = [self.value(element) for element in node.elts]
        texts = [text for value in values for text in texts_of(value)]
        return Texts(tuple(texts)) if texts else None

    def _sum(self, node: ast.BinOp) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Add) and isinstance(left, Text) and isinstance(right, Text):
            return Text(left.text + right.text)
        return None

    def _either(self, node: ast.IfExp) -> Value:
        self.value(node.test)
        values = [self.value(node.body), self.value(node.orelse)]
        return next((value for value in values if value is not None), None)

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
}


def texts_of(value: Value) -> tuple[str, ...]:
    """Return the texts that a value is, or holds."""
    if isinstance(value, Text):
        return (value.text,)
    return value.texts if isinstance(value, Texts) else ()


def _element(value: Value) -> Value:
    return Instance(value.classes) if isinstance(value, Many) else None


def _object_of(value: Value) -> Value:
    if isinstance(value, Known) and isinstance(value.thing, type):
        return None if face.is_absent(value.thing) else Instance((value.thing,))
    return None


def _result(function: Any, name: str, origin: str) -> Value:
    classes, is_full_of_them = face.returned(function, name)
    if not classes:
        # An unknown mapping may still be one of the workspace's, which are looked things up in.
        return Many((), origin) if is_full_of_them else None
    return Many(classes, origin) if is_full_of_them else Instance(classes)


def _submitted(config: Value) -> Value:
    names: tuple[str, ...] = ("Run",)
    if isinstance(config, Instance):
        names = tuple(_SUBMITTED.get(cls.__name__, "ScriptRun") for cls in config.classes)
    found = [face.class_called(name) for name in names]
    classes = tuple(cls for cls in found if cls is not None)
    return Instance(classes) if classes else None
