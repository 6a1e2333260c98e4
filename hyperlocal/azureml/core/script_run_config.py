"""Script runs: a source folder, a script in it, and how it is run."""

from __future__ import annotations

import copy
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.core.environment import Environment
from hyperlocal.azureml.core.runconfig import (
    DockerConfiguration,
    EnvironmentDefinition,
    MpiConfiguration,
    PyTorchConfiguration,
    RunConfiguration,
    TensorflowConfiguration,
    target_name,
)
from hyperlocal.azureml.exceptions import RunConfigurationException
from hyperlocal.services.advice import advise

__all__ = [
    "DockerConfiguration",
    "EnvironmentDefinition",
    "MpiConfiguration",
    "PyTorchConfiguration",
    "RunConfiguration",
    "ScriptRunConfig",
    "TensorflowConfiguration",
    "get_run_config_from_script_run",
]


class ScriptRunConfig(_placeholders.Emulated):
    """A script and everything that is needed to run it.

    Like the SDK it is checked when it is submitted, not here, except for the types of
    `environment`, `distributed_job_config`, `docker_runtime_config`, `run_config` and
    `resume_from`. The attributes may be filled in later.

    Args:
        source_directory: The folder that is copied for every trial.
        script: The script, from that folder.
        arguments: A list of arguments of the script.
        run_config: A whole configuration; the settings that it has are then taken from it.
        compute_target: A target or its name.
        environment: An `Environment`.
        distributed_job_config: How processes talk. One process on one node runs here; more is
            refused at submit.
        resume_from: A `DataPath` to earlier outputs; the script gets `--resume-from` and a folder.
        max_run_duration_seconds: How long a run may take.
        command: What to run instead of a script.
        docker_runtime_config: Kept and shown back.
    """

    DELIM = "#"
    MAX_DURATION_SECONDS_DEFAULT = 2592000

    def __init__(
        self,
        source_directory: Any,
        script: Any = None,
        arguments: Any = None,
        run_config: Any = None,
        _telemetry_values: Any = None,
        compute_target: Any = None,
        environment: Any = None,
        distributed_job_config: Any = None,
        resume_from: Any = None,
        max_run_duration_seconds: Any = 2592000,
        command: Any = None,
        docker_runtime_config: Any = None,
    ) -> None:
        self.source_directory = source_directory
        self._telemetry_values = _telemetry_values
        if run_config:
            _check_run_config(run_config)
            # The SDK takes these from run_config alone.
            _advise_unused(
                compute_target, environment, distributed_job_config, docker_runtime_config
            )
            self.run_config: RunConfiguration = run_config
        else:
            self.run_config = _new_run_config(compute_target, environment)
            self.run_config.max_run_duration_seconds = max_run_duration_seconds
            _set_distribution(self.run_config, distributed_job_config)
            _set_docker(self.run_config, docker_runtime_config)
        given = self.run_config
        # As in the SDK: what is empty here does not hide what the run configuration has.
        self.script = given.script if given.script and not script else script
        self.arguments = given.arguments if given.arguments and not arguments else arguments
        self.command = given.command if given.command and not command else command
        if resume_from:
            self._resume(resume_from)

    def _resume(self, resume_from: Any) -> None:
        """Tell the script where the outputs are that it goes on from."""
        from hyperlocal.azureml.data._earlier_outputs import resume_reference

        reference = resume_reference(resume_from)
        self.run_config.data_references[reference.data_reference_name] = reference.to_config()
        if isinstance(self.arguments, str):
            raise AttributeError(
                f"ScriptRunConfig: arguments is the text {self.arguments!r}, but must be a list "
                "where resume_from is given, which adds to it."
            )
        # A list of its own: the caller's is not added to.
        self.arguments = [*(self.arguments or []), "--resume-from", reference]

    @property
    def identity(self) -> Any:
        """Which script run this is, for log records."""
        return f"ScriptRunConfig{self.DELIM}{self.script or self.command}"

    def _merged(self) -> RunConfiguration:
        """Return the run configuration with what this says beside it."""
        return get_run_config_from_script_run(self)

    def _submit_to(self, experiment: Any, **submission: Any) -> Any:
        """Run it as part of an experiment; return at once."""
        from hyperlocal.azureml._submit.scripts import submit_script

        return submit_script(experiment, self, **submission)


def get_run_config_from_script_run(script_run_config: Any) -> RunConfiguration:
    """Return a run configuration with the script, arguments and command of a script run."""
    try:
        merged: RunConfiguration = copy.deepcopy(script_run_config.run_config)
    except TypeError as error:  # of a generator or a lock, for instance
        raise RunConfigurationException(
            f"The run configuration holds what cannot be copied: {error}."
        ) from error
    if script_run_config.script is not None:
        merged.script = script_run_config.script
    if script_run_config.arguments is not None:
        merged.arguments = script_run_config.arguments
    if script_run_config.command is not None:
        merged.command = script_run_config.command
    return merged


def _new_run_config(compute_target: Any, environment: Any) -> RunConfiguration:
    config = RunConfiguration()
    config.target = target_name(compute_target)
    if environment:
        if not isinstance(environment, Environment):
            # The SDK trips over the same values, with an AttributeError.
            raise AttributeError(
                f"ScriptRunConfig: environment is {environment!r}, but must be an Environment, "
                "for instance Environment.get(workspace, name)."
            )
        config.environment = environment
        config.docker.use_docker = environment.docker.enabled
    return config


def _set_distribution(config: RunConfiguration, job: Any) -> None:
    if not job:
        return
    if isinstance(job, MpiConfiguration):
        config.mpi, config.communicator = job, "IntelMpi"
        config.node_count = job.node_count
    elif isinstance(job, PyTorchConfiguration):
        config.pytorch, config.framework = job, "PyTorch"
        config.communicator = job.communication_backend
        config.node_count = job.node_count
    elif isinstance(job, TensorflowConfiguration):
        config.tensorflow, config.framework = job, "TensorFlow"
        config.communicator = "ParameterServer"
        config.node_count = job.worker_count
    else:
        raise RunConfigurationException(
            f"ScriptRunConfig: distributed_job_config is {job!r}, but must be an "
            "MpiConfiguration, a PyTorchConfiguration or a TensorflowConfiguration."
        )


def _set_docker(config: RunConfiguration, docker: Any) -> None:
    if not docker:
        return
    if not isinstance(docker, DockerConfiguration):
        raise RunConfigurationException(
            f"ScriptRunConfig: docker_runtime_config is {docker!r}, but must be a "
            "DockerConfiguration."
        )
    config.docker = docker


def _check_run_config(run_config: Any) -> None:
    if not isinstance(run_config, RunConfiguration):
        # The SDK trips over the same values, with an AttributeError.
        raise AttributeError(
            f"ScriptRunConfig: run_config is {run_config!r}, but must be a RunConfiguration."
        )


def _advise_unused(*values: Any) -> None:
    names = "compute_target", "environment", "distributed_job_config", "docker_runtime_config"
    for name, value in zip(names, values, strict=True):
        if value is not None:
            advise(
                f"ScriptRunConfig.{name}",
                "it is not used, as in the cloud, because run_config is given too. "
                "Set it on the run_config, or leave run_config out.",
            )


__getattr__ = _placeholders.lacking(__name__)
