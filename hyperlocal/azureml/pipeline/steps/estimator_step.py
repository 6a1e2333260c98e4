"""Steps that run an estimator."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.pipeline.steps._script_step import ScriptStep

__all__ = ["EstimatorStep"]

__getattr__ = _placeholders.lacking(__name__)


class EstimatorStep(ScriptStep):
    """A step that runs the script of an estimator.

    Args:
        name: The name of the step.
        estimator: The estimator; its own `script_params` must be empty.
        estimator_entry_script_arguments: Arguments of the script; an empty list for none.
        runconfig_pipeline_params: Parameters for settings; only `NodeCount`.
        inputs: Data that it reads.
        outputs: Data that it writes.
        compute_target: A target or its name; it runs on this machine all the same.
        allow_reuse: Whether an earlier run of the same on the same data may stand for it.
        version: Another version is another step to `allow_reuse`.

    Raises:
        ValueError: An argument is missing, or the estimator has arguments of its own.
    """

    def __init__(
        self,
        name: Any = None,
        estimator: Any = None,
        estimator_entry_script_arguments: Any = None,
        runconfig_pipeline_params: Any = None,
        inputs: Any = None,
        outputs: Any = None,
        compute_target: Any = None,
        allow_reuse: Any = True,
        version: Any = None,
    ) -> None:
        run_config = getattr(estimator, "run_config", None)
        if run_config is None or compute_target is None:
            raise ValueError("EstimatorStep needs an estimator and a compute_target.")
        if estimator_entry_script_arguments is None:
            raise ValueError(
                "EstimatorStep needs estimator_entry_script_arguments: give [] if the script "
                "takes no arguments."
            )
        if run_config.arguments:
            raise ValueError(
                f"EstimatorStep: the estimator has script_params ({run_config.arguments!r}), but "
                "a step gets its arguments by estimator_entry_script_arguments. Move them there."
            )
        if run_config.data:
            raise ValueError(
                f"EstimatorStep: the estimator has inputs ({', '.join(run_config.data)}), but a "
                "step has inputs of its own. Move them there."
            )
        script = run_config.script
        super().__init__(
            name if name is not None else script,
            inputs,
            outputs,
            estimator_entry_script_arguments,
            fix_port_name_collisions=True,
        )
        self._estimator = estimator
        self._script_name = script
        self._set_up(
            compute_target=compute_target,
            runconfig=run_config,
            runconfig_pipeline_params=runconfig_pipeline_params,
            params=None,
            source_directory=estimator.source_directory,
            allow_reuse=allow_reuse,
            version=version,
        )
