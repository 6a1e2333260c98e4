"""Meanings: what names of the SDK and of libraries are, and what their members and calls give.

Whoever listens is told of each use. What is not known means nothing: None.
"""

from __future__ import annotations

from enum import Enum
from types import ModuleType
from typing import Any, Protocol

from hyperlocal.check import face
from hyperlocal.check.build import built
from hyperlocal.check.libraries import made_by
from hyperlocal.check.values import (
    UNKNOWN,
    Foreign,
    Instance,
    Known,
    Made,
    Many,
    Member,
    Plain,
    Value,
)

__all__ = ["Listener", "Meanings", "Silent", "object_of"]

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

    def rejected(self, reason: str, line: int) -> None:
        """Something of the SDK does not take the values that stand there."""

    def configured(self, thing: Any, line: int) -> None:
        """A configuration of the SDK stands there, and has been made."""

    def looked_up(self, mapping: Many, key: Value, line: int) -> None:
        """Something is asked of a mapping of the SDK, by `[key]` or `.get(key)`."""


class Silent:
    """Nobody: for the first time through."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


class Meanings:
    """What values mean, told to a listener as they are used."""

    def __init__(self, listener: Listener) -> None:
        self._tell = listener

    def of_import(self, name: str, line: int) -> Value:
        """Return what an imported module is."""
        if name.partition(".")[0] != "azureml":
            self._tell.named(name, line)
            return Foreign(name)
        module = face.module_of(name)
        if module is None:
            self._tell.unknown(name, line)
        return None if module is None else Known(module)

    def of_name_in(self, module: Value, name: str, line: int) -> Value:
        """Return what a name imported from a module is."""
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

    def of_all_in(self, module: Value) -> dict[str, Value]:
        """Return what `import *` brings from a module of the SDK."""
        if not isinstance(module, Known):
            return {}
        names = getattr(module.thing, "__all__", ())
        return {name: Known(face.name_in(module.thing, name)) for name in names}

    def of_attribute(self, value: Value, name: str, line: int) -> Value:
        """Return what `.name` of a value is."""
        if isinstance(value, (Foreign, Made)):
            self._tell.named(f"{value.name}.{name}", line)
            return Foreign(f"{value.name}.{name}")
        if isinstance(value, Known):
            return self._of_known(value.thing, name, line)
        if isinstance(value, Instance):
            return self._of_object(value.classes, name, line)
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
        if isinstance(member, Enum):
            return Plain(member)
        if isinstance(member, property) and not of_class:
            self._tell.works(f"{cls.__name__}.{name}")
            return _result(member.fget, name, f"{cls.__name__}.{name}")
        function = getattr(member, "__func__", member)
        return Member(cls, name, function) if callable(function) else None

    def of_call(
        self,
        function: Value,
        arguments: list[Value],
        named: dict[str, Value],
        line: int,
        *,
        is_whole: bool,
    ) -> Value:
        """Return what a call gives; `is_whole` is whether its arguments are all there."""
        self._tell.called(function, arguments, named, line)
        if isinstance(function, Foreign):
            made = made_by(function.name)
            return None if made is None else Made(made)
        if isinstance(function, Known):
            thing, reason = built(function.thing, arguments, named, is_whole=is_whole)
            if reason:
                self._tell.rejected(reason, line)
            if thing is not UNKNOWN:
                self._tell.configured(thing, line)
            return self._call_known(function.thing, thing, line)
        if isinstance(function, Member):
            return self._call_member(function, arguments, named, line)
        return None

    def _call_known(self, thing: Any, made: Any, line: int) -> Value:
        if thing is range:
            return None if made is UNKNOWN else Plain(made)
        name = face.sdk_name(thing)
        if isinstance(thing, ModuleType):
            return None
        if face.is_absent(thing) or face.always_refuses(thing):
            # Exceptions that nothing raises here can still be made.
            self._tell.refused(name, line)
            return None
        self._tell.works(name.rpartition(".")[2])
        if isinstance(thing, type):
            return Instance((thing,), made)
        return _result(thing, "", name) if made is UNKNOWN else Plain(made)

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

    def of_item(self, value: Value, key: Value, line: int) -> Value:
        """Return what `[key]` of a value is."""
        if isinstance(value, Many):
            self._tell.looked_up(value, key, line)
            return Instance(value.classes)
        return None


def object_of(value: Value) -> Value:
    """Return an object of the class that a value is; None if it is none, or not emulated."""
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
