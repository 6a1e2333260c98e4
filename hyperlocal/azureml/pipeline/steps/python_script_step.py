"""Steps that run a Python script."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.pipeline.steps._script_step import ScriptStep, advise_hash_paths

__all__ = ["PythonScriptStep"]

__getattr__ = _placeholders.lacking(__name__)


class PythonScriptStep(ScriptStep):
    """A step that runs a Python script.

    Args:
        script_name: The script, from the source folder.
        name: The name of the step; by default the script's.
        arguments: Arguments of the script; may hold inputs, outputs, and parameters.
        compute_target: A target or its name; it runs on this machine all the same.
        runconfig: The environment and other settings.
        runconfig_pipeline_params: Parameters for settings; only `NodeCount`.
        inputs: Data that it reads.
        outputs: Data that it writes.
        params: Values that the script finds as `AML_PARAMETER_<name>` in its environment.
        source_directory: The folder of the script; the pipeline's default or this one.
        allow_reuse: Whether an earlier run of the same on the same data may stand for it.
        version: Another version is another step to `allow_reuse`.
        hash_paths: Without effect, which is said once.

    Raises:
        ValueError: The script is no text, or inputs, outputs and arguments do not fit.
    """

    def __init__(
        self,
        script_name: Any,
        name: Any = None,
        arguments: Any = None,
        compute_target: Any = None,
        runconfig: Any = None,
        runconfig_pipeline_params: Any = None,
        inputs: Any = None,
        outputs: Any = None,
        params: Any = None,
        source_directory: Any = None,
        allow_reuse: Any = True,
        version: Any = None,
        hash_paths: Any = None,
    ) -> None:
        if not isinstance(script_name, str) or not script_name:
            raise ValueError(
                f"PythonScriptStep: script_name is {script_name!r}, but must be the name of a "
                "script in the source folder."
            )
        super().__init__(
            name if name is not None else script_name,
            inputs,
            outputs,
            arguments,
            fix_port_name_collisions=True,
        )
        advise_hash_paths(hash_paths)
        self._script_name = script_name
        self._set_up(
            compute_target=compute_target,
            runconfig=runconfig,
            runconfig_pipeline_params=runconfig_pipeline_params,
            params=params,
            source_directory=source_directory,
            allow_reuse=allow_reuse,
            version=version,
        )
