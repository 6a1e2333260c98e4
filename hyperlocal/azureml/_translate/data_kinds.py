"""Kinds of data that a run can be given, as one: an input dataset, a data reference, an output."""

from __future__ import annotations

import re
from typing import Any

from hyperlocal.azureml._class_names import class_among
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.errors import NotEmulatedError

__all__ = [
    "REFERENCE",
    "as_input",
    "from_data",
    "from_reference",
    "identity_of",
    "kind_of",
    "recorded",
    "references_in",
    "store_of",
]

REFERENCE = "AZUREML_DATAREFERENCE_"
_DATA = (
    "AbstractDatastore",
    "AbstractDataset",
    "DataPath",
    "DataReference",
    "DatasetConsumptionConfig",
    "OutputDatasetConfig",
)


def recorded(argument: Any) -> str | None:
    """Return what a run's record shows of an argument that is data; None if it is none."""
    kind = kind_of(argument)
    if kind is None:
        return None
    given = as_input(argument, kind)
    return str(given.arg_val if hasattr(given, "arg_val") else given)


def kind_of(value: Any) -> str | None:
    """Return what kind of data something is; None if it is none."""
    return class_among(value, _DATA)


def as_input(value: Any, kind: str) -> Any:
    """Return what stands for something that is not an input by itself.

    Raises:
        UserErrorException: Nothing does.
    """
    if kind == "AbstractDatastore":
        return value.as_mount()
    if kind == "DataPath":
        from hyperlocal.azureml.data.datapath import DataPathComputeBinding

        return value.create_data_reference(value._name, DataPathComputeBinding())
    if kind == "AbstractDataset":
        raise UserErrorException(
            f"A {type(value).__name__} cannot be an argument or an input of a run by itself. Give "
            "dataset.as_named_input('name'), of a file dataset also dataset.as_mount() or "
            "dataset.as_download()."
        )
    return value


def identity_of(value: Any) -> tuple[Any, ...]:
    """Return what tells a reference, an input or an output from another one of its name."""
    kind = kind_of(value)
    if kind == "DataReference":
        return value.datastore.name, value.path_on_datastore or "", value.mode
    if kind == "OutputDatasetConfig":
        return value._inside(), value.source
    definition = getattr(value.dataset, "_definition", None)
    return (getattr(definition, "id", value.dataset), value.mode)


def references_in(text: str) -> list[str]:
    """Return the names of the data references that a text speaks of."""
    return re.findall(rf"\${{?{REFERENCE}(\w+)", text)


def store_of(output: Any) -> Any:
    """Return the datastore that an output is written into."""
    output._inside()  # refuses a destination that is none
    if output.destination is not None:
        return output.destination[0]
    from hyperlocal.azureml.data._datastores import default

    return default(None)


@as_sdk_errors
def from_reference(name: str, reference: Any) -> Any:
    """Return a data reference of a RunConfiguration as the object that it came from."""
    if kind_of(reference) is not None:
        return as_input(reference, kind_of(reference) or "")
    from hyperlocal.azureml.data._datastores import find
    from hyperlocal.azureml.data.data_reference import DataReference

    return DataReference(
        find(None, reference.data_store_name),
        name,
        reference.path_on_data_store,
        reference.mode,
        reference.path_on_compute,
        reference.overwrite,
    )


def from_data(name: str, value: Any) -> Any:
    """Return an input of a RunConfiguration as a dataset that is consumed."""
    if kind_of(value) is not None:
        return value
    dataset = getattr(getattr(value, "data_location", None), "dataset", None)
    if dataset is None:
        raise NotEmulatedError(
            "azureml.core.RunConfiguration.data without a dataset",
            "Give dataset.as_named_input('name').",
        )
    from hyperlocal.azureml.data.abstract_dataset import AbstractDataset
    from hyperlocal.azureml.data.dataset_consumption_config import DatasetConsumptionConfig

    if dataset.name is None:
        found = AbstractDataset.get_by_id(None, dataset.id)
    else:  # first by name: the id may be that of a workspace in the cloud
        found = AbstractDataset.get_by_name(None, dataset.name, dataset.version)
    variable = value.environment_variable_name or name
    mode = str(value.mechanism).lower()
    return DatasetConsumptionConfig(variable, found, mode, value.path_on_compute)
