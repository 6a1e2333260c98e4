"""Bindings: data as the input or the output of a step."""

from __future__ import annotations

import re
from typing import Any

from hyperlocal.azureml._placeholders import Emulated
from hyperlocal.errors import NotEmulatedError

__all__ = ["InputPortBinding", "OutputPortBinding", "check_output_mode"]

_INPUT_MODES = ("mount", "download", "direct", "hdfs")
_OUTPUT_MODES = ("mount", "upload")
_MODES_OF_SERVICES = ("hdfs", "link")  # taken by the SDK, not emulated


class InputPortBinding(Emulated):
    """Data as the input of a step, under a name and in a mode.

    Differs: data is on this machine; `mount`, `download` and `direct` all give its path.

    Args:
        name: The name of the input.
        bind_object: The data: a `PipelineData`, a data reference, a dataset.
        bind_mode: `mount`, `download` or `direct`.
        path_on_compute: Shown back.
        overwrite: Shown back.
        is_resource: Not emulated.
        additional_transformations: Shown back.
        **kwargs: Taken as by the SDK, without effect.

    Raises:
        ValueError: The mode is another one, or there is no data.
    """

    def __init__(
        self,
        name: Any,
        bind_object: Any = None,
        bind_mode: Any = "mount",
        path_on_compute: Any = None,
        overwrite: Any = None,
        is_resource: Any = False,
        additional_transformations: Any = None,
        **kwargs: Any,
    ) -> None:
        if bind_mode not in _INPUT_MODES:
            raise ValueError(
                f"Input {name!r}: the mode is {bind_mode!r}, but must be one of "
                f"{', '.join(_INPUT_MODES)}."
            )
        if bind_object is None:
            raise ValueError(f"Input {name!r}: there is no bind_object, the data to be read.")
        if bind_mode in _MODES_OF_SERVICES:
            raise NotEmulatedError(f"azureml.pipeline.core.InputPortBinding({bind_mode!r})")
        if is_resource:
            raise NotEmulatedError(
                "azureml.pipeline.core.InputPortBinding(is_resource=True)",
                "Put the file into the step's source_directory.",
            )
        self._name = name
        self._bind_object = bind_object
        self._bind_mode = bind_mode
        self._path_on_compute = path_on_compute
        self._overwrite = overwrite
        self._additional_transformations = additional_transformations

    @property
    def name(self) -> Any:
        """The name of the input."""
        return self._name

    @name.setter
    def name(self, name: Any) -> None:
        self._name = name

    @property
    def bind_object(self) -> Any:
        """The data."""
        return self._bind_object

    @property
    def bind_mode(self) -> Any:
        """How it is given to the script."""
        return self._bind_mode

    @bind_mode.setter
    def bind_mode(self, mode: Any) -> None:
        self._bind_mode = mode

    @property
    def data_reference_name(self) -> Any:
        """The name of the data."""
        kinds = {base.__name__ for base in type(self._bind_object).__mro__}
        if kinds & {"DataReference", "PortDataReference"}:
            return self._bind_object.data_reference_name
        is_named = kinds & {"OutputPortBinding", "PipelineData", "PipelineDataset"}
        return self._bind_object.name if is_named else None

    @property
    def data_type(self) -> Any:
        """The type of the data, if it was told."""
        return getattr(self._bind_object, "data_type", None)

    @property
    def path_on_compute(self) -> Any:
        """Where it was to be."""
        return self._path_on_compute

    @path_on_compute.setter
    def path_on_compute(self, path: Any) -> None:
        self._path_on_compute = path

    @property
    def overwrite(self) -> Any:
        """Whether it was to replace what is there."""
        return self._overwrite

    @property
    def is_resource(self) -> bool:
        """Whether it is a file of the step's source."""
        return False

    @property
    def additional_transformations(self) -> Any:
        """What was to be done to it before."""
        return self._additional_transformations

    def __str__(self) -> str:
        return f"$AZUREML_DATAREFERENCE_{self._name}"

    __repr__ = __str__


class OutputPortBinding(Emulated):
    """The output of a step; as a `PipelineData`, which it can be used instead of."""

    def __init__(
        self,
        name: Any,
        datastore: Any = None,
        output_name: Any = None,
        bind_mode: Any = "mount",
        path_on_compute: Any = None,
        is_directory: Any = None,
        overwrite: Any = None,
        data_type: Any = None,
        pipeline_output_name: Any = None,
        training_output: Any = None,
        dataset_registration: Any = None,
        dataset_output: Any = None,
    ) -> None:
        check_name("OutputPortBinding", name)
        if output_name is not None:
            check_name("OutputPortBinding(output_name=...)", output_name)
        if bind_mode in _MODES_OF_SERVICES:
            raise NotEmulatedError(f"azureml.pipeline.core.OutputPortBinding({bind_mode!r})")
        check_output_mode(name, bind_mode)
        if dataset_registration is not None or dataset_output is not None:
            raise NotEmulatedError(
                "azureml.pipeline.core.OutputPortBinding(dataset_registration=...)",
                "Use an OutputFileDatasetConfig.",
            )
        self._name = name
        self._datastore = datastore
        self._output_name = output_name if output_name is not None else name
        self._output_mode = bind_mode
        self._output_path_on_compute = path_on_compute
        self._is_directory = is_directory
        self._output_overwrite = overwrite
        self._data_type = data_type
        self._pipeline_output_name = pipeline_output_name
        self._training_output = training_output
        self._path_on_datastore: Any = None  # a place of its own for each run of the step
        self._producer: Any = None

    @property
    def name(self) -> Any:
        """The name of the output."""
        return self._name

    @property
    def datastore(self) -> Any:
        """Where it is kept; None for the default datastore."""
        return self._datastore

    @datastore.setter
    def datastore(self, datastore: Any) -> None:
        self._datastore = datastore

    @property
    def bind_mode(self) -> Any:
        """How it is taken from the script."""
        return self._output_mode

    @property
    def path_on_compute(self) -> Any:
        """Where it was to be."""
        return self._output_path_on_compute

    @property
    def is_directory(self) -> Any:
        """Whether a folder is made there before the step starts."""
        return self._is_directory

    @property
    def overwrite(self) -> Any:
        """Whether it was to replace what is there."""
        return self._output_overwrite

    @property
    def data_type(self) -> Any:
        """The type of the data, if it was told."""
        return self._data_type

    @property
    def pipeline_output_name(self) -> Any:
        """The name under which the pipeline's run shows it."""
        return self._pipeline_output_name

    @property
    def training_output(self) -> Any:
        """What it holds of a step that trains."""
        return self._training_output

    @property
    def dataset_registration(self) -> None:
        """None: not emulated."""
        return

    def __str__(self) -> str:
        return f"$AZUREML_DATAREFERENCE_{self._name}"

    __repr__ = __str__


def check_name(what: str, name: Any) -> None:
    """Refuse a name of data that the SDK refuses.

    Raises:
        ValueError: It has other characters.
        TypeError: It is no text.
    """
    if not isinstance(name, str):
        raise TypeError(f"{what}: the name is {name!r}, but must be a text.")
    if not re.fullmatch(r"\w*", name):
        raise ValueError(
            f"{what}: {name!r} cannot be its name: use letters, digits and underscores."
        )


def check_output_mode(name: Any, mode: Any) -> None:
    """Check the mode of an output.

    Raises:
        ValueError: There is no such mode.
    """
    if mode not in _OUTPUT_MODES:
        raise ValueError(
            f"Output {name!r}: the mode is {mode!r}, but must be one of "
            f"{', '.join(_OUTPUT_MODES)}."
        )
