"""Failures that old names cure: read from the line that names the exception.

Libraries word them in a few ways, which is all that is looked at: nothing is imported.
"""

from __future__ import annotations

import re

from hyperlocal._legacy.names import METHODS, meaning, moved_module
from hyperlocal._legacy.parameters import CALLS, CLASSES, Drop, Rule, Value

__all__ = ["cure", "rules_of"]

_NO_ATTRIBUTE = re.compile(r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'", re.I)
_NUMPY_2 = re.compile(r"`np\.(?P<name>\w+)` was removed in the NumPy 2")
_NO_NAME = re.compile(r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'")
_NO_MODULE = re.compile(r"No module named '(?P<module>[\w.]+)'")
_NO_MEMBER = re.compile(r"'(?P<cls>\w+)' object has no attribute '(?P<name>\w+)'")
_NO_KEYWORD = re.compile(
    r"(?:(?P<cls>\w+)\.__init__\(\)|(?P<function>[\w.]+)\(\))? ?"
    r"got an unexpected keyword argument '(?P<name>\w+)'"
)
_BAD_VALUE = re.compile(
    r"The '(?P<name>\w+)' parameter of (?P<cls>\w+) must be .* Got '(?P<value>\w+)' instead"
)
_DROP = re.compile(r"DataFrame\.drop\(\) takes from 1 to 2 positional arguments")


def cure(line: str) -> str | None:
    """Return what is missing if it would be supplied; None if this is another failure.

    Args:
        line: The last line of a traceback, with the exception's name.
    """
    for recognize in (_lost_name, _lost_module, _lost_member, _lost_parameter, _lost_value):
        found = recognize(line)
        if found is not None:
            return found
    return None


def _lost_name(line: str) -> str | None:
    match = _NO_ATTRIBUTE.search(line) or _NO_NAME.search(line)
    if match is not None:
        module, name = match["module"], match["name"]
    elif (match := _NUMPY_2.search(line)) is not None:
        module, name = "numpy", match["name"]
    else:
        return None
    return f"{module}.{name}" if meaning(module, name) is not None else None


def _lost_module(line: str) -> str | None:
    match = _NO_MODULE.search(line)
    if match is None:
        return None
    return match["module"] if moved_module(match["module"]) is not None else None


def _lost_member(line: str) -> str | None:
    match = _NO_MEMBER.search(line)
    if match is None:
        return None
    cls = "CountVectorizer" if match["cls"] == "TfidfVectorizer" else match["cls"]
    is_supplied = any(
        cls == known and match["name"] in members for (_, known), members in METHODS.items()
    )
    return f"{match['cls']}.{match['name']}" if is_supplied else None


def _lost_parameter(line: str) -> str | None:
    if _DROP.search(line):
        return "the axis of DataFrame.drop by position"
    match = _NO_KEYWORD.search(line)
    if match is None:
        return None
    name = match["name"]
    if match["cls"] is not None:
        return _of_class(match["cls"], name)
    called = (match["function"] or "").rpartition(".")[2]
    for (_, function), parameters in CALLS.items():
        # scikit-learn's checks of parameters do not say which function it was.
        is_meant = not called or function.rpartition(".")[2] == called
        if is_meant and name in parameters:
            return f"{function}({name}=...)"
    return None


def _of_class(cls: str, name: str) -> str | None:
    for rule in rules_of(cls):
        if rule.old != name or isinstance(rule, Value):
            continue
        if isinstance(rule, Drop) and rule.values is not None:
            values = " or ".join(f"{name}={value!r}" for value in rule.values)
            return f"{values} of {cls}"
        return f"{cls}({name}=...)"
    return None


def _lost_value(line: str) -> str | None:
    match = _BAD_VALUE.search(line)
    if match is None:
        return None
    for rule in rules_of(match["cls"]):
        if isinstance(rule, Value) and rule.old == match["name"] and match["value"] in rule.values:
            return f"{match['cls']}({match['name']}={match['value']!r})"
    return None


def rules_of(cls: str) -> tuple[Rule, ...]:
    """Return the rules for a class of scikit-learn, by its bare name."""
    for classes in CLASSES.values():
        if cls in classes:
            return classes[cls]
    return ()
