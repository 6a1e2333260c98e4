"""Datastore: finding and registering the places where data is kept."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.data import _datastores
from hyperlocal.services.advice import advise
from hyperlocal.services.data.datastores import folder_of

__all__ = ["Datastore"]


class Datastore(_placeholders.Emulated):
    """Finds a datastore: `Datastore(workspace)` is the default one.

    Differs:
        Every datastore is a folder, `<home>/data/datastores/<name>/`. Registering one of Azure's
        makes an empty folder: nobody is contacted, and keys are not kept. Databases and HDFS are
        not emulated.
    """

    def __new__(cls, workspace: Any, name: Any = None) -> Any:
        """Return the datastore of this name, or the default one.

        Raises:
            UserErrorException: There is none.
        """
        return Datastore.get_default(workspace) if name is None else Datastore.get(workspace, name)

    @staticmethod
    def get(workspace: Any, datastore_name: Any) -> Any:
        """Return the datastore of this name.

        Raises:
            UserErrorException: There is none.
        """
        return _datastores.find(workspace, datastore_name)

    @staticmethod
    def get_default(workspace: Any) -> Any:
        """Return the default datastore."""
        return _datastores.default(workspace)

    @staticmethod
    def register_azure_blob_container(
        workspace: Any,
        datastore_name: Any,
        container_name: Any,
        account_name: Any,
        sas_token: Any = None,
        account_key: Any = None,
        protocol: Any = None,
        endpoint: Any = None,
        overwrite: Any = False,
        create_if_not_exists: Any = False,
        skip_validation: Any = False,
        blob_cache_timeout: Any = None,
        grant_workspace_access: Any = False,
        subscription_id: Any = None,
        resource_group: Any = None,
    ) -> Any:
        """Remember a blob container, which is a folder here.

        Raises:
            UserErrorException: It cannot have this name, or another one has it.
        """
        body = {
            "type": "AzureBlob",
            "container_name": container_name,
            "account_name": account_name,
        }
        return _registered(workspace, datastore_name, body, overwrite)

    @staticmethod
    def register_azure_file_share(
        workspace: Any,
        datastore_name: Any,
        file_share_name: Any,
        account_name: Any,
        sas_token: Any = None,
        account_key: Any = None,
        protocol: Any = None,
        endpoint: Any = None,
        overwrite: Any = False,
        create_if_not_exists: Any = False,
        skip_validation: Any = False,
    ) -> Any:
        """Remember a file share, which is a folder here.

        Raises:
            UserErrorException: It cannot have this name, or another one has it.
        """
        body = {
            "type": "AzureFile",
            "container_name": file_share_name,
            "account_name": account_name,
        }
        return _registered(workspace, datastore_name, body, overwrite)

    @staticmethod
    def register_azure_data_lake(
        workspace: Any,
        datastore_name: Any,
        store_name: Any,
        tenant_id: Any = None,
        client_id: Any = None,
        client_secret: Any = None,
        resource_url: Any = None,
        authority_url: Any = None,
        subscription_id: Any = None,
        resource_group: Any = None,
        overwrite: Any = False,
        grant_workspace_access: Any = False,
    ) -> Any:
        """Remember a data lake of the first generation, which is a folder here.

        Raises:
            UserErrorException: It cannot have this name, or another one has it.
        """
        body = {"type": "AzureDataLake", "container_name": store_name}
        return _registered(workspace, datastore_name, body, overwrite)

    @staticmethod
    def register_azure_data_lake_gen2(
        workspace: Any,
        datastore_name: Any,
        filesystem: Any,
        account_name: Any,
        tenant_id: Any = None,
        client_id: Any = None,
        client_secret: Any = None,
        resource_url: Any = None,
        authority_url: Any = None,
        protocol: Any = None,
        endpoint: Any = None,
        overwrite: Any = False,
        subscription_id: Any = None,
        resource_group: Any = None,
        grant_workspace_access: Any = False,
    ) -> Any:
        """Remember a data lake of the second generation, which is a folder here.

        Raises:
            UserErrorException: It cannot have this name, or another one has it.
        """
        body = {
            "type": "AzureDataLakeGen2",
            "container_name": filesystem,
            "account_name": account_name,
        }
        return _registered(workspace, datastore_name, body, overwrite)


def _registered(workspace: Any, name: Any, body: dict[str, Any], overwrite: Any) -> Any:
    made = _datastores.remember(workspace, name, body, overwrite=overwrite)
    advise(
        f"Datastore {name!r}",
        f"it is a folder of this machine, and nobody is contacted. What it holds in the cloud "
        f"must be put there: {folder_of(name)}",
    )
    return made


__getattr__ = _placeholders.lacking(__name__)
