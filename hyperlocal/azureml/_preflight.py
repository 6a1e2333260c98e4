"""Preflight: what can be told about a script's packages before its first trial starts."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.services.advice import warn_caller

if TYPE_CHECKING:
    from hyperlocal.azureml._translate import Script

__all__ = ["interpreter_for", "warn_of_packages"]

_VARIABLE = "HYPERLOCAL_ENVIRONMENT"
_KINDS = ("current", "build")
_noted: set[str] = set()


def _is_build_wanted() -> bool:
    """Tell whether trials are to run in an environment of their own.

    Raises:
        UserErrorException: The setting is neither of what it may be.
    """
    kind = os.environ.get(_VARIABLE) or "current"
    if kind not in _KINDS:
        from hyperlocal.azureml.exceptions import UserErrorException

        raise UserErrorException(
            f"{_VARIABLE} is {kind!r}, but must be 'current' (trials run in the driver's Python) "
            "or 'build' (in an environment with what theirs asks for)."
        )
    return kind == "build"


@as_sdk_errors
def interpreter_for(environment: Any, home: str) -> str:
    """Return the Python that trials run in; build it if that is wanted and anything is asked for.

    Raises:
        UserErrorException: The environment cannot be built.
    """
    own = _own_interpreter(environment)
    if own is not None:
        return own
    if not _is_build_wanted():
        return sys.executable
    from hyperlocal.services.environments.build import built
    from hyperlocal.services.environments.specification import specification_of

    asked = specification_of(environment)
    return sys.executable if asked is None else built(asked, home)


def _own_interpreter(environment: Any) -> str | None:
    """Return the interpreter of an environment that manages itself, if it names one."""
    python = getattr(environment, "python", None)
    path = getattr(python, "interpreter_path", None)
    if (
        getattr(python, "user_managed_dependencies", False)
        and isinstance(path, str)
        and os.path.isabs(path)
        and os.access(path, os.X_OK)
    ):
        return path
    return None


def warn_of_packages(script: Script, snapshot: Any) -> list[str]:
    """Warn of what a user should know about a script's packages; return the sentences.

    Args:
        script: What is to run.
        snapshot: The folder with its source.
    """
    sentences = _sentences(script, os.fspath(snapshot))
    for sentence in sentences:
        warn_caller(sentence)
    return sentences


def _sentences(script: Script, snapshot: str) -> list[str]:
    if script.is_stood_in_for:
        return []
    told = []
    if script.interpreter == sys.executable:
        told.append(_difference(script.environment))
    if not script.is_command and script.script.endswith(".py"):
        told.append(_missing_imports(script, snapshot))
    return [sentence for sentence in told if sentence is not None]


def _difference(environment: Any) -> str | None:
    from hyperlocal.services.environments.specification import specification_of

    asked = specification_of(environment)
    if asked is None:
        return None
    from hyperlocal.azureml.train.estimator._frameworks import defaults_in
    from hyperlocal.services.environments.differences import default_differences, differences

    added = set(defaults_in(asked.requirements))
    if (note := default_differences(asked.name, sorted(added))) and note not in _noted:
        _noted.add(note)
        warn_caller(note)  # once, and not on every run: its author can do nothing about it
    written = [line for line in asked.requirements if line not in added]
    return differences(replace(asked, requirements=tuple(written)))


def _missing_imports(script: Script, snapshot: str) -> str | None:
    from hyperlocal.services.environments.imports import needed_by
    from hyperlocal.services.environments.packages import missing, pip_line

    needed = needed_by(os.path.join(snapshot, script.script), snapshot)
    absent = missing(needed, script.interpreter)
    if not absent:
        return None
    files = dict.fromkeys(needed[name] for name in absent)
    noun, verb = ("a package", "is") if len(absent) == 1 else ("packages", "are")
    advice = pip_line(absent, _asked_for(script.environment))
    return (
        f"{', '.join(files)} import{'s' if len(files) == 1 else ''} {noun} that {verb} not "
        f"installed: {', '.join(absent)}. {advice}"
    ).rstrip()


def _asked_for(environment: Any) -> frozenset[str]:
    """Return the distributions that an environment asks for, in pip's canonical spelling."""
    from packaging.utils import canonicalize_name

    from hyperlocal.services.environments.specification import parsed, specification_of

    asked = specification_of(environment)
    found = (parsed(line) for line in (asked.requirements if asked is not None else ()))
    return frozenset(canonicalize_name(one.name) for one in found if one is not None)
