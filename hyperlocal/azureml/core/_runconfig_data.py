"""Settings of a run configuration about data."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml.core._element import Element

__all__ = ["Data", "DataLocation", "DataReferenceConfiguration", "Dataset"]


class DataReferenceConfiguration(Element):
    """A path in a datastore, by the datastore's name, and how a trial gets to see it."""

    def __init__(
        self,
        datastore_name: Any = None,
        mode: Any = "mount",
        path_on_datastore: Any = None,
        path_on_compute: Any = None,
        overwrite: Any = False,
    ) -> None:
        self.data_store_name = datastore_name
        self.path_on_data_store = path_on_datastore
        self.path_on_compute = path_on_compute
        self.mode = mode
        self.overwrite = overwrite
        self._seal()


class Dataset(Element):
    """A registered or saved dataset, by name and version or by id."""

    def __init__(
        self, dataset_id: Any = None, dataset_name: Any = None, dataset_version: Any = None
    ) -> None:
        self.id = dataset_id
        self.name = dataset_name
        self.version = dataset_version
        self._seal()


class DataLocation(Element):
    """Where the data of an input is; only a dataset is emulated."""

    def __init__(self, dataset: Any = None, data_path: Any = None, uri: Any = None) -> None:
        self.dataset = dataset
        self.data_path = data_path
        self.uri = uri
        self._seal()


class Data(Element):
    """An input of a run.

    Args:
        data_location: Where its data is.
        create_output_directories: Has no effect on inputs.
        mechanism: `direct`, `mount` or `download`.
        environment_variable_name: The variable that tells the script; by default the input's name.
        path_on_compute: Where, in its working directory, the trial finds it.
        overwrite: Replace what is there.
        options: Kept and shown back.
    """

    def __init__(
        self,
        data_location: Any = None,
        create_output_directories: Any = None,
        mechanism: Any = "direct",
        environment_variable_name: Any = None,
        path_on_compute: Any = None,
        overwrite: Any = False,
        options: Any = None,
    ) -> None:
        self.data_location = data_location
        self.create_output_directories = create_output_directories
        self.mechanism = mechanism
        self.environment_variable_name = environment_variable_name
        self.path_on_compute = path_on_compute
        self.overwrite = overwrite
        self.options = options
        self._seal()

    @staticmethod
    def create(data: Any) -> Data:
        """Return an input as a setting of a run configuration: of a `DatasetConsumptionConfig`."""
        dataset = Dataset(data.dataset._save(), data.dataset.name, data.dataset.version)
        return Data(
            DataLocation(dataset),
            mechanism=data.mode,
            environment_variable_name=data.name,
            path_on_compute=data.path_on_compute,
        )
