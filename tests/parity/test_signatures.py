"""Every public name that hyperlocal offers, compared with the real SDK's: `data/api.json`.

Names that we do not have are placeholders and are left out, as are members that are loud when
they are used. What we have must have the SDK's parameters: their names, kinds and defaults.
"""

import enum
import importlib
import inspect
import json
from pathlib import Path

import pytest

from hyperlocal.azureml._placeholders import EmulatedType, _AbsentModule, _PlaceholderType
from hyperlocal.errors import NotEmulatedError

API = json.loads((Path(__file__).parent / "data" / "api.json").read_text(encoding="utf-8"))
NAMES = [f"{module}.{name}" for module, names in sorted(API.items()) for name in sorted(names)]
MISSING = object()


@pytest.mark.parametrize("full_name", NAMES)
def test_signature(full_name):
    module, _, name = full_name.rpartition(".")
    recorded = API[module][name]
    ours = getattr(importlib.import_module(f"hyperlocal.{module}"), name)

    if is_placeholder(ours):
        return

    if recorded["kind"] == "function":
        assert told(inspect.signature(ours)) == wanted(recorded["signature"])
    else:
        assert class_differences(full_name, ours, recorded) == []


def test_hyperdrive_is_whole():
    hyperdrive = importlib.import_module("hyperlocal.azureml.train.hyperdrive")

    absent = [
        name
        for name in API["azureml.train.hyperdrive"]
        if is_placeholder(getattr(hyperdrive, name))
    ]

    assert absent == []


def is_placeholder(ours):
    if isinstance(ours, (_PlaceholderType, _AbsentModule)):
        return True
    return "which hyperlocal does not emulate" in (getattr(ours, "__doc__", None) or "")


def class_differences(full_name, ours, recorded):
    """Where our class differs from the SDK's, as texts."""
    different = []
    if "init" in recorded and not issubclass(ours, enum.Enum):
        mine, sdk = told(inspect.signature(ours)), wanted(recorded["init"])
        if mine != sdk:
            different.append(f"{full_name}{mine}, but the SDK has {sdk}")
    for name, member in recorded.get("members", {}).items():
        found = own_member(ours, name)
        if found is MISSING:
            if not isinstance(ours, EmulatedType):
                different.append(f"{full_name}.{name} is missing")
        elif not isinstance(member, dict):
            if found.value != member:
                different.append(f"{full_name}.{name} is {found.value!r}, not {member!r}")
        else:
            difference = member_difference(ours, name, found, member)
            if difference:
                different.append(f"{full_name}.{name} {difference}")
    return different


def own_member(ours, name):
    """A member of the class or its bases, not of its metaclass, which has a `register` too."""
    return next((vars(base)[name] for base in ours.__mro__ if name in vars(base)), MISSING)


def member_difference(ours, name, found, member):
    kind = member["kind"]
    if kind == "property":
        if callable(found) and not hasattr(found, "__get__"):
            return "is not a property"
        return settable_difference(found, member)
    if kind == "constant":
        return "" if found == member["value"] else f"is {found!r}, not {member['value']!r}"
    wrappers = {"static": staticmethod, "class method": classmethod}
    if kind in wrappers and not isinstance(found, wrappers[kind]):
        return f"is not a {kind}"
    mine, sdk = told(inspect.signature(getattr(ours, name))), wanted(member["signature"])
    return "" if mine == sdk else f"{mine}, but the SDK has {sdk}"


def settable_difference(found, member):
    if isinstance(found, property) and member["settable"] and found.fset is None:
        return "cannot be set"
    if isinstance(found, property) and not member["settable"] and found.fset is not None:
        return "can be set"
    return ""


def told(signature):
    """Our parameters as `name kind default` texts."""
    texts = []
    for parameter in signature.parameters.values():
        kind = parameter.kind.name.lower()
        has_default = parameter.default is not inspect.Parameter.empty
        texts.append(_told(parameter.name, kind, repr(parameter.default) if has_default else None))
    return texts


def wanted(recorded):
    """The SDK's parameters, likewise."""
    return [_told(each["name"], each["kind"], each.get("default")) for each in recorded]


def _told(name, kind, default):
    text = name if kind == "positional_or_keyword" else f"{kind} {name}"
    return text if default is None else f"{text}={default}"


def test_a_missing_member_of_an_emulated_class_is_loud():
    """What the comparison above leaves out, it may leave out only if it is loud."""
    quiet = []
    for full_name in NAMES:
        module, _, name = full_name.rpartition(".")
        ours = getattr(importlib.import_module(f"hyperlocal.{module}"), name)
        if not isinstance(ours, EmulatedType):
            continue
        for member in API[module][name].get("members", {}):
            if own_member(ours, member) is MISSING:
                try:
                    getattr(ours, member)
                except NotEmulatedError:
                    continue
                quiet.append(f"{full_name}.{member}")
    assert quiet == []
