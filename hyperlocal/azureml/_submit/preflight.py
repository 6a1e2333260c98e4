"""Preflight: what can be told about a script's packages before its first trial starts."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hyperlocal.services.advice import warn_caller

if TYPE_CHECKING:
    from hyperlocal.azureml._translate.script import Script

__all__ = ["warn_of_packages"]

_noted: set[str] = set()


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
