"""Datastores of Azure's data lakes, here folders."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.data.abstract_datastore import AbstractDatastore

__all__ = ["AzureDataLakeDatastore", "AzureDataLakeGen2Datastore"]


class AzureDataLakeDatastore(AbstractDatastore):
    """A data lake of the first generation: here a folder, to be filled by hand.

    Differs:
        Credentials are not kept.
    """

    def __init__(
        self,
        workspace: Any,
        name: Any,
        store_name: Any,
        tenant_id: Any = None,
        client_id: Any = None,
        client_secret: Any = None,
        resource_url: Any = None,
        authority_url: Any = None,
        subscription_id: Any = None,
        resource_group: Any = None,
        service_data_access_auth_identity: Any = None,
    ) -> None:
        super().__init__(workspace, name, "AzureDataLake")
        self.store_name = store_name


class AzureDataLakeGen2Datastore(AbstractDatastore):
    """A data lake of the second generation: here a folder, to be filled by hand.

    Differs:
        Credentials are not kept.
    """

    def __init__(
        self,
        workspace: Any,
        name: Any,
        container_name: Any,
        account_name: Any,
        tenant_id: Any = None,
        client_id: Any = None,
        client_secret: Any = None,
        resource_url: Any = None,
        authority_url: Any = None,
        protocol: Any = None,
        endpoint: Any = None,
        service_data_access_auth_identity: Any = None,
    ) -> None:
        super().__init__(workspace, name, "AzureDataLakeGen2")
        self.container_name = container_name
        self.account_name = account_name


__getattr__ = _placeholders.lacking(__name__)
