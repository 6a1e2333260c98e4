"""Data paths: a path in a datastore, and apart from it how a trial gets to see it."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.data.data_reference import DataReference
from hyperlocal.services.data.definitions import inner_path
from hyperlocal.services.ids import random_uuid

__all__ = ["DataPath", "DataPathComputeBinding", "DataReference"]


class DataPath(_placeholders.Emulated):
    """A path in a datastore.

    Raises:
        ValueError: There is no datastore.
    """

    @as_sdk_errors
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
        _check("datapath_compute_binding", datapath_compute_binding, DataPathComputeBinding)
        return DataReference.create(data_reference_name, self, datapath_compute_binding)

    @staticmethod
    def create_from_data_reference(data_reference: Any) -> DataPath:
        """Return the path of a reference.

        Raises:
            ValueError: It is none.
        """
        _check("data_reference", data_reference, DataReference)
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
        _check("datapath", datapath, DataPath)
        return DataReference.create(data_reference_name, datapath, self)

    @staticmethod
    def create_from_data_reference(data_reference: Any) -> DataPathComputeBinding:
        """Return how a reference is seen.

        Raises:
            ValueError: It is none.
        """
        _check("data_reference", data_reference, DataReference)
        return DataPathComputeBinding(
            data_reference.mode, data_reference.path_on_compute, data_reference.overwrite
        )


def _check(argument: str, value: Any, kind: type) -> None:
    if not isinstance(value, kind):
        raise ValueError(f"{argument} is {value!r}, but must be a {kind.__name__}.")


__getattr__ = _placeholders.lacking(__name__)
