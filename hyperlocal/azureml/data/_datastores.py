"""Datastores of a home as objects, each of the class of its type."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.data.abstract_datastore import AbstractDatastore
from hyperlocal.services.data import datastores

__all__ = ["default", "find", "known", "remember"]

_ACCOUNT = "local"


def known(workspace: Any) -> dict[str, AbstractDatastore]:
    """Return all datastores by name: the built-in ones, registered ones, and mere folders."""
    bodies = datastores.all_bodies()
    return {name: _made(workspace, name, bodies[name]) for name in bodies}


@as_sdk_errors
def find(workspace: Any, name: Any) -> AbstractDatastore:
    """Return the datastore of this name.

    Raises:
        UserErrorException: There is none.
    """
    return _made(workspace, name, datastores.body_of(name))


@as_sdk_errors
def default(workspace: Any) -> AbstractDatastore:
    """Return the default datastore."""
    return find(workspace, datastores.default_name())


@as_sdk_errors
def remember(workspace: Any, name: Any, body: dict[str, Any], *, overwrite: Any) -> Any:
    """Register a datastore, which is a folder of the home, and return it.

    Raises:
        UserErrorException: It cannot have this name, or another one has it.
    """
    datastores.remember(name, body, overwrite=overwrite)
    return _made(workspace, name, body)


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
