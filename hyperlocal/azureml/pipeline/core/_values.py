"""Values: what stands for pipeline data and parameters once a pipeline is submitted."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from hyperlocal.azureml._class_names import is_instance
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.azureml.pipeline.core._places import Place
from hyperlocal.azureml.pipeline.core.builder import PipelineData
from hyperlocal.azureml.pipeline.core.graph import (
    InputPortBinding,
    OutputPortBinding,
    PipelineDataset,
    PipelineParameter,
    is_parameter_value,
)
from hyperlocal.azureml.pipeline.core.pipeline_output_dataset import PipelineOutputAbstractDataset

__all__ = [
    "Values",
    "input_name_of",
    "is_dataset_input",
    "is_dataset_output",
    "key_of",
    "source_of",
]

_DATASET_OUTPUTS = ("OutputFileDatasetConfig", "OutputTabularDatasetConfig")


def is_dataset_output(data: Any) -> bool:
    """Tell whether it is an `OutputFileDatasetConfig` or the like."""
    return is_instance(data, *_DATASET_OUTPUTS)


def source_of(data: Any) -> Any:
    """Return the output of a step that `data` is, binds or wraps; None if it is none."""
    if isinstance(data, (PipelineData, OutputPortBinding)) or is_dataset_output(data):
        return data
    if isinstance(data, InputPortBinding):
        return source_of(data.bind_object)
    if isinstance(data, PipelineOutputAbstractDataset):
        return source_of(data._pipeline_data)
    if is_instance(data, "DatasetConsumptionConfig"):
        return source_of(getattr(data, "dataset", None))
    return None


def key_of(data: Any) -> object:
    """Return what is the same for an output of a step in all its forms; None if it is none.

    The methods of dataset outputs (`as_upload`, `read_delimited_files`, ...) return copies.
    """
    source = source_of(data)
    if source is None:
        return None
    if is_dataset_output(source):
        origin = getattr(source, "_origin", None)
        return ("output", source.name if origin is None else id(origin))
    return id(source)


def is_dataset_input(data: Any) -> bool:
    """Tell whether scripts find it, made by another step, among their input datasets."""
    is_dataset = isinstance(data, PipelineOutputAbstractDataset)
    return is_dataset or is_dataset_output(source_of(data))


def input_name_of(data: Any) -> str:
    """Return the name under which an input's script asks for it."""
    is_dataset = isinstance(data, PipelineOutputAbstractDataset)
    return str(data.input_name if is_dataset else data.name)


class Values:
    """The values of one submission.

    Attributes:
        parameters: The value of each parameter that the pipeline has.
        datasets: What datasets are that earlier steps write, by the ids that they have.
    """

    def __init__(self, steps: list[Any], given: Mapping[str, Any]) -> None:
        self.parameters: dict[str, Any] = {}
        self.datasets: dict[str, str] = {}
        self._places: dict[object, Place] = {}
        for step in steps:
            for parameter in step._parameters():
                self.parameters[parameter.name] = parameter.default_value
        unknown = [name for name in given if name not in self.parameters]
        if unknown:
            known = ", ".join(map(repr, self.parameters)) or "none"
            raise UserErrorException(
                f"pipeline_parameters has {unknown[0]!r}, but the pipeline's parameters are: "
                f"{known}."
            )
        for name, value in given.items():
            if not is_parameter_value(value) and value is not None:
                raise UserErrorException(
                    f"pipeline_parameters: {name!r} is {value!r}, which cannot be the value of a "
                    "parameter."
                )
            self.parameters[name] = value

    def place(self, data: Any, place: Place) -> None:
        """Tell where an output of a step is."""
        self._places[key_of(data)] = place

    def place_of(self, data: Any) -> Place | None:
        """Return where something is that a step has as an output; None if it is none."""
        return self._places.get(key_of(data))

    def resolve(self, value: Any) -> Any:
        """Return what stands for a value: a path, a parameter's value, or the value itself."""
        if isinstance(value, PipelineParameter):
            return self.resolve(self.parameters[value.name])
        if isinstance(value, tuple) and len(value) == 2:
            return self._bound(*value)  # a parameter that is a data path, and how it is bound
        place = self.place_of(value)
        if place is not None:
            return self._dataset_of(value, place) or place.path
        if isinstance(value, InputPortBinding):
            return self.resolve(value.bind_object)
        if isinstance(value, PipelineDataset):
            return _named(self.resolve(value.dataset), value.name)
        if is_instance(value, "DatasetConsumptionConfig") and isinstance(
            value.dataset, PipelineParameter
        ):
            chosen = copy.copy(value)
            chosen.dataset = self.resolve(value.dataset)
            return chosen
        return value

    def _bound(self, value: Any, binding: Any) -> Any:
        found = self.resolve(value)
        if is_instance(found, "DataPath"):
            return found.create_data_reference(datapath_compute_binding=binding)
        return found

    def _dataset_of(self, data: Any, place: Place) -> Any:
        """Return an input whose dataset is what an earlier step writes; None if it is a path."""
        definition = _definition_at(place, data)
        if definition is None:
            return None
        from hyperlocal.azureml.data._kinds import dataset_of
        from hyperlocal.azureml.data.dataset_consumption_config import DatasetConsumptionConfig
        from hyperlocal.services.data.registry import Registration

        self.datasets[definition.id] = json.dumps(definition.plain())
        return DatasetConsumptionConfig(
            input_name_of(data), dataset_of(Registration(definition)), "direct"
        )


def _definition_at(place: Place, data: Any) -> Any:
    """Return the dataset that the script of an input gets; None if it gets the path."""
    if isinstance(data, PipelineOutputAbstractDataset):
        return data._definition(place.path_on_datastore, place.datastore_name)
    output = source_of(data)
    if not is_instance(data, "DatasetConsumptionConfig") or not is_dataset_output(output):
        return None
    if not output._reader and data.mode != "direct":
        return None
    from hyperlocal.services.data.definitions import Definition, Source

    inside = output._glob().removeprefix(output._inside())
    source = Source(place.path_on_datastore + inside, place.datastore_name)
    kind = "tabular" if output._reader else "file"
    return Definition(kind, (source,), output._reader, output._steps)


def _named(dataset: Any, name: Any) -> Any:
    """Return a dataset as a named input, where it can be one."""
    return dataset.as_named_input(name) if name and hasattr(dataset, "as_named_input") else dataset
