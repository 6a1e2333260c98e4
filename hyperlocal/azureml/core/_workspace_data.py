"""What a workspace keeps of data: datastores and datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core._registry_mapping import StrictMapping
from hyperlocal.azureml.core._workspace_base import _WorkspaceBase

if TYPE_CHECKING:
    from hyperlocal.azureml.data.abstract_datastore import AbstractDatastore

__all__ = ["_WorkspaceData"]


class _WorkspaceData(_WorkspaceBase):
    """The part of a workspace that finds data."""

    @property
    def datasets(self) -> StrictMapping[Any]:
        """The latest version of each registered dataset, by name."""
        from hyperlocal.azureml.data._kinds import registered_datasets

        return registered_datasets()

    @property
    def datastores(self) -> StrictMapping[AbstractDatastore]:
        """The datastores, by name."""
        from hyperlocal.azureml.data._datastores import known

        advice = "Register it with Datastore.register_azure_blob_container."
        return StrictMapping(known(self), "datastore", advice)

    def get_default_datastore(self) -> AbstractDatastore:
        """Return the default datastore: `workspaceblobstore`, unless another one was chosen."""
        from hyperlocal.azureml.data._datastores import default

        return default(self)

    @as_sdk_errors
    def set_default_datastore(self, name: Any) -> None:
        """Make a datastore the default one.

        Raises:
            UserErrorException: There is none of this name.
        """
        from hyperlocal.services.data.datastores import set_default

        set_default(name)
