"""Sections of an environment: Python, Docker, Spark, R and Databricks.

All are kept and shown back. Trials run in the Python environment that runs the driver.
"""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml.core._element import Element
from hyperlocal.azureml.core.conda_dependencies import CondaDependencies
from hyperlocal.azureml.core.container_registry import ContainerRegistry
from hyperlocal.azureml.exceptions import UserErrorException

__all__ = [
    "DEFAULT_CPU_IMAGE",
    "DEFAULT_GPU_IMAGE",
    "DatabricksSection",
    "DockerBuildContext",
    "DockerEnvironment",
    "DockerImagePlatform",
    "DockerSection",
    "PythonEnvironment",
    "PythonSection",
    "RCranPackage",
    "RGitHubPackage",
    "RSection",
    "SparkEnvironment",
    "SparkPackage",
    "SparkSection",
]

DEFAULT_CPU_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:20251130.v1"
DEFAULT_GPU_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-cuda11.8-cudnn8-ubuntu22.04"


class PythonSection(Element):
    """Which Python and which packages an environment asks for."""

    def __init__(self, **kwargs: Any) -> None:
        self.interpreter_path = "python"
        self.user_managed_dependencies = False
        self._conda_dependencies_file: Any = None
        self._base_conda_environment: Any = None
        self.conda_dependencies: Any = CondaDependencies()
        self._seal()

    @property
    def conda_dependencies_file(self) -> Any:
        """The conda file that `conda_dependencies` is read from, when it is set."""
        return self._conda_dependencies_file

    @conda_dependencies_file.setter
    def conda_dependencies_file(self, value: Any) -> None:
        self._conda_dependencies_file = value


class PythonEnvironment(PythonSection):
    """The older name of `PythonSection`."""

    def __init__(self) -> None:
        super().__init__()


class DockerImagePlatform(Element):
    """Which machine an image is for."""

    def __init__(self) -> None:
        self.os = "Linux"
        self.architecture = "amd64"
        self._seal()


class DockerBuildContext(Element):
    """A folder that an image would be built from."""

    def __init__(
        self,
        location_type: Any = None,
        location: Any = None,
        dockerfile_path: Any = "Dockerfile",
    ) -> None:
        self.location_type = location_type
        self.location = location
        self.dockerfile_path = dockerfile_path
        self._seal()

    @staticmethod
    def from_local_directory(
        workspace: Any, path: Any, dockerfile_path: Any = "Dockerfile"
    ) -> DockerBuildContext:
        """Return a build context for a folder of this machine."""
        import os

        if not os.path.isfile(os.path.join(path, dockerfile_path)):
            raise UserErrorException(
                f"DockerBuildContext: there is no {dockerfile_path!r} in {path!r}."
            )
        return DockerBuildContext("localPath", os.path.abspath(path), dockerfile_path)


def _dockerfile(value: Any) -> Any:
    """Return the text of a Dockerfile that is given as a text, a path or an open file."""
    import os

    if hasattr(value, "read"):
        return value.read()
    if not isinstance(value, (str, bytes, os.PathLike, int)):
        raise TypeError(f"base_dockerfile is {value!r}, but must be a text or a path.")
    if not os.path.isfile(value):
        return value
    from hyperlocal.azureml._user_files import text_in

    return text_in(value)


class DockerSection(Element):
    """Which image an environment asks for, and how its container is started."""

    def __init__(self, **kwargs: Any) -> None:
        self._enabled: Any = False
        self._base_image: Any = DEFAULT_CPU_IMAGE
        self._base_dockerfile: Any = None
        self._build_context: Any = None
        self._shared_volumes: Any = True
        self._gpu_support: Any = None
        self._shm_size: Any = "2g"
        self._arguments: Any = []
        self.base_image_registry: Any = ContainerRegistry()
        self.platform: Any = DockerImagePlatform()
        self._seal()

    _hidden = ("_gpu_support",)  # the SDK gave it up and does not show it

    @property
    def enabled(self) -> Any:
        """Whether a run is in a container."""
        return self._enabled

    @enabled.setter
    def enabled(self, value: Any) -> None:
        self._enabled = value

    @property
    def base_image(self) -> Any:
        """The image; None if a Dockerfile says how to build one."""
        return self._base_image

    @base_image.setter
    def base_image(self, value: Any) -> None:
        self._base_image = value or None
        if value:
            self._base_dockerfile = self._build_context = None

    @property
    def base_dockerfile(self) -> Any:
        """A Dockerfile's text; it may be set by path, too. It takes `base_image` away."""
        return self._base_dockerfile

    @base_dockerfile.setter
    def base_dockerfile(self, value: Any) -> None:
        self._base_dockerfile = _dockerfile(value) if value else None
        if value:
            self._base_image = self._build_context = None

    @property
    def build_context(self) -> Any:
        """The folder to build from. Setting it takes image and Dockerfile away."""
        return self._build_context

    @build_context.setter
    def build_context(self, value: Any) -> None:
        self._build_context = value or None
        if value:
            self._base_image = self._base_dockerfile = None

    @property
    def shared_volumes(self) -> Any:
        """Whether volumes are shared with the host."""
        return self._shared_volumes

    @shared_volumes.setter
    def shared_volumes(self, value: Any) -> None:
        self._shared_volumes = value

    @property
    def gpu_support(self) -> Any:
        """Whether the container sees GPUs; the SDK detects that by itself today."""
        return self._gpu_support

    @gpu_support.setter
    def gpu_support(self, value: Any) -> None:
        self._gpu_support = value

    @property
    def shm_size(self) -> Any:
        """Size of the container's shared memory, for instance `2g`."""
        return self._shm_size

    @shm_size.setter
    def shm_size(self, value: Any) -> None:
        self._shm_size = value

    @property
    def arguments(self) -> Any:
        """More arguments of `docker run`."""
        return self._arguments

    @arguments.setter
    def arguments(self, value: Any) -> None:
        self._arguments = value


class DockerEnvironment(DockerSection):
    """The older name of `DockerSection`."""

    def __init__(self) -> None:
        super().__init__()


class SparkPackage(Element):
    """One package for Spark."""

    def __init__(self, group: Any = None, artifact: Any = None, version: Any = None) -> None:
        self.group = group
        self.artifact = artifact
        self.version = version
        self._seal()


class SparkSection(Element):
    """What an environment asks of Spark."""

    def __init__(self, **kwargs: Any) -> None:
        self.repositories: list[Any] = []
        self.packages: list[Any] = []
        self.precache_packages = True
        self._seal()


class SparkEnvironment(SparkSection):
    """The older name of `SparkSection`."""

    def __init__(self) -> None:
        super().__init__()


class DatabricksSection(Element):
    """What an environment asks of Databricks."""

    _hidden = ("_cluster",)

    def __init__(self, _skip_defaults: Any = False) -> None:
        self.maven_libraries: list[Any] = []
        self.pypi_libraries: list[Any] = []
        self.rcran_libraries: list[Any] = []
        self.jar_libraries: list[Any] = []
        self.egg_libraries: list[Any] = []
        self._cluster: Any = None
        self._seal()

    @property
    def cluster(self) -> Any:
        """The Databricks cluster, or None."""
        return self._cluster

    @cluster.setter
    def cluster(self, value: Any) -> None:
        self._cluster = value


class RCranPackage(Element):
    """One R package of CRAN."""

    def __init__(self) -> None:
        self.name: Any = None
        self.version: Any = None
        self.repository: Any = None
        self._seal()


class RGitHubPackage(Element):
    """One R package of GitHub."""

    def __init__(self) -> None:
        self.repository: Any = None
        self.auth_token: Any = None
        self._seal()


class RSection(Element):
    """What an environment asks of R."""

    def __init__(self) -> None:
        self.r_version: Any = None
        self.user_managed = False
        self.rscript_path: Any = None
        self.snapshot_date: Any = None
        self.cran_packages: Any = None
        self.github_packages: Any = None
        self.custom_url_packages: Any = None
        self.bioconductor_packages: Any = None
        self._seal()
