"""Data of a step: which inputs, outputs and arguments it can have, as the SDK checks them.

Data is told by the names of its classes: a pipeline without datasets loads no classes of data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from hyperlocal.azureml._class_names import is_instance
from hyperlocal.azureml.pipeline.core.graph import PipelineParameter

__all__ = [
    "adopted",
    "as_list",
    "check_arguments",
    "check_names",
    "check_parameters",
    "checked_inputs",
    "checked_outputs",
    "for_readers",
    "listed_arguments",
]

_DATASETS = ("FileDataset", "TabularDataset")
_DATASET_OUTPUTS = ("OutputFileDatasetConfig", "OutputTabularDatasetConfig")
_PIPELINE_DATASETS = ("PipelineOutputFileDataset", "PipelineOutputTabularDataset")
_NAMED_INPUTS = ("DatasetConsumptionConfig", "PipelineDataset", *_PIPELINE_DATASETS)
_INPUTS = (
    "DataReference",
    "InputPortBinding",
    "PipelineData",
    "PortDataReference",
    "tuple",
    *_NAMED_INPUTS,
    *_DATASET_OUTPUTS,
)
_OUTPUTS = ("OutputPortBinding", "PipelineData", *_PIPELINE_DATASETS, *_DATASET_OUTPUTS)
_MUST_BE_DECLARED = (
    "DataReference",
    "InputPortBinding",
    "OutputPortBinding",
    "PipelineData",
    "PortDataReference",
)
_REMEDIES = {
    "input": "Give a dataset (of a local folder: Dataset.File.from_files(folder).as_mount()), a "
    "data reference (datastore.path(...).as_mount()), or the output of another step.",
    "output": "Give a PipelineData or an OutputFileDatasetConfig.",
}


def as_list(step: Any, what: str, given: Any) -> list[Any]:
    """Return what a step is given as a list of its own.

    Raises:
        TypeError: It is no list, and nothing that the SDK takes for one.
    """
    if given is None or (isinstance(given, (dict, set)) and not given):
        return []
    if not isinstance(given, Sequence):
        raise TypeError(f"Step {step!r}: {what} is {given!r}, but must be a list.")
    return list(given)


def listed_arguments(step: Any, given: Any) -> list[Any]:
    """Return the arguments of a step's script as a list of its own.

    Raises:
        TypeError: They are no list.
        ValueError: They are one text, of which the SDK takes each letter for an argument.
    """
    if isinstance(given, (str, bytes)) and given:
        raise ValueError(
            f"Step {step!r}: arguments is the text {given!r}, but must be a list, such as "
            f"{str(given).split()!r}."
        )
    arguments = as_list(step, "arguments", given)
    for argument in arguments:
        if isinstance(argument, tuple):
            _check_pair(step, argument)
    return arguments


def checked_inputs(step: Any, given: Any) -> list[Any]:
    """Return a step's inputs as a list of its own.

    Raises:
        ValueError: One cannot be.
        TypeError: They are no list.
    """
    inputs = _checked(step, "input", given, _INPUTS)
    for data in inputs:
        if isinstance(data, tuple):
            _check_pair(step, data)
    return inputs


def for_readers(inputs: list[Any]) -> list[Any]:
    """Return inputs with tables that another step writes in their form for readers."""
    return [
        data.as_input() if is_instance(data, "OutputTabularDatasetConfig") else data
        for data in inputs
    ]


def checked_outputs(step: Any, given: Any) -> list[Any]:
    """Return a step's outputs as a list of its own.

    Raises:
        ValueError: One cannot be.
        TypeError: They are no list.
    """
    return _checked(step, "output", given, _OUTPUTS)


def _checked(step: Any, what: str, given: Any, allowed: tuple[str, ...]) -> list[Any]:
    listed = as_list(step, f"{what}s", given)
    for data in listed:
        if not is_instance(data, *allowed):
            raise ValueError(
                f"Step {step!r}: {data!r} cannot be an {what} of a step. {_REMEDIES[what]}"
            )
    return listed


def check_names(step: Any, inputs: list[Any], outputs: list[Any], may_share: bool) -> None:
    """Check the names that a step has for its data.

    Args:
        step: The step's name.
        inputs: All that it reads.
        outputs: All that it writes.
        may_share: Whether an input and an output can have the same name.

    Raises:
        ValueError: A name has other characters, or two have the same.
    """
    read = _names(step, "input", map(_input_name, inputs))
    written = _names(step, "output", map(_output_name, outputs))
    shared = read & written
    if shared and not may_share:
        raise ValueError(
            f"Step {step!r}: an input and an output have the name {min(shared)!r}. Give one of "
            "them another name, for instance data.as_input('name')."
        )


def _names(step: Any, what: str, names: Iterable[Any]) -> set[Any]:
    known: set[Any] = set()
    for name in names:
        if name is None:
            continue
        if not isinstance(name, str) or not re.fullmatch(r"\w*", name):
            raise ValueError(
                f"Step {step!r}: {name!r} cannot be the name of an {what}: use letters, digits "
                "and underscores."
            )
        if name in known:
            raise ValueError(f"Step {step!r}: two {what}s have the name {name!r}.")
        known.add(name)
    return known


def _input_name(data: Any) -> Any:
    """Return the name that no other input can have; None if it is made up for each."""
    if isinstance(data, tuple):
        bound: Any = getattr(data[0], "default_value", data[0])
        return bound._name
    if is_instance(data, "DataReference"):
        return data.data_reference_name
    if is_instance(data, *_PIPELINE_DATASETS):
        return data.input_name
    if is_instance(data, *_DATASET_OUTPUTS):
        return None
    if is_instance(data, "DatasetConsumptionConfig"):
        # What another step writes has a new name in the SDK each time it is made an input.
        is_made_up = (
            is_instance(data.dataset, *_DATASET_OUTPUTS) and data.name == data.dataset.name
        )
        return None if is_made_up else data.name
    return data.name


def _output_name(data: Any) -> Any:
    if is_instance(data, *_DATASET_OUTPUTS):
        return data.name
    return _inner(data)._output_name


def check_arguments(step: Any, arguments: Any, inputs: list[Any], outputs: list[Any]) -> None:
    """Check the data among a step's arguments.

    Raises:
        ValueError: Something is data, but neither an input nor an output, or cannot be given.
    """
    for argument in arguments:
        if is_instance(argument, *_DATASETS):
            raise ValueError(
                f"Step {step!r}: a {type(argument).__name__} cannot be an argument by itself. "
                "Give dataset.as_named_input('name'), of files also dataset.as_mount()."
            )
        if isinstance(argument, tuple):
            _check_bound(step, argument, inputs)
        elif is_instance(argument, *_MUST_BE_DECLARED):
            _check_declared(step, argument, inputs, outputs)


def _check_declared(step: Any, argument: Any, inputs: list[Any], outputs: list[Any]) -> None:
    is_input = is_instance(argument, "InputPortBinding")
    if is_instance(argument, "OutputPortBinding"):
        places = outputs
    elif is_input:
        places = inputs
    else:
        bound = [_inner(data) for data in inputs if is_instance(data, "InputPortBinding")]
        is_made = is_instance(argument, "PipelineData")
        places = [*inputs, *bound, *(outputs if is_made else ())]
    is_known = _is_among(argument, places)
    if not is_known and not (is_input and _is_among(argument.bind_object, places)):
        name = getattr(argument, "data_reference_name", None) or argument.name
        raise ValueError(
            f"Step {step!r}: {name!r} is among the arguments, but neither among the inputs nor "
            "the outputs. Add this very object to one of them."
        )


def _is_among(data: Any, members: Iterable[Any]) -> bool:
    return any(member is data for member in members)


def _check_pair(step: Any, pair: tuple[Any, ...]) -> None:
    """Check a tuple: a data path, or a parameter that is one, and how it is bound."""
    is_pair = len(pair) == 2 and is_instance(pair[1], "DataPathComputeBinding")
    if not is_pair or not is_instance(getattr(pair[0], "default_value", pair[0]), "DataPath"):
        raise ValueError(
            f"Step {step!r}: the tuple {pair!r} cannot be an argument or an input. Give the "
            "values one by one, or a pair of a DataPath, or of a PipelineParameter that is one, "
            "and a DataPathComputeBinding."
        )


def _check_bound(step: Any, argument: tuple[Any, ...], inputs: list[Any]) -> None:
    if not any(data == argument for data in inputs if isinstance(data, tuple)):
        raise ValueError(
            f"Step {step!r}: the data path {getattr(argument[0], 'name', argument[0])!r} is among "
            "the arguments, but not among the inputs. Add the same pair to inputs."
        )


def adopted(
    arguments: Any, inputs: list[Any], outputs: list[Any]
) -> Iterator[tuple[list[Any], Any]]:
    """Yield what among the arguments is an input or an output without being declared.

    That are named inputs, and dataset outputs that are no inputs, each with the list to join.
    """
    for argument in arguments:
        if _is_among(argument, (*inputs, *outputs)):
            continue
        if is_instance(argument, *_NAMED_INPUTS):
            yield inputs, argument
        elif is_instance(argument, *_DATASET_OUTPUTS):
            yield outputs, argument


def _inner(data: Any) -> Any:
    """Return the data that an input is a binding of, or that a dataset is made of."""
    if is_instance(data, "InputPortBinding"):
        return data.bind_object
    return getattr(data, "_pipeline_data", data)


def check_parameters(step: Any, arguments: Any, named: Iterable[Any] = ()) -> None:
    """Check that a name stands for one parameter.

    Args:
        step: The step's name.
        arguments: Its arguments.
        named: The names in its `params`.

    Raises:
        ValueError: Two parameters of a name have different values, or `params` has one, too.
    """
    found: dict[Any, Any] = {}
    for argument in arguments:
        if is_instance(argument, "DatasetConsumptionConfig"):
            argument = argument.dataset
        if not isinstance(argument, PipelineParameter):
            continue
        value = found.setdefault(argument.name, argument.default_value)
        if value is not argument.default_value and value != argument.default_value:
            raise ValueError(
                f"Step {step!r}: two pipeline parameters have the name {argument.name!r}, but the "
                f"values {value!r} and {argument.default_value!r}. Name one of them otherwise."
            )
    twice = [name for name in named if name in found]
    if twice:
        raise ValueError(
            f"Step {step!r}: the pipeline parameter {twice[0]!r} is among the arguments, and "
            "params has the same name. Leave out one of them."
        )
