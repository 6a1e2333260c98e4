"""The run configuration that an estimator stands for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hyperlocal.azureml._translate.inputs import attach_inputs
from hyperlocal.azureml._user_files import text_in
from hyperlocal.azureml.core._runconfig_elements import MpiConfiguration, TensorflowConfiguration
from hyperlocal.azureml.core.conda_dependencies import CondaDependencies
from hyperlocal.azureml.core.environment import DEFAULT_GPU_IMAGE, Environment
from hyperlocal.azureml.core.runconfig import RunConfiguration
from hyperlocal.azureml.train.estimator._settings import Settings

__all__ = ["arguments_of", "conda_of", "run_config_of"]

_UNNAMED_CLUSTER = "amlcompute"


def run_config_of(settings: Settings) -> RunConfiguration:
    """Return the run configuration of settings that have been checked."""
    config = RunConfiguration()
    config.script = settings.entry_script
    config.target = settings.compute_target or _UNNAMED_CLUSTER
    config.arguments = arguments_of(settings.script_params)
    config.max_run_duration_seconds = settings.max_run_duration_seconds
    config.node_count = settings.node_count
    config.amlcompute.vm_size = settings.vm_size
    config.amlcompute.vm_priority = settings.vm_priority
    config.amlcompute._cluster_max_node_count = settings.node_count
    config.environment_variables = settings.environment_variables
    _set_environment(config, settings)
    _set_distribution(config, settings)
    if settings.resume_from:
        from hyperlocal.azureml.data._earlier_outputs import resume_reference

        config.arguments += ["--resume-from", resume_reference(settings.resume_from)]
    store = settings.source_directory_data_store
    attach_inputs(config, [*(settings.inputs or ()), *([] if store is None else [store])])
    if store is not None:
        config.source_directory_data_store = store.name
    return config


def arguments_of(script_params: Any) -> list[Any]:
    """Return script parameters as arguments: names, each followed by its value or values.

    An empty text or None as a value leaves the name alone, as a flag.

    Raises:
        AttributeError: They are no dict.
    """
    if not script_params:
        return []
    if not hasattr(script_params, "items"):
        # The SDK trips over the same values, with an AttributeError.
        raise AttributeError(
            f"script_params is {script_params!r}, but must be a dict from names to values: "
            "{'--learning-rate': 0.1, '--verbose': ''}."
        )
    parts = (part for pair in script_params.items() for part in pair)
    return [argument for part in parts for argument in _flat(part)]


def _flat(part: Any) -> list[Any]:
    if isinstance(part, Iterable) and not isinstance(part, str):
        items = [str(item) if isinstance(item, (list, tuple)) else item for item in part]
        return [item for item in items if not _is_nothing(item)]
    return [] if _is_nothing(part) else [part]


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value)


def _set_environment(config: RunConfiguration, settings: Settings) -> None:
    definition = settings.environment_definition
    if definition:
        if not isinstance(definition, Environment):
            # The SDK trips over the same values, with an AttributeError.
            raise AttributeError(
                f"environment_definition is {definition!r}, but must be an Environment."
            )
        config.environment = definition
        config.docker.use_docker = definition.docker.enabled
        config.docker.shm_size = definition.docker.shm_size
        return
    config.docker.use_docker = settings.use_docker
    config.docker.shm_size = settings.shm_size
    environment = config.environment
    environment.python.user_managed_dependencies = settings.user_managed
    environment.python.conda_dependencies = conda_of(settings)
    if settings.custom_docker_image:
        environment.docker.base_image = settings.custom_docker_image
    elif settings.use_gpu:
        environment.docker.base_image = DEFAULT_GPU_IMAGE
    if settings.image_registry_details is not None:
        environment.docker.base_image_registry = settings.image_registry_details


def conda_of(settings: Settings) -> CondaDependencies:
    """Return the packages that the settings ask for, in the order in which the SDK has them."""
    if settings.conda_dependencies_file:
        return CondaDependencies(settings.path("conda_dependencies_file"))
    made = CondaDependencies()
    if settings.pip_requirements_file:
        for line in _lines_of(settings.path("pip_requirements_file")):
            (made.set_pip_option if line.startswith("-") else made.add_pip_package)(line)
    for package in settings.pip_packages or ():
        made.add_pip_package(package)
    for package in settings.conda_packages or ():
        made.add_conda_package(package)
    return made


def _lines_of(path: str) -> list[str]:
    lines = (line.partition("#")[0].strip() for line in text_in(path).splitlines())
    return [line for line in lines if line]


def _set_distribution(config: RunConfiguration, settings: Settings) -> None:
    training = settings.distributed_training
    if training is not None and hasattr(training, "_apply"):
        training._apply(config)
        return
    if isinstance(training, MpiConfiguration):
        config.communicator, config.mpi = "IntelMpi", training
        return
    if isinstance(training, TensorflowConfiguration) and "ps" in settings.backends:
        config.framework, config.communicator = "TensorFlow", "ParameterServer"
        config.tensorflow = training
        return
    backend = str(settings.distributed_backend or "").lower()
    if backend == "mpi":
        config.communicator = "IntelMpi"
        config.mpi.process_count_per_node = settings.process_count_per_node
    elif backend in ("gloo", "nccl"):
        config.framework, config.communicator = "PyTorch", backend
    elif backend == "ps":
        config.framework, config.communicator = "TensorFlow", "ParameterServer"
        config.tensorflow.worker_count = settings.worker_count
        config.tensorflow.parameter_server_count = settings.parameter_server_count
