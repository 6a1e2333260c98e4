"""Datastores of a home: which there are, and which is the default one. Each is a folder."""

from __future__ import annotations

import os
import re
from typing import Any

from hyperlocal.errors import DataError
from hyperlocal.services.connection import this_history
from hyperlocal.services.data.files import datastore_folder

__all__ = [
    "all_bodies",
    "body_of",
    "default_name",
    "folder_of",
    "forget",
    "remember",
    "set_default",
]

_KIND = "datastore"
_DEFAULT_KIND = "default datastore"
_DEFAULT = "workspaceblobstore"
_BUILT_IN: dict[str, dict[str, Any]] = {
    _DEFAULT: {"type": "AzureBlob", "container_name": "azureml-blobstore"},
    "workspacefilestore": {"type": "AzureFile", "container_name": "azureml-filestore"},
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}")


def folder_of(name: str) -> str:
    """Return the folder that a datastore is, and make it."""
    folder = datastore_folder(str(this_history().home), name)
    os.makedirs(folder, exist_ok=True)
    return folder


def all_bodies() -> dict[str, dict[str, Any]]:
    """Return what is known of all datastores: built-in ones, registered ones, mere folders."""
    bodies = dict(_BUILT_IN)
    bodies.update(dict.fromkeys(_folders(), _BUILT_IN[_DEFAULT]))
    bodies.update({asset.name: asset.body for asset in this_history().assets.list(_KIND)})
    return bodies


def body_of(name: Any) -> dict[str, Any]:
    """Return what is known of the datastore of this name.

    Raises:
        DataError: There is none.
    """
    bodies = all_bodies()
    if name not in bodies:
        place = datastore_folder(str(this_history().home), str(name))
        raise DataError(
            f"There is no datastore {name!r}. There are: {', '.join(bodies)}. A datastore is a "
            f"folder here: put its files into {place}, or let the script register it."
        )
    return bodies[name]


def _folders() -> list[str]:
    """Return the folders that somebody put beside those of datastores, to be datastores too."""
    top = os.path.dirname(datastore_folder(str(this_history().home), _DEFAULT))
    if not os.path.isdir(top):
        return []
    return sorted(entry.name for entry in os.scandir(top) if entry.is_dir())


def remember(name: Any, body: dict[str, Any], *, overwrite: Any) -> None:
    """Register a datastore, which is a folder of the home.

    Raises:
        DataError: It cannot have this name, or another one has it.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise DataError(
            f"The datastore's name is {name!r}, but must have letters, digits, dashes and "
            "underscores only, and start with a letter or a digit."
        )
    assets = this_history().assets
    asset = assets.get(_KIND, name)
    if asset is None:
        assets.add(_KIND, name, body)
    elif overwrite:
        assets.replace(_KIND, name, body)
    elif asset.body != body:
        raise DataError(
            f"Another datastore {name!r} was registered before, with the account "
            f"{asset.body.get('account_name')!r} and the container "
            f"{asset.body.get('container_name')!r}. Give overwrite=True to replace it."
        )
    folder_of(name)


def forget(name: str) -> None:
    """Forget a registered datastore. Its folder and its files stay."""
    this_history().assets.delete(_KIND, name)


def default_name() -> Any:
    """Return the name of the default datastore."""
    chosen = this_history().assets.get(_DEFAULT_KIND, _DEFAULT_KIND)
    return _DEFAULT if chosen is None else chosen.body["name"]


def set_default(name: Any) -> None:
    """Make a datastore the default one.

    Raises:
        DataError: There is none of this name.
    """
    body_of(name)
    assets = this_history().assets
    if assets.get(_DEFAULT_KIND, _DEFAULT_KIND) is None:
        assets.add(_DEFAULT_KIND, _DEFAULT_KIND, {"name": name})
    else:
        assets.replace(_DEFAULT_KIND, _DEFAULT_KIND, {"name": name})
