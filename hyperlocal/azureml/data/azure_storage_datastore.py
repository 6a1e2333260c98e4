"""Datastores of Azure's storage: blob containers and file shares, here folders."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml._loud import LoudObject
from hyperlocal.azureml.data._kinds import home_now
from hyperlocal.azureml.data.abstract_datastore import AbstractDatastore
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.services.data.transfer import copy_files, files_below

if TYPE_CHECKING:
    from hyperlocal.azureml.data.data_reference import DataReference

__all__ = ["AbstractAzureStorageDatastore", "AzureBlobDatastore", "AzureFileDatastore"]

_NO_CLIENT = "Use the datastore's own upload(), upload_files() and download()."


class AbstractAzureStorageDatastore(AbstractDatastore):
    """A datastore into which files can be copied, and from which they can be copied.

    Differs:
        Nobody is contacted; keys and tokens are not kept.
    """

    def __init__(
        self,
        workspace: Any,
        name: Any,
        datastore_type: Any,
        container_name: Any,
        account_name: Any,
        sas_token: Any = None,
        account_key: Any = None,
        protocol: Any = None,
        endpoint: Any = None,
    ) -> None:
        super().__init__(workspace, name, datastore_type)
        self.container_name = container_name
        self.account_name = account_name
        self.sas_token = sas_token
        self.account_key = account_key
        self.protocol = protocol or "https"
        self.endpoint = endpoint or "core.windows.net"

    @property
    def is_sas(self) -> bool:
        """Whether it was made with a token."""
        return self.sas_token is not None

    def upload(
        self,
        src_dir: Any,
        target_path: Any = None,
        overwrite: Any = False,
        show_progress: Any = True,
    ) -> DataReference:
        """Copy everything below a folder into this datastore.

        Args:
            src_dir: The folder.
            target_path: Where in the datastore; its top by default.
            overwrite: Replace files that are there already; else they are left as they are.
            show_progress: Print what is copied.

        Raises:
            UserErrorException: There is no such folder.
        """
        if not os.path.isdir(src_dir):
            raise UserErrorException(f"src_dir is {src_dir!r}, but there is no such folder.")
        return self._receive(files_below(src_dir), target_path, overwrite, show_progress)

    def upload_files(
        self,
        files: Any,
        relative_root: Any = None,
        target_path: Any = None,
        overwrite: Any = False,
        show_progress: Any = True,
    ) -> DataReference:
        """Copy files into this datastore.

        Args:
            files: Their paths.
            relative_root: The folder whose inner structure is kept; by default none is, and all
                files go into the same folder.
            target_path: Where in the datastore; its top by default.
            overwrite: Replace files that are there already.
            show_progress: Print what is copied.

        Raises:
            UserErrorException: One of them is not there, or not below `relative_root`.
        """
        pairs = [(os.fspath(file), _name_below(file, relative_root)) for file in files]
        return self._receive(pairs, target_path, overwrite, show_progress)

    @as_sdk_errors
    def _receive(
        self, pairs: list[tuple[str, str]], target: Any, overwrite: Any, shows_progress: Any
    ) -> DataReference:
        copy_files(
            pairs,
            self._place(target),
            home=home_now(),
            overwrite=bool(overwrite),
            tell=print if shows_progress else None,
        )
        return self.path(target)

    @as_sdk_errors
    def download(
        self,
        target_path: Any,
        prefix: Any = None,
        overwrite: Any = False,
        show_progress: Any = True,
    ) -> int:
        """Copy files out of this datastore; return how many.

        Args:
            target_path: The folder to copy into.
            prefix: Only what begins like this.
            overwrite: Replace files that are there already.
            show_progress: Print what is copied.
        """
        wanted = str(prefix or "").lstrip("./")
        pairs = [pair for pair in files_below(self._folder) if pair[1].startswith(wanted)]
        return copy_files(
            pairs,
            os.fspath(target_path),
            home=home_now(),
            overwrite=bool(overwrite),
            tell=print if show_progress else None,
        )

    def __repr__(self) -> str:
        shown = {
            "name": self.name,
            "container_name": self.container_name,
            "account_name": self.account_name,
            "protocol": self.protocol,
            "endpoint": self.endpoint,
        }
        return json.dumps(shown, indent=2)


def _name_below(file: Any, root: Any) -> str:
    if not os.path.isfile(file):
        raise UserErrorException(f"{file!r} cannot be uploaded: there is no such file.")
    if root is None:
        return str(os.path.basename(file))
    name = os.path.relpath(file, root).replace(os.sep, "/")
    if name.startswith("../"):
        raise UserErrorException(
            f"{file!r} cannot be uploaded: it is not below relative_root, which is {root!r}."
        )
    return str(name)


class AzureBlobDatastore(AbstractAzureStorageDatastore):
    """A container of blobs: here a folder."""

    def __init__(
        self,
        workspace: Any,
        name: Any,
        container_name: Any,
        account_name: Any,
        sas_token: Any = None,
        account_key: Any = None,
        protocol: Any = None,
        endpoint: Any = None,
        request_session: Any = None,
        workspace_msi_has_access: Any = False,
        subscription_id: Any = None,
        resource_group: Any = None,
        service_data_access_auth_identity: Any = None,
    ) -> None:
        super().__init__(
            workspace,
            name,
            "AzureBlob",
            container_name,
            account_name,
            sas_token,
            account_key,
            protocol,
            endpoint,
        )
        self.subscription_id = subscription_id
        self.resource_group = resource_group

    @property
    def blob_service(self) -> Any:
        """The client of Azure's storage: there to be asked for, loud when it is used."""
        return LoudObject(
            "azureml.data.azure_storage_datastore.AzureBlobDatastore.blob_service", _NO_CLIENT
        )


class AzureFileDatastore(AbstractAzureStorageDatastore):
    """A file share: here a folder."""

    def __init__(
        self,
        workspace: Any,
        name: Any,
        container_name: Any,
        account_name: Any,
        sas_token: Any = None,
        account_key: Any = None,
        protocol: Any = None,
        endpoint: Any = "core.windows.net",
        request_session: Any = None,
    ) -> None:
        super().__init__(
            workspace,
            name,
            "AzureFile",
            container_name,
            account_name,
            sas_token,
            account_key,
            protocol,
            endpoint,
        )

    @property
    def file_service(self) -> Any:
        """The client of Azure's storage: there to be asked for, loud when it is used."""
        return LoudObject(
            "azureml.data.azure_storage_datastore.AzureFileDatastore.file_service", _NO_CLIENT
        )


__getattr__ = _placeholders.lacking(__name__)
