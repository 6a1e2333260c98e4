"""Where a model is on the disk, as a script that scores with it asks.

The layout is that of the cloud's containers: `azureml-models/<name>/<version>/<file or folder>`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hyperlocal.azureml.exceptions import (
    ModelNotFoundException,
    RunEnvironmentException,
    WebserviceException,
)

__all__ = ["find_model_path", "remote_model_path"]

_CACHE = "azureml-models"


def find_model_path(name: Any, version: Any, workspace: Any, find: Callable[..., Any]) -> str:
    """Do what `Model.get_model_path` says.

    Args:
        name: The model.
        version: Its version, or None for the newest.
        workspace: Where it is registered, or None.
        find: Called with `(workspace, name=, version=)` it returns a registered model.
    """
    if name is None:
        raise WebserviceException("Model.get_model_path: model_name is None.")
    if version is not None and not isinstance(version, int):
        raise WebserviceException(
            f"Model.get_model_path: version is {version!r}, but must be an int."
        )
    workspace = _workspace_of_this_run() or workspace
    if version is None and workspace is not None:
        return remote_model_path(name, None, workspace, find)
    try:
        return _local_model_path(name, version)
    except ModelNotFoundException as error:
        if version is None:
            raise
        if workspace is None:
            raise WebserviceException(error.message) from error
    return remote_model_path(name, version, workspace, find)


def remote_model_path(name: Any, version: Any, workspace: Any, find: Callable[..., Any]) -> str:
    """Copy a registered model to where containers have it; return its path.

    Args:
        name: The model.
        version: Its version, or None for the newest.
        workspace: Where it is registered.
        find: Called with `(workspace, name=, version=)` it returns a registered model.

    Raises:
        ModelNotFoundException: It is not registered.
    """
    try:
        model = find(workspace, name=name, version=version)
    except WebserviceException as error:
        raise ModelNotFoundException(error.message) from error
    folder = os.path.join(_CACHE, model.name, str(model.version))
    return str(model.download(folder, exist_ok=True))


def _workspace_of_this_run() -> Any:
    from hyperlocal.azureml.core.run import Run

    try:
        return Run.get_context(allow_offline=False).experiment.workspace
    except RunEnvironmentException:
        return None


def _local_model_path(name: str, version: int | None) -> str:
    for top in (os.path.join(_CACHE, name), *_named_by_environment(name)):
        found = _in_folder_of_versions(top, version)
        if found is not None:
            return found
    if os.path.exists(name):
        return name
    raise ModelNotFoundException(
        f"Model {name!r} is neither in {_CACHE}/ nor a file or folder in {os.getcwd()}. "
        "Outside of a submitted run, say which workspace it is registered in: "
        f"Model.get_model_path({name!r}, _workspace=workspace)."
    )


def _named_by_environment(name: str) -> list[str]:
    """Return the folder of a model's versions as `AZUREML_MODEL_DIR` tells it.

    A container with one model has there `<models>/<name>/<version>`, with several `<models>`.
    """
    told = os.environ.get("AZUREML_MODEL_DIR")
    if not told:
        return []
    above = os.path.dirname(os.path.normpath(told))
    one = [above] if os.path.basename(above) == name else []
    return [*one, os.path.join(told, name)]


def _in_folder_of_versions(top: str, version: int | None) -> str | None:
    if not os.path.isdir(top):
        return None
    versions = [int(entry) for entry in os.listdir(top) if entry.isdigit()]
    chosen = max(versions, default=None) if version is None else version
    folder = os.path.join(top, str(chosen))
    if not os.path.isdir(folder):
        return None
    entries = os.listdir(folder)
    if len(entries) != 1:
        raise WebserviceException(
            f"{folder} must have one file or folder, which is the model, but has {entries}."
        )
    return os.path.join(folder, entries[0])
