"""Given: data that a run is given, as one object that knows what it is.

Whatever the SDK takes for data becomes a `Given` when a configuration is read, and stays one until
the run's launch says what its script gets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

from hyperlocal.azureml._class_names import class_among, is_instance
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.errors import NotEmulatedError

__all__ = [
    "REFERENCE",
    "Given",
    "Kind",
    "from_data",
    "from_reference",
    "given",
    "is_dataset",
    "references_in",
    "store_of",
]

REFERENCE = "AZUREML_DATAREFERENCE_"


class Kind(Enum):
    """What data is to a run."""

    REFERENCE = "DataReference"
    DATASET = "DatasetConsumptionConfig"
    OUTPUT = "OutputDatasetConfig"


_DATA = ("AbstractDatastore", "AbstractDataset", "DataPath", *(kind.value for kind in Kind))


@dataclass(frozen=True, eq=False)
class Given:
    """Data that a run is given.

    Attributes:
        kind: What it is to the run.
        data: The SDK's object: a data reference, a consumed dataset or an output.
    """

    kind: Kind
    data: Any

    @property
    def recorded(self) -> str:
        """What a run's record shows in its place among the arguments."""
        return str(self.data if self.kind is Kind.REFERENCE else self.data.arg_val)

    @property
    def identity(self) -> tuple[Any, ...]:
        """What tells it from another one of its name."""
        if self.kind is Kind.REFERENCE:
            reference = self.data
            return reference.datastore.name, reference.path_on_datastore or "", reference.mode
        if self.kind is Kind.OUTPUT:
            return self.data._inside(), self.data.source
        definition = getattr(self.data.dataset, "_definition", None)
        return getattr(definition, "id", self.data.dataset), self.data.mode


def given(value: Any) -> Given | None:
    """Return something as data that a run is given; None if it is no data.

    Raises:
        UserErrorException: It is a dataset that does not say how it is to be seen.
    """
    name = class_among(value, _DATA)
    if name == "AbstractDatastore":
        return Given(Kind.REFERENCE, value.as_mount())
    if name == "DataPath":
        from hyperlocal.azureml.data.datapath import DataPathComputeBinding

        reference = value.create_data_reference(value._name, DataPathComputeBinding())
        return Given(Kind.REFERENCE, reference)
    if name == "AbstractDataset":
        raise UserErrorException(
            f"A {type(value).__name__} cannot be an argument or an input of a run by itself. Give "
            "dataset.as_named_input('name'), of a file dataset also dataset.as_mount() or "
            "dataset.as_download()."
        )
    return None if name is None else Given(Kind(name), value)


def is_dataset(value: Any) -> bool:
    """Tell whether something is a dataset."""
    return is_instance(value, "AbstractDataset")


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
def from_reference(name: str, reference: Any) -> Given:
    """Return a data reference of a RunConfiguration as what it came from."""
    known = given(reference)
    if known is not None:
        return known
    from hyperlocal.azureml.data._datastores import find
    from hyperlocal.azureml.data.data_reference import DataReference

    made = DataReference(
        find(None, reference.data_store_name),
        name,
        reference.path_on_data_store,
        reference.mode,
        reference.path_on_compute,
        reference.overwrite,
    )
    return Given(Kind.REFERENCE, made)


def from_data(name: str, value: Any) -> Given:
    """Return an input of a RunConfiguration as a dataset that is consumed."""
    known = given(value)
    if known is not None:
        return known
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
    made = DatasetConsumptionConfig(variable, found, mode, value.path_on_compute)
    return Given(Kind.DATASET, made)
