"""Datastores of a home: which there are, and which is the default one."""

from __future__ import annotations

import os
import re
from typing import Any

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.data.abstract_datastore import AbstractDatastore
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.services.connection import this_history
from hyperlocal.services.data.files import datastore_folder

__all__ = ["default", "find", "folder_of", "forget", "known", "remember", "set_default"]

_KIND = "datastore"
_DEFAULT_KIND = "default datastore"
_DEFAULT = "workspaceblobstore"
_BUILT_IN: dict[str, dict[str, Any]] = {
    _DEFAULT: {"type": "AzureBlob", "container_name": "azureml-blobstore"},
    "workspacefilestore": {"type": "AzureFile", "container_name": "azureml-filestore"},
}
_ACCOUNT = "local"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}")


def folder_of(name: str) -> str:
    """Return the folder that a datastore is, and make it."""
    folder = datastore_folder(str(this_history().home), name)
    os.makedirs(folder, exist_ok=True)
    return folder


def known(workspace: Any) -> dict[str, AbstractDatastore]:
    """Return all datastores by name: the built-in ones, registered ones, and mere folders."""
    bodies = dict(_BUILT_IN)
    bodies.update(dict.fromkeys(_folders(), _BUILT_IN[_DEFAULT]))
    bodies.update({asset.name: asset.body for asset in this_history().assets.list(_KIND)})
    return {name: _made(workspace, name, bodies[name]) for name in bodies}


def _folders() -> list[str]:
    """Return the folders that somebody put beside those of datastores, to be datastores too."""
    top = os.path.dirname(datastore_folder(str(this_history().home), _DEFAULT))
    if not os.path.isdir(top):
        return []
    return sorted(entry.name for entry in os.scandir(top) if entry.is_dir())


def find(workspace: Any, name: Any) -> AbstractDatastore:
    """Return the datastore of this name.

    Raises:
        UserErrorException: There is none.
    """
    stores = known(workspace)
    if name not in stores:
        place = datastore_folder(str(this_history().home), str(name))
        raise UserErrorException(
            f"There is no datastore {name!r}. There are: {', '.join(stores)}. A datastore is a "
            f"folder here: put its files into {place}, or register it with "
            "Datastore.register_azure_blob_container."
        )
    return stores[name]


def _made(workspace: Any, name: str, body: dict[str, Any]) -> AbstractDatastore:
    from hyperlocal.azureml.data import azure_data_lake_datastore as lakes
    from hyperlocal.azureml.data import azure_storage_datastore as storage

    kind = body["type"]
    account = body.get("account_name", _ACCOUNT)
    container = body.get("container_name")
    if kind == "AzureBlob":
        return storage.AzureBlobDatastore(workspace, name, container, account)
    if kind == "AzureFile":
        return storage.AzureFileDatastore(workspace, name, container, account)
    if kind == "AzureDataLakeGen2":
        return lakes.AzureDataLakeGen2Datastore(workspace, name, container, account)
    return lakes.AzureDataLakeDatastore(workspace, name, container)


def remember(workspace: Any, name: Any, body: dict[str, Any], *, overwrite: Any) -> Any:
    """Register a datastore, which is a folder of the home, and return it.

    Raises:
        UserErrorException: It cannot have this name, or another one has it.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise UserErrorException(
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
        raise UserErrorException(
            f"Another datastore {name!r} was registered before, with the account "
            f"{asset.body.get('account_name')!r} and the container "
            f"{asset.body.get('container_name')!r}. Give overwrite=True to replace it."
        )
    folder_of(name)
    return _made(workspace, name, body)


def forget(name: str) -> None:
    """Forget a registered datastore. Its folder and its files stay."""
    this_history().assets.delete(_KIND, name)


@as_sdk_errors
def default(workspace: Any) -> AbstractDatastore:
    """Return the default datastore."""
    chosen = this_history().assets.get(_DEFAULT_KIND, _DEFAULT_KIND)
    return find(workspace, _DEFAULT if chosen is None else chosen.body["name"])


@as_sdk_errors
def set_default(workspace: Any, name: Any) -> None:
    """Make a datastore the default one.

    Raises:
        UserErrorException: There is none of this name.
    """
    find(workspace, name)
    assets = this_history().assets
    if assets.get(_DEFAULT_KIND, _DEFAULT_KIND) is None:
        assets.add(_DEFAULT_KIND, _DEFAULT_KIND, {"name": name})
    else:
        assets.replace(_DEFAULT_KIND, _DEFAULT_KIND, {"name": name})
