"""Differences: what an environment asks for and this Python does not have, in one sentence."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable
from importlib import metadata

from packaging.version import InvalidVersion

from hyperlocal.services.environments.specification import Specification, parsed

__all__ = ["default_differences", "differences"]

_MOST_NAMED = 12


def differences(asked: Specification) -> str | None:
    """Say how this Python differs from what is asked for; None if it does not."""
    absent, other = _differing(asked.requirements)
    parts = []
    if absent:
        parts.append(f"missing: {_listed(absent)}")
    if other:
        parts.append(f"other version: {_listed(other)}")
    if asked.python is not None and not _is_this_python(asked.python):
        parts.append(f"Python {asked.python} (here {platform.python_version()})")
    if not parts:
        return None
    return (
        f"The environment {asked.name!r} asks for what this Python, {sys.executable}, does not "
        f"have: {'; '.join(parts)}. Trials run in it all the same. "
        "`hyperlocal run --environment build` makes one of the environment's own."
    )


def default_differences(name: str, requirements: Iterable[str]) -> str | None:
    """Say how this Python differs from what an estimator asks for by itself; None if not.

    Nobody wrote those versions, and for the Pythons of today most of them cannot be installed.
    """
    absent, other = _differing(requirements)
    if not absent and not other:
        return None
    return (
        f"The environment {name!r} asks for the estimator's default, {_listed(absent + other)}. "
        "Trials import what this Python has."
    )


def _differing(requirements: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return what is not installed, and what is in another version."""
    absent: list[str] = []
    other: list[str] = []
    for line in requirements:
        requirement = parsed(line)
        if requirement is None or (requirement.marker and not requirement.marker.evaluate()):
            continue
        if requirement.name in sys.stdlib_module_names:
            continue  # argparse, of which there was once a package
        condition = f"{requirement.name}{requirement.specifier}"
        installed = _version_of(requirement.name)
        if installed is None:
            absent.append(condition)
        elif not _satisfies(requirement.specifier, installed):
            other.append(f"{condition} (here {installed})")
    return absent, other


def _version_of(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _satisfies(specifier: object, version: str) -> bool:
    try:
        return specifier.contains(version, prereleases=True)  # type: ignore[attr-defined,no-any-return]
    except InvalidVersion:
        return True


def _is_this_python(asked: str) -> bool:
    """Compare as far as people mean it: 3.8.13 is any 3.8."""
    wanted = asked.lstrip("=<>~!").split(".")[:2]
    return asked.startswith((">", "<", "!", "~")) or wanted == [
        str(number) for number in sys.version_info[: len(wanted)]
    ]


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
