"""Data of a step: which inputs, outputs and arguments it can have, as the SDK checks them.

Data is told by the names of its classes: a pipeline without datasets loads no classes of data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hyperlocal.azureml._class_names import is_instance, own_class
from hyperlocal.azureml.pipeline.core.graph import PipelineParameter

__all__ = [
    "adopted",
    "check_arguments",
    "check_parameters",
    "checked_inputs",
    "checked_outputs",
]

_DATASETS = ("FileDataset", "TabularDataset")
_DATASET_OUTPUTS = ("OutputFileDatasetConfig", "OutputTabularDatasetConfig")
_PIPELINE_DATASETS = ("PipelineOutputFileDataset", "PipelineOutputTabularDataset")
_NAMED_INPUTS = ("DatasetConsumptionConfig", *_PIPELINE_DATASETS)
_INPUTS = (
    "DataReference",
    "InputPortBinding",
    "PipelineData",
    "PipelineDataset",
    "PortDataReference",
    "tuple",
    *_NAMED_INPUTS,
    *_DATASET_OUTPUTS,
)
_OUTPUTS = ("OutputPortBinding", "PipelineData", *_PIPELINE_DATASETS, *_DATASET_OUTPUTS)
_MUST_BE_DECLARED = ("DataReference", "InputPortBinding", "OutputPortBinding", "PipelineData")
_REMEDIES = {
    "input": "Give a dataset (of a local folder: Dataset.File.from_files(folder).as_mount()), a "
    "data reference (datastore.path(...).as_mount()), or the output of another step.",
    "output": "Give a PipelineData or an OutputFileDatasetConfig.",
}


def checked_inputs(step: Any, given: Any) -> list[Any]:
    """Return a step's inputs as a list of its own.

    Raises:
        ValueError: One cannot be, or two have the same name.
        TypeError: They are no list.
    """
    inputs = _checked(step, "input", given, _INPUTS)
    # A table that another step writes is an input in its form for readers.
    return [
        data.as_input() if is_instance(data, "OutputTabularDatasetConfig") else data
        for data in inputs
    ]


def checked_outputs(step: Any, given: Any) -> list[Any]:
    """Return a step's outputs as a list of its own.

    Raises:
        ValueError: One cannot be, or two have the same name.
        TypeError: They are no list.
    """
    return _checked(step, "output", given, _OUTPUTS)


def _checked(step: Any, what: str, given: Any, allowed: tuple[str, ...]) -> list[Any]:
    if not given:
        return []
    if not isinstance(given, (list, tuple, str)):
        raise TypeError(f"Step {step!r}: {what}s is {given!r}, but must be a list.")
    names: set[Any] = set()
    for data in given:
        if not is_instance(data, *allowed):
            raise ValueError(
                f"Step {step!r}: {data!r} cannot be an {what} of a step. {_REMEDIES[what]}"
            )
        name = _name_of(data)
        if name is not None and name in names:
            raise ValueError(f"Step {step!r}: two {what}s have the name {name!r}.")
        names.add(name)
    return list(given)


def _name_of(data: Any) -> Any:
    """Return the name that no other input, or output, of a step can have."""
    if is_instance(data, "DataReference"):
        return data.data_reference_name
    if is_instance(data, *_PIPELINE_DATASETS):
        return data.input_name
    if is_instance(data, "DatasetConsumptionConfig"):
        # What another step writes has a new name in the SDK each time it is made an input.
        is_made_up = (
            is_instance(data.dataset, *_DATASET_OUTPUTS) and data.name == data.dataset.name
        )
        return None if is_made_up else data.name
    if is_instance(data, "InputPortBinding", "OutputPortBinding", "PipelineData"):
        return data.name
    return None


def check_arguments(step: Any, arguments: Any, inputs: list[Any], outputs: list[Any]) -> None:
    """Check the data among a step's arguments.

    Raises:
        ValueError: Something is data, but neither an input nor an output, or cannot be given.
    """
    declared = [_inner(data) for data in (*inputs, *outputs)]
    for argument in arguments:
        if is_instance(argument, *_DATASETS):
            raise ValueError(
                f"Step {step!r}: a {type(argument).__name__} cannot be an argument by itself. "
                "Give dataset.as_named_input('name'), of files also dataset.as_mount()."
            )
        if isinstance(argument, tuple):
            _check_bound(step, argument, inputs)
        elif is_instance(argument, *_MUST_BE_DECLARED):
            inner = _inner(argument)
            if not any(each is inner for each in declared) and not _is_same(argument, inputs):
                raise ValueError(
                    f"Step {step!r}: {_name_of(argument)!r} is among the arguments, but neither "
                    "among the inputs nor the outputs. Add it to one of them."
                )


def _is_same(argument: Any, inputs: list[Any]) -> bool:
    """Tell whether a reference is among the inputs, if as another object."""
    return is_instance(argument, "DataReference") and any(
        is_instance(data, "DataReference") and _name_of(data) == _name_of(argument)
        for data in inputs
    )


def _check_bound(step: Any, argument: tuple[Any, ...], inputs: list[Any]) -> None:
    """Check a tuple: a parameter that is a data path, and how it is bound."""
    if len(argument) != 2 or not is_instance(argument[0], "PipelineParameter", "DataPath"):
        raise ValueError(
            f"Step {step!r}: the tuple {argument!r} cannot be an argument. Give the values one by "
            "one, or a pair of a PipelineParameter that is a DataPath and a "
            "DataPathComputeBinding."
        )
    bound = [data[0] for data in inputs if isinstance(data, tuple) and data]
    if not any(each is argument[0] for each in bound):
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
        if is_instance(argument, *_NAMED_INPUTS):
            known = any(data is argument for data in (*inputs, *outputs))
            if not known and not any(_is_input(data, argument) for data in inputs):
                yield inputs, argument
        elif is_instance(argument, *_DATASET_OUTPUTS):
            is_input = any(getattr(data, "dataset", data) is argument for data in inputs)
            if not is_input and all(data is not argument for data in outputs):
                yield outputs, argument


def _is_input(data: Any, argument: Any) -> bool:
    """Tell whether an input is the same, under the same name, as one among the arguments."""
    if own_class(data) != own_class(argument):
        return False
    if is_instance(argument, *_PIPELINE_DATASETS):
        return data.input_name == argument.input_name and _inner(data) is _inner(argument)
    return bool(data.name == argument.name and data.dataset is argument.dataset)


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
