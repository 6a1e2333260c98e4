"""Workspace configuration files: found, read and written."""

from __future__ import annotations

import json
import os
import re
from typing import Any, NamedTuple

from hyperlocal.azureml._user_files import json_in
from hyperlocal.azureml.exceptions import ProjectSystemException, UserErrorException
from hyperlocal.reading import absolute_path

__all__ = ["WorkspaceNames", "find", "read", "read_project", "write"]

_FOLDERS = ("", ".azureml", "aml_config")
_DEFAULT_FILE = "config.json"
_PROJECT_FILE = "project.json"
_SCOPE = re.compile(
    r"/subscriptions/(?P<subscription_id>[^/]+)/resourceGroups/(?P<resource_group>[^/]+)"
    r"/providers/Microsoft\.MachineLearningServices/workspaces/(?P<workspace_name>[^/]+)",
    re.IGNORECASE,
)


class WorkspaceNames(NamedTuple):
    """What says which workspace is meant."""

    subscription_id: str
    resource_group: str
    workspace_name: str

    @property
    def scope(self) -> str:
        """The workspace's id in the cloud's form."""
        return (
            f"/subscriptions/{self.subscription_id}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.MachineLearningServices/workspaces/{self.workspace_name}"
        )


def find(path: Any, file_name: str | None) -> str | None:
    """Return the configuration file for a path, or None.

    Args:
        path: A file, a folder to start from, or None for the working directory. The search goes
            on in the folders above.
        file_name: The file's name, `config.json` by default.
    """
    start = _absolute(path)
    if os.path.isfile(start):
        return start
    wanted = file_name or _DEFAULT_FILE
    folder = start
    while True:
        for sub in _FOLDERS:
            candidate = os.path.join(folder, sub, wanted)
            if os.path.isfile(candidate):
                return candidate
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def read(file_name: str) -> WorkspaceNames:
    """Return what a configuration file says.

    Raises:
        UserErrorException: It is no JSON, or something is missing in it.
    """
    names = _names(json_in(file_name))
    if names is None:
        raise UserErrorException(
            f"{file_name} does not say which workspace is meant. It must hold "
            '{"subscription_id": "...", "resource_group": "...", "workspace_name": "..."}. '
            "Delete it to use the local workspace."
        )
    return names


def _names(body: Any) -> WorkspaceNames | None:
    if not isinstance(body, dict):
        return None
    for key in ("Scope", "Id"):
        match = _SCOPE.fullmatch(str(body.get(key, "")).rstrip("/"))
        if match:
            return WorkspaceNames(**match.groupdict())
    values = [body.get(key) for key in WorkspaceNames._fields]
    return WorkspaceNames(*map(str, values)) if all(values) else None


def _absolute(path: Any) -> str:
    return absolute_path(os.fsdecode(path) if path is not None else os.curdir)


def read_project(path: Any) -> tuple[WorkspaceNames, str]:
    """Return the workspace and the experiment that a folder was attached to.

    Raises:
        ProjectSystemException: It was not, as far as its `project.json` says.
    """
    for sub in _FOLDERS[1:]:
        file_name = os.path.join(path, sub, _PROJECT_FILE)
        if os.path.isfile(file_name):
            body = json_in(file_name)
            scope = str(body.get("Scope") if isinstance(body, dict) else "")
            above, _, experiment = scope.rstrip("/").rpartition("/")
            match = _SCOPE.fullmatch(os.path.dirname(above))
            if match:
                return WorkspaceNames(**match.groupdict()), experiment
    raise ProjectSystemException(
        f"{path!s} is not attached to an experiment: it has no .azureml/project.json that names "
        "one. Use Experiment(workspace, name)."
    )


def write(names: WorkspaceNames, path: Any, file_name: str | None) -> None:
    """Write a configuration file below `path`, where `find` finds it.

    Raises:
        UserErrorException: It cannot be written.
    """
    from hyperlocal.engine.staging import write_whole

    folder = _absolute(path)
    if os.path.basename(folder) not in _FOLDERS:
        older = os.path.join(folder, "aml_config")
        folder = older if os.path.isdir(older) else os.path.join(folder, ".azureml")
    target = os.path.join(folder, f"{os.path.splitext(file_name or _DEFAULT_FILE)[0]}.json")
    body = {"Id": None, "Scope": names.scope, **names._asdict()}
    try:
        if os.path.isdir(os.path.dirname(folder)):
            os.makedirs(folder, exist_ok=True)
        write_whole(None, target, json.dumps(body, indent=4))
    except OSError as error:
        raise UserErrorException(
            f"The workspace configuration cannot be written to {target}: {error.strerror}."
        ) from error
