"""Datastores: what all kinds of them have in common."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors

if TYPE_CHECKING:
    from hyperlocal.azureml.data.data_reference import DataReference

__all__ = ["AbstractDatastore"]


class AbstractDatastore(_placeholders.Emulated):
    """A place where data is kept: here the folder `<home>/data/datastores/<name>/`."""

    def __init__(self, workspace: Any, name: Any, datastore_type: Any) -> None:
        self._workspace = workspace
        self._name = name
        self._datastore_type = datastore_type

    @property
    def workspace(self) -> Any:
        """The workspace."""
        return self._workspace

    @workspace.setter
    def workspace(self, workspace: Any) -> None:
        self._workspace = workspace

    @property
    def name(self) -> Any:
        """The name."""
        return self._name

    @name.setter
    def name(self, name: Any) -> None:
        self._name = name

    @property
    def datastore_type(self) -> Any:
        """What it would be in the cloud, for instance `AzureBlob`."""
        return self._datastore_type

    @datastore_type.setter
    def datastore_type(self, datastore_type: Any) -> None:
        self._datastore_type = datastore_type

    @as_sdk_errors
    def set_as_default(self) -> None:
        """Make this the workspace's default datastore."""
        from hyperlocal.services.data.datastores import set_default

        set_default(self._name)

    def unregister(self) -> None:
        """Forget this datastore. Its files stay in its folder."""
        from hyperlocal.services.data.datastores import forget

        forget(self._name)

    def path(self, path: Any = None, data_reference_name: Any = None) -> DataReference:
        """Return a reference to a path in this datastore, or to all of it.

        Raises:
            UserErrorException: The path leads out of it.
        """
        from hyperlocal.azureml.data.data_reference import DataReference

        return DataReference(self).path(path, data_reference_name)

    def as_mount(self) -> DataReference:
        """Return a reference that a trial sees as this datastore's own folder."""
        return self.path().as_mount()

    def as_download(self, path_on_compute: Any = None) -> DataReference:
        """Return a reference that a trial sees as a copy of its own."""
        return self.path().as_download(path_on_compute)

    def as_upload(self, path_on_compute: Any = None) -> DataReference:
        """Return a reference to which a trial writes."""
        return self.path().as_upload(path_on_compute)

    @property
    def _folder(self) -> str:
        from hyperlocal.services.data.datastores import folder_of

        return folder_of(self._name)

    @as_sdk_errors
    def _place(self, path: Any) -> str:
        """Return where a path in this datastore is on this machine."""
        from hyperlocal.services.data.definitions import inner_path

        return os.path.join(self._folder, *inner_path(path).split("/"))


__getattr__ = _placeholders.lacking(__name__)
