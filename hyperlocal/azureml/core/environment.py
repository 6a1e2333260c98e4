"""Environments: what a run would find installed, and its environment variables."""

from __future__ import annotations

import copy
import errno
import json
import os
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml._user_files import json_in, text_in
from hyperlocal.azureml.core._element import Element
from hyperlocal.azureml.core._environment_offers import CURATED_NAMES, CURATED_PREFIX, keep_wheel
from hyperlocal.azureml.core._environment_sections import (
    DEFAULT_CPU_IMAGE,
    DEFAULT_GPU_IMAGE,
    DatabricksSection,
    DockerBuildContext,
    DockerEnvironment,
    DockerImagePlatform,
    DockerSection,
    PythonEnvironment,
    PythonSection,
    RCranPackage,
    RGitHubPackage,
    RSection,
    SparkEnvironment,
    SparkPackage,
    SparkSection,
)
from hyperlocal.azureml.core._registry_mapping import LenientMapping
from hyperlocal.azureml.core._workspace_base import check_workspace
from hyperlocal.azureml.core.conda_dependencies import PYTHON_DEFAULT_VERSION, CondaDependencies
from hyperlocal.azureml.core.container_registry import ContainerRegistry
from hyperlocal.azureml.exceptions import AzureMLException, UserErrorException
from hyperlocal.errors import NotEmulatedError
from hyperlocal.reading import shown
from hyperlocal.services.environments import store as _store

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "DEFAULT_CPU_IMAGE",
    "DEFAULT_GPU_IMAGE",
    "PYTHON_DEFAULT_VERSION",
    "AzureMLException",
    "CondaDependencies",
    "ContainerRegistry",
    "DatabricksSection",
    "DockerBuildContext",
    "DockerEnvironment",
    "DockerImagePlatform",
    "DockerSection",
    "Environment",
    "EnvironmentReference",
    "PythonEnvironment",
    "PythonSection",
    "RCranPackage",
    "RGitHubPackage",
    "RSection",
    "SparkEnvironment",
    "SparkPackage",
    "SparkSection",
    "UserErrorException",
]

_DEFINITION_FILE = "azureml_environment.json"
_CONDA_FILE = "conda_dependencies.yml"


class Environment(Element):
    """A named environment.

    Its `environment_variables` reach every trial. Everything else is kept and shown back.

    Differs:
        Trials run in the Python environment that runs the driver, and nothing is installed,
        unless HYPERLOCAL_ENVIRONMENT is `build`; what differs is told when a run is submitted.
        `get` finds any name, since every environment exists in some cloud.
    """

    def __init__(self, name: Any, **kwargs: Any) -> None:
        if name is not None and not isinstance(name, str):
            raise TypeError(
                f"Environment: the name is {name!r}, a {type(name).__name__}, but must be a text."
            )
        self.name = name
        self.version: Any = None
        self._environment_variables: Any = {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"}
        self.python: Any = PythonSection()
        self.docker: Any = DockerSection()
        self.spark: Any = SparkSection()
        self.databricks: Any = DatabricksSection()
        self.r: Any = None
        self.inferencing_stack_version: Any = None
        self.asset_id: Any = None
        self._seal()

    @property
    def environment_variables(self) -> Any:
        """Variables that every trial finds set."""
        return self._environment_variables

    @environment_variables.setter
    def environment_variables(self, value: Any) -> None:
        self._environment_variables = value

    @staticmethod
    def from_conda_specification(name: Any, file_path: Any) -> Environment:
        """Return an environment that asks for what a conda file names."""
        environment = Environment(name)
        environment.python.conda_dependencies = CondaDependencies(file_path)
        return environment

    @staticmethod
    def from_pip_requirements(name: Any, file_path: Any, pip_version: Any = None) -> Environment:
        """Return an environment that asks for what a requirements file names."""
        environment = Environment(name)
        lines = text_in(file_path).splitlines()
        dependencies = CondaDependencies()
        dependencies.set_pip_requirements([line for line in lines if line.strip()])
        dependencies.add_conda_package(f"pip={pip_version}" if pip_version else "pip")
        environment.python.conda_dependencies = dependencies
        return environment

    @staticmethod
    def from_docker_image(
        name: Any,
        image: Any,
        container_registry: Any = None,
        conda_specification: Any = None,
        pip_requirements: Any = None,
    ) -> Environment:
        """Return an environment that asks for an image, and for packages in it."""
        environment = _with_packages(name, conda_specification, pip_requirements)
        environment.docker.base_image = image
        if container_registry is not None:
            environment.docker.base_image_registry = container_registry
        return environment

    @staticmethod
    def from_dockerfile(
        name: Any, dockerfile: Any, conda_specification: Any = None, pip_requirements: Any = None
    ) -> Environment:
        """Return an environment that asks for what a Dockerfile (its path or text) builds."""
        environment = _with_packages(name, conda_specification, pip_requirements)
        if isinstance(dockerfile, (str, os.PathLike)) and os.path.isfile(dockerfile):
            dockerfile = text_in(dockerfile)
        environment.docker.base_dockerfile = dockerfile
        return environment

    @staticmethod
    def from_docker_build_context(name: Any, docker_build_context: Any) -> Environment:
        """Return an environment that asks for what a folder builds."""
        environment = Environment(name)
        environment.docker.build_context = docker_build_context
        environment.docker.shm_size = None
        environment.python.user_managed_dependencies = True
        return environment

    @staticmethod
    def from_existing_conda_environment(name: Any, conda_environment_name: Any) -> Environment:
        """Return an environment named after one of this machine's conda environments.

        Raises:
            NotEmulatedError: Always: trials run in the Python environment that runs the driver.
        """
        raise NotEmulatedError(
            "azureml.core.Environment.from_existing_conda_environment",
            "Activate that conda environment and start the driver in it.",
        )

    @staticmethod
    @as_sdk_errors
    def get(workspace: Any, name: Any, version: Any = None, label: Any = None) -> Environment:
        """Return a registered environment, or one of that name if none was registered."""
        check_workspace(workspace, UserErrorException)
        stored = _store.find(name, version, label)
        return _offered(name, version) if stored is None else _from_dict(stored)

    @staticmethod
    def list(workspace: Any) -> Mapping[str, Environment]:
        """Return the registered environments and some of Azure's own, by name.

        `[name]` also takes any other name.
        """
        known = {name: _offered(name) for name in CURATED_NAMES}
        check_workspace(workspace, UserErrorException)
        known.update({body["name"]: _from_dict(body) for body in _store.registered()})
        return LenientMapping(known, _offered)

    @staticmethod
    def add_private_pip_wheel(workspace: Any, file_path: Any, exist_ok: Any = False) -> str:
        """Keep a wheel in the home and return its URL, for `add_pip_package`.

        Raises:
            UserErrorException: It is no wheel, or one of its name is kept and `exist_ok` is false.
        """
        check_workspace(workspace, UserErrorException)
        return keep_wheel(file_path, bool(exist_ok))

    @staticmethod
    @as_sdk_errors
    def label(workspace: Any, name: Any, version: Any, labels: Any) -> None:
        """Give a registered version labels, by which `get` finds it."""
        check_workspace(workspace, UserErrorException)
        _store.set_labels(name, version, labels)

    @as_sdk_errors
    def register(self, workspace: Any) -> Environment:
        """Remember this environment in the home and return it with its version.

        Registering the same contents again gives the same version.
        """
        check_workspace(workspace, UserErrorException)
        return _from_dict(_store.register(self._as_dict()))

    def build(self, workspace: Any, image_build_compute: Any = None) -> Any:
        """Warn that no image is built here; return what is loud when it is used."""
        from hyperlocal.azureml.core._image_build import ImageBuildDetails

        return ImageBuildDetails._returned_by("Environment.build()")

    def build_local(self, workspace: Any, platform: Any = None, **kwargs: Any) -> Any:
        """Warn that no image is built here; return what is loud when it is used."""
        from hyperlocal.azureml.core._image_build import ImageBuildDetails

        return ImageBuildDetails._returned_by("Environment.build_local()")

    def clone(self, new_name: Any) -> Environment:
        """Return a copy under another name, not registered.

        Raises:
            UserErrorException: There is no name.
        """
        if not new_name:
            raise UserErrorException(
                f"Environment.clone: new_name is {new_name!r}, but must be a name."
            )
        cloned = copy.deepcopy(self)
        cloned.name = new_name
        cloned.version = None
        return cloned

    def save_to_directory(self, path: Any, overwrite: Any = False) -> None:
        """Write this environment into a folder, for `load_from_directory`."""
        from hyperlocal.engine.staging import Staging

        if os.path.exists(path) and not overwrite:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(path))
        with Staging(None) as staging:
            draft = staging.draft_for(path)
            os.mkdir(draft)
            with open(os.path.join(draft, _DEFINITION_FILE), "w", encoding="utf-8") as file:
                json.dump(self._as_dict(), file, indent=4)
            if isinstance(self.python.conda_dependencies, CondaDependencies):
                self.python.conda_dependencies.save(os.path.join(draft, _CONDA_FILE))
            staging.put(draft, path)

    @staticmethod
    def load_from_directory(path: Any) -> Environment:
        """Return the environment that `save_to_directory` wrote into a folder."""
        definition = os.path.join(path, _DEFINITION_FILE)
        if not os.path.isfile(definition):
            raise FileNotFoundError(definition)
        return _from_dict(json_in(definition), definition)


class EnvironmentReference(Element):
    """An environment by name and version."""

    def __init__(self, name: Any, version: Any = None) -> None:
        self.name = name
        self.version = version
        self._seal()

    def get_environment(self, workspace: Any) -> Environment:
        """Return the environment that this names."""
        return Environment.get(workspace, self.name, self.version)


def _offered(name: Any, version: Any = None) -> Environment:
    """Return an environment that nobody registered here; Azure's own have versions."""
    environment = Environment(name)
    is_curated = isinstance(name, str) and name.startswith(CURATED_PREFIX)
    environment.version = version or ("1" if is_curated else None)
    return environment


def _with_packages(name: Any, conda_specification: Any, pip_requirements: Any) -> Environment:
    if conda_specification is not None and pip_requirements is not None:
        raise UserErrorException(
            "Environment: both conda_specification and pip_requirements are given, but only one "
            "of them can say which packages there are."
        )
    if conda_specification is not None:
        return Environment.from_conda_specification(name, conda_specification)
    if pip_requirements is not None:
        return Environment.from_pip_requirements(name, pip_requirements)
    environment = Environment(name)
    environment.python.user_managed_dependencies = True
    return environment


def _from_dict(body: Any, origin: str = "The environment") -> Environment:
    """Return the environment that `_as_dict` described, or somebody by hand.

    Raises:
        UserErrorException: What it says, in the file `origin`, is no environment.
    """
    if not isinstance(body, dict) or "name" not in body:
        raise UserErrorException(f"{origin} is no environment: it is no object with a 'name'.")
    name = body["name"]
    if not isinstance(name, (str, type(None))):
        raise UserErrorException(f"{origin}: 'name' is {shown(name)}, but must be a text.")
    environment = Environment(name)
    environment.version = body.get("version")
    environment.environment_variables = dict(_section(body, "environmentVariables", origin))
    python, docker = _section(body, "python", origin), _section(body, "docker", origin)
    environment.python.interpreter_path = python.get("interpreterPath", "python")
    environment.python.user_managed_dependencies = python.get("userManagedDependencies", False)
    conda = python.get("condaDependencies")
    if isinstance(conda, dict):
        environment.python.conda_dependencies = CondaDependencies(_underlying_structure=conda)
    for key, attribute in _DOCKER_KEYS.items():
        if key in docker:
            setattr(environment.docker, attribute, docker[key])
    environment.inferencing_stack_version = body.get("inferencingStackVersion")
    return environment


def _section(body: dict[str, Any], key: str, origin: str) -> dict[str, Any]:
    told = body.get(key)
    if told is not None and not isinstance(told, dict):
        raise UserErrorException(f"{origin}: {key!r} is {shown(told)}, but must be an object.")
    return told or {}


# Base image last: setting a Dockerfile or a build context takes it away.
_DOCKER_KEYS = {
    "enabled": "enabled",
    "baseDockerfile": "base_dockerfile",
    "buildContext": "build_context",
    "sharedVolumes": "shared_volumes",
    "shmSize": "shm_size",
    "arguments": "arguments",
    "baseImage": "base_image",
}

__getattr__ = _placeholders.lacking(__name__)
