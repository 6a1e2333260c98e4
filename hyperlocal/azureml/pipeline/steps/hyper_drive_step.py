"""Steps that run a sweep, and the sweep of such a step."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._class_names import is_instance
from hyperlocal.azureml.pipeline.core._step_data import as_list
from hyperlocal.azureml.pipeline.core._values import Values
from hyperlocal.azureml.pipeline.core.builder import PipelineData, PipelineStep
from hyperlocal.azureml.pipeline.core.graph import (
    OutputPortBinding,
    PipelineParameter,
    TrainingOutput,
)
from hyperlocal.azureml.pipeline.core.run import StepRun
from hyperlocal.azureml.pipeline.steps._script_step import (
    attach_outside,
    own_settings,
    parameters_in,
    resolved_arguments,
)
from hyperlocal.azureml.train.hyperdrive.run import HyperDriveRun
from hyperlocal.azureml.train.hyperdrive.runconfig import HyperDriveConfig
from hyperlocal.services.runs.kinds import HYPERDRIVE

__all__ = ["HyperDriveStep", "HyperDriveStepRun"]

_LIMITS = ("_max_total_runs", "_max_concurrent_runs", "_max_duration_minutes")

__getattr__ = _placeholders.lacking(__name__)


class HyperDriveStep(PipelineStep):
    """A step that runs a sweep.

    Args:
        name: The name of the step.
        hyperdrive_config: The sweep.
        estimator_entry_script_arguments: Arguments of the training script; only if the sweep's
            configuration has none. An estimator needs them, if only an empty list.
        inputs: Data that the trials read.
        outputs: What is made of the trials: `PipelineData` with a `TrainingOutput`.
        metrics_output: A `PipelineData`, or a reference to a place in a datastore, for the
            metrics of all trials: one JSON file, `{run id: {metric: [values]}}`.
        allow_reuse: Whether an earlier run of the same on the same data may stand for it.
        version: Another version is another step to `allow_reuse`.

    Raises:
        ValueError: An argument cannot be, or arguments are given twice.
    """

    def __init__(
        self,
        name: Any,
        hyperdrive_config: Any,
        estimator_entry_script_arguments: Any = None,
        inputs: Any = None,
        outputs: Any = None,
        metrics_output: Any = None,
        allow_reuse: Any = True,
        version: Any = None,
    ) -> None:
        if name is None:
            raise ValueError("HyperDriveStep needs a name.")
        if not isinstance(name, str):
            raise ValueError(f"HyperDriveStep: the name is {name!r}, but must be a text.")
        if not isinstance(hyperdrive_config, HyperDriveConfig):
            raise ValueError(
                f"HyperDriveStep {name!r}: hyperdrive_config is {hyperdrive_config!r}, but must "
                "be a HyperDriveConfig."
            )
        self._command_line: Any = _arguments_of(
            name, hyperdrive_config, estimator_entry_script_arguments
        )
        is_text = isinstance(self._command_line, str)
        all_outputs = [*as_list(name, "outputs", outputs), *_metrics_of(name, metrics_output)]
        super().__init__(
            name, inputs, all_outputs, [self._command_line] if is_text else self._command_line
        )
        self._hyperdrive_config = hyperdrive_config
        self._allow_reuse = bool(allow_reuse)
        self._version = version

    def _parameters(self) -> Iterator[PipelineParameter]:
        """Yield the pipeline's parameters that the step uses."""
        for value in self._arguments:
            yield from parameters_in(value)
        yield from self._settled_parameters()

    def _settled_parameters(self) -> Iterator[PipelineParameter]:
        """Yield those whose values must be known before anything runs."""
        limits = (getattr(self._hyperdrive_config, limit) for limit in _LIMITS)
        for value in (*self._inputs, *limits):
            yield from parameters_in(value)

    def _sweep_config(self, values: Values, default_source: Any) -> HyperDriveConfig:
        """Return the sweep, with values for parameters and paths for data."""
        config = copy.copy(self._hyperdrive_config)
        for limit in _LIMITS:
            setattr(config, limit, values.resolve(getattr(config, limit)))
        script = config.run_config
        if script is None:
            script, config._estimator = config.estimator._get_script_run_config(), None
        script = config._run_config = copy.copy(script)
        script.source_directory = script.source_directory or default_source
        script.run_config = own_settings(script.run_config)
        script.arguments = resolved_arguments(self._command_line, values)
        script.run_config.arguments = []
        attach_outside(script.run_config, self._inputs, values)
        return config


class HyperDriveStepRun(HyperDriveRun):
    """The sweep of a step that has started.

    Args:
        step_run: The run of a `HyperDriveStep`.

    Raises:
        ValueError: It is none.
    """

    def __init__(self, step_run: Any) -> None:
        if not isinstance(step_run, StepRun):
            raise ValueError(
                f"HyperDriveStepRun: step_run is {step_run!r}, but must be the run of a "
                "HyperDriveStep, for instance pipeline_run.find_step_run(name)[0]."
            )
        history, origin = step_run._history, step_run._origin_id
        sweeps = [run for run in history.runs.children(origin) if run.kind == HYPERDRIVE]
        if not sweeps:
            raise ValueError(
                f"HyperDriveStepRun: the step {step_run.name!r} runs no sweep. Give it the run of "
                "a HyperDriveStep."
            )
        super().__init__(step_run.experiment, sweeps[0].run_id, _record=sweeps[0])


def _arguments_of(name: Any, config: HyperDriveConfig, given: Any) -> Any:
    """Return the arguments of the training script.

    Raises:
        ValueError: They are given twice, are no list, or an estimator has none.
    """
    if given is not None and not isinstance(given, list):
        raise ValueError(
            f"HyperDriveStep {name!r}: estimator_entry_script_arguments is {given!r}, but must be "
            "a list."
        )
    if config.run_config is not None:
        own = config.run_config.arguments
        if own is not None and not isinstance(own, (list, str)):
            raise ValueError(
                f"HyperDriveStep {name!r}: the arguments of its ScriptRunConfig are {own!r}, but "
                "must be a list or a text."
            )
        if own is not None and given is not None:
            raise ValueError(
                f"HyperDriveStep {name!r}: arguments are given both by "
                "estimator_entry_script_arguments and by ScriptRunConfig. Leave out one of them."
            )
        return own or given or []
    if config.pipeline is not None:
        raise ValueError(
            f"HyperDriveStep {name!r}: its sweep runs a pipeline. Use an estimator or a "
            "ScriptRunConfig."
        )
    if config.estimator is not None:
        if config.estimator.run_config.data_references:
            raise ValueError(
                f"HyperDriveStep {name!r}: the estimator has data references, but a step has "
                "inputs of its own. Move them there."
            )
        if getattr(config.estimator.run_config, "arguments", None):
            raise ValueError(
                f"HyperDriveStep {name!r}: the estimator has script_params, but a step gets its "
                "arguments by estimator_entry_script_arguments. Move them there."
            )
        if given is None:
            raise ValueError(
                f"HyperDriveStep {name!r}: an estimator needs estimator_entry_script_arguments: "
                "give [] if the script takes no arguments."
            )
    return given or []


def _metrics_of(name: Any, output: Any) -> list[Any]:
    """Return the output for metrics, told so.

    Raises:
        ValueError: It cannot be one.
    """
    if output is None:
        return []
    if is_instance(output, "DataReference"):
        output = _output_at(output)
    if not isinstance(output, (PipelineData, OutputPortBinding)):
        raise ValueError(
            f"HyperDriveStep {name!r}: metrics_output is {output!r}, but must be a PipelineData, "
            "or a reference to where it is to be: datastore.path('metrics.json').as_upload()."
        )
    output._training_output = TrainingOutput("Metrics")
    return [output]


def _output_at(reference: Any) -> OutputPortBinding:
    """Return an output that is kept where a reference points to."""
    output = OutputPortBinding(
        reference.data_reference_name,
        datastore=reference.datastore,
        bind_mode=reference.mode,
        path_on_compute=reference.path_on_compute,
        overwrite=reference.overwrite,
    )
    output._path_on_datastore = reference.path_on_datastore
    return output
