"""What steps share that run one script or command."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from hyperlocal.azureml._class_names import is_instance
from hyperlocal.azureml._translate.inputs import attach_inputs
from hyperlocal.azureml.core.runconfig import RunConfiguration, target_name
from hyperlocal.azureml.core.script_run_config import ScriptRunConfig
from hyperlocal.azureml.pipeline.core._step_data import check_parameters
from hyperlocal.azureml.pipeline.core._values import Values
from hyperlocal.azureml.pipeline.core.builder import PipelineStep
from hyperlocal.azureml.pipeline.core.graph import InputPortBinding, PipelineParameter
from hyperlocal.errors import NotEmulatedError
from hyperlocal.services.advice import advise

__all__ = ["ScriptStep"]

_NODE_COUNT = "NodeCount"


class ScriptStep(PipelineStep):
    """A step that runs one script or command.

    Its settings are read when the pipeline is submitted, as those of a `ScriptRunConfig` are.
    """

    _script_name: Any = None
    _command: Any = None

    def _set_up(
        self,
        *,
        compute_target: Any,
        runconfig: Any,
        runconfig_pipeline_params: Any,
        params: Any,
        source_directory: Any,
        allow_reuse: Any,
        version: Any,
    ) -> None:
        if runconfig is not None and not isinstance(runconfig, RunConfiguration):
            raise ValueError(
                f"Step {self.name!r}: runconfig is {runconfig!r}, but must be a RunConfiguration."
            )
        self._check_hashable()
        check_params(self.name, params, runconfig_pipeline_params)
        self._runconfig = runconfig
        self._compute_target = compute_target
        self._params = dict(params or {})
        self._source_directory = source_directory
        self._allow_reuse = bool(allow_reuse)
        self._version = version
        check_parameters(self.name, self._arguments, self._params)
        self._runconfig_pipeline_params = dict(runconfig_pipeline_params or {})
        for name, value in self._runconfig_pipeline_params.items():
            if not isinstance(value, PipelineParameter):
                raise ValueError(
                    f"Step {self.name!r}: runconfig_pipeline_params[{name!r}] is {value!r}, but "
                    "must be a PipelineParameter."
                )
            if name != _NODE_COUNT:
                raise NotEmulatedError(
                    f"A step with runconfig_pipeline_params={{{name!r}: ...}}",
                    "Set it on the runconfig.",
                )

    def _check_hashable(self) -> None:
        """Refuse lists and the like among the arguments, as the SDK does.

        Raises:
            TypeError: There is one.
        """
        for argument in self._arguments:
            if isinstance(argument, (list, dict, set)):
                raise TypeError(
                    f"Step {self.name!r}: the {type(argument).__name__} {argument!r} cannot be an "
                    "argument. Give its values one by one."
                )

    def _parameters(self) -> Iterator[PipelineParameter]:
        """Yield the pipeline's parameters that the step uses."""
        for value in (*self._arguments, *self._params.values()):
            yield from parameters_in(value)
        yield from self._settled_parameters()

    def _settled_parameters(self) -> Iterator[PipelineParameter]:
        """Yield those whose values must be known before anything runs."""
        for value in (*self._runconfig_pipeline_params.values(), *self._inputs):
            yield from parameters_in(value)

    def _script_config(self, values: Values, default_source: Any) -> ScriptRunConfig:
        """Return what is run, with values for parameters and paths for data."""
        config = RunConfiguration() if self._runconfig is None else own_settings(self._runconfig)
        if self._compute_target is not None:
            config.target = target_name(self._compute_target)
        if _NODE_COUNT in self._runconfig_pipeline_params:
            config.node_count = values.resolve(self._runconfig_pipeline_params[_NODE_COUNT])
        config.environment_variables = {
            **(config.environment_variables or {}),
            **self._parameter_variables(values),
        }
        arguments = self._resolved(values)
        made = ScriptRunConfig(
            self._source_directory or default_source or ".",
            script=self._script_name,
            arguments=arguments,
            run_config=config,
        )
        attach_outside(made.run_config, self._inputs, values)
        made.run_config.output_data = {
            output.name: output for output in self._outputs if getattr(output, "source", None)
        }
        if self._command is not None:
            made.script, made.run_config.script = None, None
            made.arguments, made.run_config.arguments = None, []
            made.command = self._command or arguments
        return made

    def _resolved(self, values: Values) -> Any:
        """Return the arguments; outputs that are written to a folder of the step's own stay."""
        return [
            argument if getattr(argument, "source", None) else values.resolve(argument)
            for argument in self._arguments
        ]

    def _parameter_variables(self, values: Values) -> dict[str, str]:
        named = {name: values.resolve(value) for name, value in self._params.items()}
        for argument in self._arguments:
            if isinstance(argument, PipelineParameter):
                named.setdefault(argument.name, values.resolve(argument))
        return {
            f"AML_PARAMETER_{name}": str(value)
            for name, value in named.items()
            if isinstance(value, (str, int, float))
        }


def check_params(step: Any, params: Any, of_settings: Any) -> None:
    """Check a step's named values.

    Raises:
        TypeError: They are no dict.
        ValueError: A name is among both.
    """
    for name, given in (("params", params), ("runconfig_pipeline_params", of_settings)):
        if given is not None and not isinstance(given, Mapping):
            raise TypeError(f"Step {step!r}: {name} is {given!r}, but must be a dict.")
    twice = [name for name in params or () if name in (of_settings or ())]
    if twice:
        raise ValueError(
            f"Step {step!r}: params and runconfig_pipeline_params both have {twice[0]!r}. Leave "
            "out one of them."
        )


def own_settings(config: RunConfiguration) -> RunConfiguration:
    """Return a copy whose data and variables can be changed."""
    own = copy.copy(config)
    own.data = dict(config.data or {})
    own.data_references = dict(config.data_references or {})
    own.environment_variables = dict(config.environment_variables or {})
    return own


def attach_outside(config: RunConfiguration, inputs: list[Any], values: Values) -> None:
    """Write down in a run configuration which data a step is given from outside its pipeline."""
    for data in inputs:
        found = values.resolve(data)
        if not isinstance(found, (str, int, float)):  # else a path or a parameter's value
            attach_inputs(config, [found])


def advise_hash_paths(hash_paths: Any) -> None:
    """Say that `hash_paths` has no effect."""
    if hash_paths:
        advise(
            "PythonScriptStep(hash_paths=...)",
            "it has no effect: the whole source folder decides whether a step can be reused.",
        )


def parameters_in(value: Any) -> Iterator[PipelineParameter]:
    """Yield the parameters that a value is, or is bound to."""
    if isinstance(value, PipelineParameter):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from parameters_in(item)
    elif isinstance(value, InputPortBinding):
        yield from parameters_in(value.bind_object)
    elif is_instance(value, "DatasetConsumptionConfig", "PipelineDataset"):
        yield from parameters_in(value.dataset)


def resolved_arguments(arguments: Any, values: Values) -> Any:
    """Return arguments, or a command, with values for what a pipeline decides."""
    if isinstance(arguments, str) or arguments is None:
        return arguments
    return [values.resolve(argument) for argument in arguments]
