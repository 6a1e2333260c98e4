"""Registered models: what is remembered of them, and their files in the home.

A version's files are in `<home>/models/<name>/<version>/`, under the names that a download gives
them. A deleted version leaves a mark, so that its number is not given again.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hyperlocal.history import Asset, History

from hyperlocal.errors import ModelError, ModelFilesError, ModelNotFound

__all__ = [
    "add",
    "change",
    "check_name",
    "check_path",
    "files_below",
    "files_of_path",
    "files_of_run",
    "folder_of",
    "forget",
    "matching",
    "version_of",
]

_KIND = "model"
_DELETED = {"deleted": True}
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9\-._]{0,254}")


def check_name(name: Any) -> None:
    """Refuse a name that the service would refuse.

    Raises:
        ModelError: It has other characters, none, or more than 255.
    """
    if not _NAME.fullmatch(name):
        raise ModelError(
            f"The model's name is {name!r}, but must have 1 to 255 letters, digits, dashes, "
            "periods and underscores, and start with a letter or a digit."
        )


def check_path(model_path: Any, child_paths: Any = None) -> None:
    """Refuse a local path that cannot be registered.

    Raises:
        FileNotFoundError: It is not there.
        ModelError: One of `child_paths` is not there.
    """
    path = os.path.abspath(model_path)
    if not os.path.exists(path):
        raise FileNotFoundError(f"There is no file or folder {path} to register as a model.")
    if not (os.path.isfile(path) or os.path.isdir(path)):
        raise ModelError(
            f"{path} is a pipe, a socket or a device, but only files and folders are registered."
        )
    for child in child_paths or ():
        if not os.path.exists(os.path.join(path, child)):
            raise ModelError(f"There is no {child!r} in {path} to register.")


def files_of_path(model_path: Any, child_paths: Any = None) -> dict[str, Path]:
    """Return the files of a local file or folder, by their names in the model.

    A folder's files keep its name before theirs.
    """
    top = os.path.abspath(model_path)
    chosen = [os.path.normpath(os.path.join(top, child)) for child in child_paths or ()] or [top]
    files = [file for path in chosen for file in _files(path)]
    return {os.path.relpath(file, os.path.dirname(top)): Path(file) for file in files}


def _files(path: str) -> list[str]:
    if not os.path.isdir(path):
        return [path]
    from hyperlocal.services.data.transfer import files_below as below

    return [file for file, _ in below(path)]


def files_of_run(run: Any, model_path: Any) -> dict[str, Path]:
    """Return the files of a run at or below a path, by their names in the model.

    The path `.` or `./` is all that the run has, its logs too.

    Raises:
        ModelFilesError: The run has none; the text names those it has.
    """
    wanted = os.path.normpath(model_path).replace(os.sep, "/")
    names = run.get_file_names()
    found = [n for n in names if wanted in (n, ".") or n.startswith(wanted + "/")]
    found = run._files_of(found) if found != [wanted] else found
    if not found:
        known = ", ".join(names[:50]) or "none yet"
        raise ModelFilesError(
            f"Run {run.id} has no file or folder {wanted!r} to register as a model. It has: "
            f"{known}. What a script leaves in ./outputs is kept; upload_file() keeps more."
        )
    above = os.path.dirname(wanted)
    return {os.path.relpath(name, above or "."): run._file(name) for name in found}


def add(history: History, name: str, files: dict[str, Path], body: dict[str, Any]) -> Asset:
    """Copy files into the home and remember them as the next version of a model."""
    if not files:
        raise ModelError(f"There are no files to register as model {name!r}.")
    from hyperlocal.engine.staging import Staging

    with Staging(history.home, is_durable=True) as staging:
        draft = staging.draft_for(folder_of(history, name, 1))
        for inner, source in files.items():
            copy = os.path.join(draft, inner)
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            shutil.copyfile(source, copy)

        def place(version: int) -> None:
            folder = folder_of(history, name, version)
            if folder.exists():  # somebody was killed before he had recorded his
                staging.discard(folder)
            staging.put(draft, folder)

        return history.assets.add(_KIND, name, body, place=place)


def files_below(history: History, asset: Asset) -> dict[str, Path]:
    """Return the files of a version, by their names in the model."""
    top = folder_of(history, asset.name, asset.version)
    return {os.path.relpath(file, top): Path(file) for file in sorted(_files(str(top)))}


def version_of(history: History, name: Any, version: Any) -> Asset | None:
    """Return a version of a model, or None."""
    try:
        asset = history.assets.get(_KIND, str(name), int(version))
    except ValueError:
        return None
    return None if asset is None or _is_deleted(asset) else asset


def matching(history: History, **filters: Any) -> list[Asset]:
    """Return the versions that fit all filters, newest first.

    Args:
        history: Where to look.
        **filters: `name`, `run_id`, `framework`, `dataset_id`; and `tags` and `properties`, each
            a list of keys or of `[key, value]`.
    """
    versions = history.assets.list(_KIND, all_versions=True)
    return [a for a in reversed(versions) if not _is_deleted(a) and _fits(a, **filters)]


def _fits(
    asset: Asset,
    name: Any = None,
    run_id: Any = None,
    framework: Any = None,
    dataset_id: Any = None,
    tags: Any = None,
    properties: Any = None,
) -> bool:
    body = asset.body
    return (
        name in (None, asset.name)
        and run_id in (None, body["run_id"])
        and framework in (None, body["framework"])
        and (dataset_id is None or any(dataset_id == id_ for _, id_ in body["datasets"]))
        and _has_all(body["tags"], tags)
        and _has_all(body["properties"], properties)
    )


def _has_all(values: dict[str, Any], wanted: Iterable[Any] | None) -> bool:
    for item in wanted or ():
        key, *value = [item] if isinstance(item, str) else item
        if key not in values or (value and values[key] != value[0]):
            return False
    return True


def change(history: History, asset: Asset, **changes: Any) -> Asset:
    """Change what is remembered of a version; others may have changed it meanwhile."""
    now = version_of(history, asset.name, asset.version)
    if now is None:
        raise ModelNotFound(f"ModelNotFound: model {asset.name}:{asset.version} was deleted.")
    history.assets.replace(_KIND, asset.name, {**now.body, **changes}, asset.version)
    return version_of(history, asset.name, asset.version) or now


def forget(history: History, asset: Asset) -> None:
    """Forget a version and remove its files."""
    history.assets.replace(_KIND, asset.name, _DELETED, asset.version)
    shutil.rmtree(folder_of(history, asset.name, asset.version), ignore_errors=True)


def folder_of(history: History, name: str, version: int) -> Path:
    """Return the folder of a version's files."""
    return Path(history.home) / "models" / name / str(version)


def _is_deleted(asset: Asset) -> bool:
    return bool(asset.body.get("deleted"))
