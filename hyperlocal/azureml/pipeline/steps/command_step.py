"""Steps that run a shell command."""

from __future__ import annotations

import os
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.core.script_run_config import ScriptRunConfig
from hyperlocal.azureml.pipeline.steps._script_step import ScriptStep

__all__ = ["CommandStep"]

__getattr__ = _placeholders.lacking(__name__)


class CommandStep(ScriptStep):
    """A step that runs a shell command.

    Args:
        command: The command as a text, or a list whose parts may be inputs, outputs, parameters.
        name: The name of the step; by default made of the command.
        compute_target: A target or its name; it runs on this machine all the same.
        runconfig: The environment and other settings; or a `ScriptRunConfig` with a command.
        runconfig_pipeline_params: Parameters for settings; only `NodeCount`.
        inputs: Data that it reads.
        outputs: Data that it writes.
        params: Values that it finds as `AML_PARAMETER_<name>` in its environment.
        source_directory: The folder that it runs in a copy of.
        allow_reuse: Whether an earlier run of the same on the same data may stand for it.
        version: Another version is another step to `allow_reuse`.

    Raises:
        ValueError: There is no command.
    """

    def __init__(
        self,
        command: Any = None,
        name: Any = None,
        compute_target: Any = None,
        runconfig: Any = None,
        runconfig_pipeline_params: Any = None,
        inputs: Any = None,
        outputs: Any = None,
        params: Any = None,
        source_directory: Any = None,
        allow_reuse: Any = True,
        version: Any = None,
    ) -> None:
        if isinstance(runconfig, ScriptRunConfig):
            command = command or runconfig.command
            source_directory = source_directory or runconfig.source_directory
            runconfig = runconfig.run_config
        command = command or getattr(runconfig, "command", None)
        if not command:
            raise ValueError("CommandStep: there is no command, neither here nor in runconfig.")
        if not isinstance(command, (str, list)):
            raise ValueError(
                f"CommandStep: the command is {command!r}, but must be a text or a list."
            )
        words = command.split() if isinstance(command, str) else list(command)
        if not words or not isinstance(words[0], str):
            raise TypeError(f"CommandStep: {command!r} begins with no command.")
        if source_directory and not os.path.isdir(source_directory):
            raise ValueError(f"CommandStep: there is no folder {source_directory!r}.")
        default_name = f"CommandStep_{words[0].split(' ', 1)[0]}"
        super().__init__(
            name or default_name,
            inputs,
            outputs,
            None if isinstance(command, str) else words,
            fix_port_name_collisions=True,
        )
        self._command = command if isinstance(command, str) else ""  # else the arguments are it
        self._set_up(
            compute_target=compute_target,
            runconfig=runconfig,
            runconfig_pipeline_params=runconfig_pipeline_params,
            params=params,
            source_directory=source_directory,
            allow_reuse=allow_reuse,
            version=version,
        )
