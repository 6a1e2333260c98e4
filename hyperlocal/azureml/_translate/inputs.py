"""Inputs: the data that an estimator names, as its run configuration has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hyperlocal.azureml.exceptions import UserErrorException

__all__ = ["attach_inputs"]


def attach_inputs(config: Any, inputs: Iterable[Any]) -> None:
    """Write down in a run configuration which data its run is given.

    Told by the names of their classes, so that what has no data loads no classes of data.

    Args:
        config: The RunConfiguration.
        inputs: Data references, datastores, and datasets as named inputs.

    Raises:
        UserErrorException: Something that cannot be an input.
    """
    for given in inputs:
        kinds = {each.__name__ for each in type(given).__mro__}
        if "DataReference" in kinds:
            config.data_references[given.data_reference_name] = given.to_config()
        elif "AbstractDatastore" in kinds:
            reference = given.as_mount()
            config.data_references[reference.data_reference_name] = reference.to_config()
        elif "DatasetConsumptionConfig" in kinds:
            config.data[given.name] = given
        else:
            raise UserErrorException(
                f"{given!r} cannot be an input of an estimator. Give a dataset with "
                "dataset.as_named_input('name'), or a data reference with datastore.as_mount()."
            )
