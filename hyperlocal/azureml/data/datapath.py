"""Data paths: a path in a datastore, and apart from it how a trial gets to see it."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.core._ids import random_uuid
from hyperlocal.azureml.data._definition import inner_path
from hyperlocal.azureml.data.data_reference import DataReference

__all__ = ["DataPath", "DataPathComputeBinding", "DataReference"]


class DataPath(_placeholders.Emulated):
    """A path in a datastore.

    Raises:
        ValueError: There is no datastore.
    """

    def __init__(
        self, datastore: Any = None, path_on_datastore: Any = None, name: Any = None
    ) -> None:
        if datastore is None:
            raise ValueError(
                "DataPath needs a datastore, for instance ws.get_default_datastore()."
            )
        inner_path(path_on_datastore)
        self._datastore = datastore
        self._path_on_datastore = path_on_datastore
        self._name = name or f"{datastore.name}_{random_uuid()[:8]}"

    @property
    def datastore_name(self) -> Any:
        """The name of the datastore."""
        return self._datastore.name

    @property
    def path_on_datastore(self) -> Any:
        """The path in it."""
        return self._path_on_datastore

    def create_data_reference(
        self, data_reference_name: Any = None, datapath_compute_binding: Any = None
    ) -> DataReference:
        """Return a reference to this path.

        Raises:
            ValueError: There is no binding.
        """
        return DataReference.create(data_reference_name, self, datapath_compute_binding)

    @staticmethod
    def create_from_data_reference(data_reference: Any) -> DataPath:
        """Return the path of a reference."""
        return DataPath(data_reference.datastore, data_reference.path_on_datastore)


class DataPathComputeBinding(_placeholders.Emulated):
    """How trials get to see a path."""

    def __init__(
        self, mode: Any = "mount", path_on_compute: Any = None, overwrite: Any = False
    ) -> None:
        self._mode = mode
        self._path_on_compute = path_on_compute
        self._overwrite = overwrite

    def create_data_reference(
        self, data_reference_name: Any = None, datapath: Any = None
    ) -> DataReference:
        """Return a reference to a path.

        Raises:
            ValueError: There is no path.
        """
        return DataReference.create(data_reference_name, datapath, self)

    @staticmethod
    def create_from_data_reference(data_reference: Any) -> DataPathComputeBinding:
        """Return how a reference is seen."""
        return DataPathComputeBinding(
            data_reference.mode, data_reference.path_on_compute, data_reference.overwrite
        )


__getattr__ = _placeholders.lacking(__name__)
