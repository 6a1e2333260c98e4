"""Run configurations: the script, its arguments, the environment and the target of a run."""

from __future__ import annotations

import json
import os
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.core import _runconfig_file
from hyperlocal.azureml.core._element import Element, plain
from hyperlocal.azureml.core._environment_sections import DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE
from hyperlocal.azureml.core._runconfig_data import (
    Data,
    DataLocation,
    DataReferenceConfiguration,
    Dataset,
)
from hyperlocal.azureml.core._runconfig_elements import (
    SUPPORTED_PYTORCH_BACKENDS,
    AmlComputeConfiguration,
    ContainerRegistry,
    DockerConfiguration,
    HdiConfiguration,
    HistoryConfiguration,
    KubernetesComputeConfiguration,
    MpiConfiguration,
    ParallelTaskConfiguration,
    PyTorchConfiguration,
    SparkConfiguration,
    TensorflowConfiguration,
)
from hyperlocal.azureml.core.compute_target import AbstractComputeTarget
from hyperlocal.azureml.core.conda_dependencies import CondaDependencies
from hyperlocal.azureml.core.environment import (
    DatabricksSection,
    DockerEnvironment,
    DockerSection,
    Environment,
    PythonEnvironment,
    PythonSection,
    SparkEnvironment,
    SparkSection,
)
from hyperlocal.azureml.exceptions import RunConfigurationException, UserErrorException

__all__ = [
    "DEFAULT_CPU_IMAGE",
    "DEFAULT_GPU_IMAGE",
    "LOCAL_RUNCONFIG_NAME",
    "MPI_CPU_IMAGE",
    "MPI_GPU_IMAGE",
    "SUPPORTED_DATAREF_MODES",
    "SUPPORTED_PYTORCH_BACKENDS",
    "AbstractComputeTarget",
    "AmlComputeConfiguration",
    "CondaDependencies",
    "ContainerRegistry",
    "Data",
    "DataLocation",
    "DataReferenceConfiguration",
    "DatabricksSection",
    "Dataset",
    "DockerConfiguration",
    "DockerEnvironment",
    "DockerSection",
    "Environment",
    "EnvironmentDefinition",
    "HdiConfiguration",
    "HistoryConfiguration",
    "KubernetesComputeConfiguration",
    "MpiConfiguration",
    "ParallelTaskConfiguration",
    "PyTorchConfiguration",
    "PythonEnvironment",
    "PythonSection",
    "RunConfiguration",
    "RunConfigurationException",
    "SparkConfiguration",
    "SparkEnvironment",
    "SparkSection",
    "TensorflowConfiguration",
    "UserErrorException",
]

LOCAL_RUNCONFIG_NAME = "local"
MPI_CPU_IMAGE = DEFAULT_CPU_IMAGE
MPI_GPU_IMAGE = DEFAULT_GPU_IMAGE
SUPPORTED_DATAREF_MODES = ["mount", "download", "upload"]


class EnvironmentDefinition(Environment):
    """The environment that a run configuration has until it is given another one."""

    def __init__(self, name: Any = None) -> None:
        super().__init__(name)


class RunConfiguration(Element):
    """What a run executes and where.

    Script, arguments, command, target, environment variables and the longest duration count here.
    Everything else is kept and shown back.
    """

    _hidden = ("_name", "_path", "services", "_auto_prepare_environment")

    def __init__(
        self,
        script: Any = None,
        arguments: Any = None,
        framework: Any = None,
        communicator: Any = None,
        conda_dependencies: Any = None,
        _history_enabled: Any = None,
        _path: Any = None,
        _name: Any = None,
        command: Any = None,
    ) -> None:
        self._name = _name
        self._path = _path
        self.script = script
        self.arguments = arguments or []
        self._target: str = "local"
        self.framework = framework or "Python"
        self.communicator = communicator or "None"
        self.max_run_duration_seconds: Any = None
        self.node_count: Any = 1
        self.priority: Any = None
        self.environment: Any = EnvironmentDefinition("default-environment")
        self.history: Any = HistoryConfiguration()
        self.spark: Any = SparkConfiguration()
        self.docker: Any = DockerConfiguration()
        self.hdi: Any = HdiConfiguration()
        self.tensorflow: Any = TensorflowConfiguration()
        self.mpi: Any = MpiConfiguration()
        self.pytorch: Any = PyTorchConfiguration()
        self.paralleltask: Any = ParallelTaskConfiguration()
        self.data_references: Any = {}
        self.data: Any = {}
        self.datacaches: Any = []
        self.output_data: Any = {}
        self.source_directory_data_store: Any = None
        self.amlcompute: Any = AmlComputeConfiguration()
        self.auto_cluster_compute_specification: Any = None
        self.kubernetescompute: Any = KubernetesComputeConfiguration()
        self.credential_passthrough: Any = False
        self.command = command or ""
        self._environment_variables: Any = {}
        self.services: Any = {}
        self._auto_prepare_environment = True
        self._seal()
        if conda_dependencies:
            self.environment.python.conda_dependencies = _checked_conda(conda_dependencies)

    @property
    def target(self) -> str:
        """The name of the compute target, `local` by default. A target object may be assigned."""
        return self._target

    @target.setter
    def target(self, value: Any) -> None:
        # As in the SDK: what is no target changes nothing.
        if isinstance(value, (str, AbstractComputeTarget)) or _is_compute(value):
            self._target = target_name(value)

    @property
    def environment_variables(self) -> Any:
        """Variables that every trial finds set, over those of `environment`."""
        return self._environment_variables

    @environment_variables.setter
    def environment_variables(self, value: Any) -> None:
        self._environment_variables = value

    @property
    def auto_prepare_environment(self) -> Any:
        """Whether the cloud builds a missing environment by itself; nothing is built here."""
        return self._auto_prepare_environment

    @auto_prepare_environment.setter
    def auto_prepare_environment(self, value: Any) -> None:
        self._auto_prepare_environment = value

    def save(
        self, path: Any = None, name: Any = None, separate_environment_yaml: Any = False
    ) -> None:
        """Write this configuration to `<path>/.azureml/<name>`, for `load`.

        Differs:
            The file is written as JSON, which is YAML too.
        """
        if separate_environment_yaml:
            raise UserErrorException(
                "RunConfiguration.save: separate_environment_yaml=True is not emulated. "
                "Leave it out: the environment is written into the same file."
            )
        from hyperlocal.engine.staging import write_whole

        folder = os.path.join(path or self._path or os.curdir, ".azureml")
        os.makedirs(folder, exist_ok=True)
        body = self._as_dict()
        body["data"] = {name: plain(_as_data(given)) for name, given in self.data.items()}
        text = json.dumps(body, indent=4, default=str)
        write_whole(None, os.path.join(folder, name or self._name or "local"), text)

    @staticmethod
    def load(path: Any, name: Any = None) -> RunConfiguration:
        """Return the configuration that a file describes, written by `save` or by hand.

        Args:
            path: The folder that holds it or its `.azureml/`, or the file itself.
            name: The name it was saved under; without effect if `path` is the file.

        Raises:
            UserErrorException: There is none, it is none, or it names a file of packages that is
                not there.
        """
        file_name = _runconfig_file.find(path, name)
        if file_name is None:
            raise UserErrorException(
                f"RunConfiguration.load: there is no run configuration {name!r} in {path!r}, "
                "neither in the folder itself nor in its .azureml/ or aml_config/."
            )
        folder = os.path.dirname(file_name) if os.path.isfile(path) else os.fspath(path)
        config = RunConfiguration(_path=path, _name=name)
        _runconfig_file.fill(config, _runconfig_file.read(file_name), folder)
        return config

    @staticmethod
    def delete(path: Any, name: Any) -> None:
        """Delete what `save` wrote.

        Raises:
            UserErrorException: There is none.
        """
        file_name = _runconfig_file.find(path, name)
        if file_name is None:
            raise UserErrorException(
                f"RunConfiguration.delete: there is no run configuration {name!r} in {path!r}."
            )
        os.remove(file_name)


def _is_compute(value: Any) -> bool:
    return any(base.__name__ == "ComputeTarget" for base in type(value).__mro__)


def target_name(value: Any) -> str:
    """Return the name of a compute target that is given by name, as an object, or not at all."""
    if isinstance(value, str):
        return value or "local"
    name = getattr(value, "name", None)
    if value is None or not isinstance(name, str):
        return "local"
    return name


def _as_data(given: Any) -> Any:
    return given if isinstance(given, Data) else Data.create(given)


def _checked_conda(value: Any) -> CondaDependencies:
    if not isinstance(value, CondaDependencies):
        raise RunConfigurationException(
            f"RunConfiguration: conda_dependencies is {value!r}, but must be a CondaDependencies, "
            "for instance CondaDependencies.create(pip_packages=['scikit-learn'])."
        )
    return value


__getattr__ = _placeholders.lacking(__name__)
