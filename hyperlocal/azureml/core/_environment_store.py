"""Registered environments, remembered in the home."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml.core._connection import this_history
from hyperlocal.azureml.core._workspace_context import check_workspace
from hyperlocal.azureml.exceptions import UserErrorException

__all__ = ["find", "register", "registered", "set_labels"]

_KIND = "environment"
_LATEST = "latest"


def register(workspace: Any, body: dict[str, Any]) -> dict[str, Any]:
    """Remember a definition and return it with its version; the same again adds none."""
    _check(workspace, body["name"])
    assets = this_history().assets
    unversioned = {**_without_secrets(body), "version": None}
    known = assets.get(_KIND, body["name"])
    if known is None or known.body["definition"] != unversioned:
        known = assets.add(_KIND, body["name"], {"definition": unversioned, "labels": []})
    return {**unversioned, "version": str(known.version)}


def _without_secrets(body: dict[str, Any]) -> dict[str, Any]:
    """Leave the registry's password out: a home is no place for it."""
    docker = dict(body["docker"])
    if isinstance(docker.get("baseImageRegistry"), dict):
        docker["baseImageRegistry"] = {**docker["baseImageRegistry"], "password": None}
    return {**body, "docker": docker}


def registered(workspace: Any) -> list[dict[str, Any]]:
    """Return the newest definition of each name."""
    check_workspace(workspace, UserErrorException)
    return [
        {**asset.body["definition"], "version": str(asset.version)}
        for asset in this_history().assets.list(_KIND)
    ]


def find(workspace: Any, name: Any, version: Any, label: Any) -> dict[str, Any] | None:
    """Return a definition, or None if nothing of that name was registered.

    Raises:
        UserErrorException: The name is registered, but not this version or label.
    """
    _check(workspace, name)
    if version is not None and label is not None:
        raise UserErrorException(
            f"Environment.get: {name!r} is asked for by version {version!r} and by label "
            f"{label!r}, but only one of them can be given."
        )
    versions = [
        asset
        for asset in this_history().assets.list(_KIND, all_versions=True)
        if asset.name == name
    ]
    if not versions:
        return None
    for asset in reversed(versions):
        if _matches(asset.version, asset.body["labels"], version, label):
            return {**asset.body["definition"], "version": str(asset.version)}
    wanted = f"version {version!r}" if version is not None else f"label {label!r}"
    raise UserErrorException(
        f"Environment {name!r} has no {wanted}. "
        f"Its versions: {', '.join(str(asset.version) for asset in versions)}."
    )


def _matches(version: int, labels: list[str], wanted: Any, label: Any) -> bool:
    if label is not None and str(label).lower() != _LATEST:
        return label in labels
    return wanted is None or str(version) == str(wanted)


def set_labels(workspace: Any, name: Any, version: Any, labels: Any) -> None:
    """Give the newest version labels.

    Raises:
        UserErrorException: There is no such version, or it is not the newest.
    """
    definition = find(workspace, name, version, None)
    newest = this_history().assets.get(_KIND, name)
    if definition is None or newest is None or definition["version"] != str(newest.version):
        raise UserErrorException(
            f"Environment.label: only the newest registered version of {name!r} can have labels; "
            f"{version!r} is not it. Register the environment first."
        )
    this_history().assets.replace(_KIND, name, {**newest.body, "labels": list(labels)})


def _check(workspace: Any, name: Any) -> None:
    check_workspace(workspace, UserErrorException)
    if not isinstance(name, str) or not name:
        raise UserErrorException(f"The environment's name is {name!r}, but must be a text.")
