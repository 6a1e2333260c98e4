"""What steps exchange: parameters, and bindings of data to a step's inputs and outputs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._class_names import is_instance
from hyperlocal.azureml._placeholders import Emulated
from hyperlocal.azureml.pipeline.core._bindings import InputPortBinding, OutputPortBinding

if TYPE_CHECKING:
    from hyperlocal.azureml.pipeline.core._places import Place

__all__ = [
    "InputPortBinding",
    "OutputPortBinding",
    "PipelineDataset",
    "PipelineParameter",
    "PortDataReference",
    "TrainingOutput",
]

_DATA_VALUES = frozenset(
    {
        "DataPath",
        "DatasetConsumptionConfig",
        "FileDataset",
        "PipelineDataset",
        "TabularDataset",
    }
)

__getattr__ = _placeholders.lacking(__name__)


class PipelineParameter(Emulated):
    """A value that is chosen anew at each submission.

    Args:
        name: Its name in `pipeline_parameters`.
        default_value: A text, a number, a boolean, a data path or a dataset.

    Raises:
        ValueError: The default is of another type.
    """

    def __init__(self, name: Any, default_value: Any) -> None:
        self.name = name
        if not is_parameter_value(default_value):
            raise ValueError(
                f"PipelineParameter {name!r}: the default {default_value!r} is a "
                f"{type(default_value).__name__}, but must be a text, a number, a boolean, a "
                "DataPath or a dataset."
            )
        self.default_value = default_value

    def __str__(self) -> str:
        return f"PipelineParameter_Name:{self.name}_Default:{self.default_value}"


def is_parameter_value(value: Any) -> bool:
    """Tell whether a value can be that of a parameter."""
    return isinstance(value, (str, int, float)) or is_instance(value, *_DATA_VALUES)


class TrainingOutput(Emulated):
    """What a `PipelineData` holds of a step that trains: the metrics of all runs, or a model.

    Args:
        type: `Model` or `Metrics`.
        iteration: Of AutoML only.
        metric: Of AutoML only.
        model_file: Of the best run of a `HyperDriveStep` the file that is the model, for instance
            `outputs/model.pkl`.

    Raises:
        ValueError: The type is another one, or the arguments contradict each other.
    """

    def __init__(
        self, type: Any, iteration: Any = None, metric: Any = None, model_file: Any = None
    ) -> None:
        if str(type).lower() not in ("model", "metrics"):
            raise ValueError(
                f"TrainingOutput: type is {type!r}, but must be 'Model' or 'Metrics'."
            )
        is_model = str(type).lower() == "model"
        if is_model and iteration and metric:
            raise ValueError("TrainingOutput('Model'): give iteration or metric, not both.")
        if not is_model and (iteration or metric):
            raise ValueError("TrainingOutput('Metrics') has neither iteration nor metric.")
        self._type = type
        self._iteration = iteration
        self._metric = metric
        self._model_file = model_file

    @property
    def type(self) -> Any:
        """`Model` or `Metrics`."""
        return self._type

    @property
    def iteration(self) -> Any:
        """Of AutoML, the iteration whose model it is."""
        return self._iteration

    @property
    def metric(self) -> Any:
        """Of AutoML, the metric by which the best model is chosen."""
        return self._metric

    @property
    def model_file(self) -> Any:
        """The file that is the model."""
        return self._model_file


class PipelineDataset(Emulated):
    """A dataset as the input of a step, as pipelines took it before `as_named_input`."""

    def __init__(
        self,
        dataset: Any = None,
        name: Any = None,
        bind_mode: Any = "mount",
        path_on_compute: Any = None,
        overwrite: Any = False,
        parameter_name: Any = None,
    ) -> None:
        self._dataset = dataset
        self._name = name if name is not None else getattr(dataset, "name", None)
        self._bind_mode = bind_mode
        self._path_on_compute = path_on_compute
        self._overwrite = overwrite
        self._parameter_name = parameter_name

    @staticmethod
    def create(dataset: Any, name: Any = None, parameter_name: Any = None) -> PipelineDataset:
        """Return a dataset, or a named input, as an input.

        Raises:
            ValueError: It is neither.
        """
        kinds = {base.__name__ for base in type(dataset).__mro__}
        if "PipelineDataset" in kinds:
            return PipelineDataset(
                dataset.dataset,
                name or dataset.name,
                dataset.bind_mode,
                dataset.path_on_compute,
                dataset.overwrite,
                parameter_name or dataset.parameter_name,
            )
        if "DatasetConsumptionConfig" in kinds:
            chosen = dataset.dataset
            if isinstance(chosen, PipelineParameter):
                parameter_name = parameter_name or chosen.name
                chosen = chosen.default_value
            mode, path = dataset.mode, dataset.path_on_compute
            return PipelineDataset(
                chosen, name or dataset.name, mode, path, parameter_name=parameter_name
            )
        if not kinds & {"FileDataset", "TabularDataset"}:
            raise ValueError(f"PipelineDataset.create: {dataset!r} is no dataset.")
        return PipelineDataset(dataset, name, parameter_name=parameter_name)

    @property
    def dataset(self) -> Any:
        """The dataset."""
        return self._dataset

    @property
    def name(self) -> Any:
        """The name of the input."""
        return self._name

    @property
    def bind_mode(self) -> Any:
        """How it is given to the script."""
        return self._bind_mode

    @property
    def path_on_compute(self) -> Any:
        """Where it was to be."""
        return self._path_on_compute

    @property
    def overwrite(self) -> Any:
        """Whether it was to replace what is there."""
        return self._overwrite

    @property
    def parameter_name(self) -> Any:
        """The parameter that chooses the dataset."""
        return self._parameter_name


class PortDataReference(Emulated):
    """What a step has left, on this machine.

    Args:
        context: Of no use outside the service.
        pipeline_run_id: The run of the pipeline.
        data_reference: Where it is.
        step_run: The run of the step.
    """

    def __init__(
        self, context: Any, pipeline_run_id: Any, data_reference: Any, step_run: Any = None
    ) -> None:
        self._pipeline_run_id = pipeline_run_id
        self._place: Place = data_reference
        self._step_run = step_run
        # Private, but scripts join it to `local_path` to find what they have downloaded.
        self._path_on_datastore: str = self._place.path_on_datastore

    @property
    def name(self) -> str:
        """The name of the output."""
        return self._place.name

    @property
    def datastore_name(self) -> str:
        """The name of the datastore."""
        return self._place.datastore_name

    @property
    def datastore(self) -> Any:
        """The datastore."""
        from hyperlocal.azureml.core._workspace_context import context_workspace
        from hyperlocal.azureml.core.datastore import Datastore

        return Datastore.get(context_workspace(), self._place.datastore_name)

    @property
    def path_on_datastore(self) -> str:
        """Where it is in the datastore."""
        return self._path_on_datastore

    def download(self, local_path: Any, overwrite: Any = None, show_progress: Any = None) -> int:
        """Copy it below a folder; it keeps its path in the datastore. Return how many files.

        Args:
            local_path: The folder.
            overwrite: Replace files that are there already; else they stay.
            show_progress: Show each file.
        """
        target = os.path.join(local_path, self._path_on_datastore)
        return self._place.copy_to(target, bool(overwrite), bool(show_progress))
