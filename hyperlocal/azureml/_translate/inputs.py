"""Inputs: the data that an estimator names, as its run configuration has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hyperlocal.azureml._class_names import is_instance
from hyperlocal.azureml.exceptions import UserErrorException

__all__ = ["attach_inputs"]


def attach_inputs(config: Any, inputs: Iterable[Any]) -> None:
    """Write down in a run configuration which data its run is given.

    Args:
        config: The RunConfiguration. Data among its arguments are written down too.
        inputs: Data references, datastores, and datasets as named inputs.

    Raises:
        UserErrorException: Something that cannot be an input.
    """
    for given in inputs:
        if not _attach(config, given):
            raise UserErrorException(
                f"{given!r} cannot be an input of an estimator. Give a dataset with "
                "dataset.as_named_input('name'), or a data reference with datastore.as_mount()."
            )
    config.arguments = [_named(config, argument) for argument in config.arguments]


def _named(config: Any, argument: Any) -> Any:
    """Attach an argument if it is data; a datastore stands for a reference to all of it."""
    if is_instance(argument, "AbstractDatastore"):
        argument = argument.as_mount()
    _attach(config, argument)
    return argument


def _attach(config: Any, given: Any) -> bool:
    """Write one input down; False if it is none."""
    if is_instance(given, "AbstractDatastore"):
        given = given.as_mount()
    if is_instance(given, "DataReference"):
        config.data_references[given.data_reference_name] = given.to_config()
    elif is_instance(given, "DatasetConsumptionConfig"):
        config.data[given.name] = given
    else:
        return False
    return True
