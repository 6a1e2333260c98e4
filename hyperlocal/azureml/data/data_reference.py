"""Data references: a path in a datastore, and how a trial gets to see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.services.data.definitions import inner_path
from hyperlocal.services.ids import random_uuid

if TYPE_CHECKING:
    from hyperlocal.azureml.core._runconfig_data import DataReferenceConfiguration

__all__ = ["DataReference"]

_HERE = ("/", ".", "./")  # all of a datastore
_MODES = ("mount", "download", "upload")


class DataReference(_placeholders.Emulated):
    """A path in a datastore, as an argument or an input of a run.

    As text it is the name of an environment variable with a dollar sign, which is what a run's
    record shows; the script gets a path.

    Args:
        datastore: The datastore.
        data_reference_name: A name for the variable; by default the datastore's for all of it,
            a new one for a path in it.
        path_on_datastore: The path; by default all of the datastore.
        mode: `mount`: the path itself; `download`: a copy of the trial's own; `upload`: the path
            itself, to be written to.
        path_on_compute: Where, in its working directory, the trial finds it.
        overwrite: Replace what is there.
    """

    @as_sdk_errors
    def __init__(
        self,
        datastore: Any,
        data_reference_name: Any = None,
        path_on_datastore: Any = None,
        mode: Any = "mount",
        path_on_compute: Any = None,
        overwrite: Any = False,
    ) -> None:
        if mode not in _MODES:
            raise UserErrorException(
                f"DataReference: mode is {mode!r}, but must be 'mount', 'download' or 'upload'."
            )
        inner_path(path_on_datastore)
        self.datastore = datastore
        self.data_reference_name = data_reference_name or _default_name(
            datastore, path_on_datastore
        )
        self.path_on_datastore = path_on_datastore
        self.mode = mode
        self.path_on_compute = path_on_compute
        self.overwrite = overwrite

    @staticmethod
    def create(
        data_reference_name: Any = None,
        datapath: Any = None,
        datapath_compute_binding: Any = None,
    ) -> DataReference:
        """Return a reference to a `DataPath`, in the way that a binding says.

        Raises:
            ValueError: One of the two is missing.
        """
        if datapath is None or datapath_compute_binding is None:
            raise ValueError("DataReference.create needs datapath and datapath_compute_binding.")
        return DataReference(
            datapath._datastore,
            data_reference_name,
            datapath.path_on_datastore,
            datapath_compute_binding._mode,
            datapath_compute_binding._path_on_compute,
            datapath_compute_binding._overwrite,
        )

    def path(self, path: Any = None, data_reference_name: Any = None) -> DataReference:
        """Return a reference to a path below this one, under a name of its own, as a mount."""
        if _is_whole(path):
            if not data_reference_name:
                return self
            return DataReference(self.datastore, data_reference_name)
        above = None if _is_whole(self.path_on_datastore) else self.path_on_datastore
        below = f"{above}/{path}" if above else path
        return DataReference(self.datastore, data_reference_name, below)

    def as_mount(self) -> DataReference:
        """Return this reference, to be seen by trials as the path itself."""
        return self._in_mode("mount", self.path_on_compute, self.overwrite)

    def as_download(self, path_on_compute: Any = None, overwrite: Any = False) -> DataReference:
        """Return this reference, to be copied for each trial."""
        return self._in_mode("download", path_on_compute, overwrite)

    def as_upload(self, path_on_compute: Any = None, overwrite: Any = False) -> DataReference:
        """Return this reference, to be written to."""
        return self._in_mode("upload", path_on_compute, overwrite)

    def _in_mode(self, mode: str, path_on_compute: Any, overwrite: Any) -> DataReference:
        return DataReference(
            self.datastore,
            self.data_reference_name,
            self.path_on_datastore,
            mode,
            path_on_compute,
            overwrite or self.overwrite,
        )

    def to_config(self) -> DataReferenceConfiguration:
        """Return this as a setting of a run configuration."""
        from hyperlocal.azureml.core._runconfig_data import DataReferenceConfiguration

        return DataReferenceConfiguration(
            self.datastore.name,
            self.mode,
            _inside(self.path_on_datastore),
            _inside(self.path_on_compute),
            self.overwrite,
        )

    def __str__(self) -> str:
        return f"$AZUREML_DATAREFERENCE_{self.data_reference_name}"

    def __repr__(self) -> str:
        return str(self)


def _is_whole(path: Any) -> bool:
    return not path or path in _HERE


def _inside(path: Any) -> Any:
    return None if path in _HERE else path


def _default_name(datastore: Any, path: Any) -> Any:
    return datastore.name if _is_whole(path) else random_uuid().replace("-", "")


__getattr__ = _placeholders.lacking(__name__)
