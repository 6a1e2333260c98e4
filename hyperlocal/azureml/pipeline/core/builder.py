"""What pipelines are built of: data that steps hand over, and steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._placeholders import Emulated
from hyperlocal.azureml.pipeline.core._bindings import (
    InputPortBinding,
    check_name,
    check_output_mode,
)
from hyperlocal.azureml.pipeline.core._step_data import (
    adopted,
    check_arguments,
    check_names,
    check_parameters,
    checked_inputs,
    checked_outputs,
    for_readers,
    listed_arguments,
)
from hyperlocal.azureml.pipeline.core.pipeline_output_dataset import PipelineOutputFileDataset

__all__ = ["PipelineData", "PipelineStep", "StepSequence"]

__getattr__ = _placeholders.lacking(__name__)


class PipelineData(Emulated):
    """Data that a step writes and others read: a path that is a file or a folder, as they like.

    Args:
        name: Letters, digits and underscores.
        datastore: Where it is kept; the default datastore unless given.
        output_name: The name of the output if it is another one.
        output_mode: `mount` or `upload`; here the path is the same for both.
        output_path_on_compute: Shown back.
        output_overwrite: Shown back.
        data_type: Shown back.
        is_directory: Make a folder there before the step starts.
        pipeline_output_name: The name under which the pipeline's run shows it.
        training_output: What of a `HyperDriveStep` it holds.

    Differs: nothing is made at the path unless `is_directory` is given, as in the cloud; scripts
        make their folders.

    Raises:
        ValueError: The name or the mode cannot be.
    """

    def __init__(
        self,
        name: Any,
        datastore: Any = None,
        output_name: Any = None,
        output_mode: Any = "mount",
        output_path_on_compute: Any = None,
        output_overwrite: Any = None,
        data_type: Any = None,
        is_directory: Any = None,
        pipeline_output_name: Any = None,
        training_output: Any = None,
    ) -> None:
        if not name:
            raise ValueError("PipelineData: it has no name.")
        check_name("PipelineData", name)
        if output_name is not None:
            check_name("PipelineData(output_name=...)", output_name)
        check_output_mode(name, output_mode)
        self._name = name
        self._datastore = datastore
        self._output_name = output_name if output_name is not None else name
        self._output_mode = output_mode
        self._output_path_on_compute = output_path_on_compute
        self._output_overwrite = output_overwrite
        self._data_type = data_type
        self._is_directory = is_directory
        self._pipeline_output_name = pipeline_output_name
        self._training_output = training_output
        self._producer: PipelineStep | None = None

    @property
    def name(self) -> Any:
        """The name."""
        return self._name

    @property
    def datastore(self) -> Any:
        """Where it is kept; None for the default datastore."""
        return self._datastore

    @property
    def data_type(self) -> Any:
        """The type of the data, if it was told."""
        return self._data_type

    def get_env_variable_name(self) -> str:
        """Return the variable that has its path in a step, as a shell names it."""
        return f"$AZUREML_DATAREFERENCE_{self._name}"

    def as_input(self, input_name: Any) -> InputPortBinding:
        """Return it as the input of a step under another name."""
        return InputPortBinding(self._name if input_name is None else input_name, self)

    def as_mount(self, input_name: Any = None) -> InputPortBinding:
        """Return it as the input of a step."""
        return self.create_input_binding(input_name, "mount")

    def as_download(
        self, input_name: Any = None, path_on_compute: Any = None, overwrite: Any = None
    ) -> InputPortBinding:
        """Return it as the input of a step."""
        return self.create_input_binding(input_name, "download", path_on_compute, overwrite)

    def create_input_binding(
        self,
        input_name: Any = None,
        mode: Any = None,
        path_on_compute: Any = None,
        overwrite: Any = None,
    ) -> InputPortBinding:
        """Return it as the input of a step."""
        name = self._name if input_name is None else input_name
        mode = "mount" if mode is None else mode
        if mode not in ("mount", "download"):
            raise ValueError(f"Input {name!r}: mode is {mode!r}, but must be mount or download.")
        return InputPortBinding(name, self, mode, path_on_compute, overwrite)

    def as_dataset(self) -> PipelineOutputFileDataset:
        """Return it as a file dataset, for `as_named_input` and `as_mount` of a later step."""
        return PipelineOutputFileDataset(self)

    def __str__(self) -> str:
        return self.get_env_variable_name()

    __repr__ = __str__


class PipelineStep(Emulated):
    """Base of all steps: a name, inputs, outputs, arguments, and steps that come before.

    Args:
        name: The name; several steps may have it.
        inputs: Data that it reads.
        outputs: Data that it writes.
        arguments: Arguments of its script; may hold its inputs, outputs, and parameters.
        fix_port_name_collisions: Allow an input and an output of the same name.
        resource_inputs: Not emulated.

    Raises:
        ValueError: Inputs or outputs cannot be, or an argument is neither.
        TypeError: Inputs, outputs or arguments are no list.
    """

    def __init__(
        self,
        name: Any,
        inputs: Any,
        outputs: Any,
        arguments: Any = None,
        fix_port_name_collisions: Any = False,
        resource_inputs: Any = None,
    ) -> None:
        self.name = name
        self.run_after_steps: list[Any] = []
        self._arguments = listed_arguments(name, arguments)
        self._inputs = checked_inputs(name, inputs)
        self._outputs = checked_outputs(name, outputs)
        self._adopt_arguments()
        self._inputs = for_readers(self._inputs)
        check_names(name, self._inputs, self._outputs, bool(fix_port_name_collisions))
        for output in self._outputs:
            inner = getattr(output, "_pipeline_data", output)
            inner._producer = self
        self._source_directory: Any = None

    def run_after(self, step: Any) -> None:
        """Let this step start only after another one has completed."""
        self.run_after_steps.append(step)

    def _adopt_arguments(self) -> None:
        """Check the arguments; named inputs and dataset outputs need not be declared."""
        check_arguments(self.name, self._arguments, self._inputs, self._outputs)
        check_parameters(self.name, self._arguments)
        for members, data in adopted(self._arguments, self._inputs, self._outputs):
            members.append(data)


class StepSequence(Emulated):
    """Steps that run one after the other; each may itself be a list of steps side by side.

    Args:
        steps: The steps.
    """

    def __init__(self, steps: Any = None) -> None:
        self._steps = list(steps or [])

    def __iter__(self) -> Any:
        return iter(self._steps)


def all_steps(given: Any) -> list[PipelineStep]:
    """Return the steps of a list, of lists in it, or of sequences.

    Raises:
        ValueError: Something is no step.
    """
    if isinstance(given, PipelineStep):
        return [given]
    if not isinstance(given, (list, tuple, StepSequence)):
        raise ValueError(f"{given!r} is no step of a pipeline.")
    return [step for part in given for step in all_steps(part)]


def order_in_sequences(given: Any) -> Iterable[tuple[PipelineStep, PipelineStep]]:
    """Yield pairs of steps of which a sequence tells that the first comes after the second."""
    if isinstance(given, PipelineStep):
        return
    before: list[PipelineStep] = []
    for part in given:
        yield from order_in_sequences(part)
        now = all_steps(part)
        if isinstance(given, StepSequence):
            yield from ((later, earlier) for later in now for earlier in before)
            before = now
