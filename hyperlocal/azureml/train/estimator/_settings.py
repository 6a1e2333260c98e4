"""Settings: what an estimator was given, and which of it contradicts itself."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from typing import Any

from hyperlocal.azureml._class_names import is_instance
from hyperlocal.azureml.exceptions import TrainingException, UserErrorException

__all__ = ["Settings", "given"]

_logger = logging.getLogger("azureml.train.estimator")

# A name for each package source, so that texts can say which one is in the way.
_PACKAGES = ("conda_packages", "pip_packages", "conda_dependencies_file", "pip_requirements_file")
_IN_AN_ENVIRONMENT = (
    *_PACKAGES,
    "custom_docker_image",
    "image_registry_details",
    "use_gpu",
    "user_managed",
    "shm_size",
    "environment_variables",
)
_OLD_NAMES = {
    "conda_dependencies_file_path": "conda_dependencies_file",
    "pip_requirements_file_path": "pip_requirements_file",
    "custom_docker_base_image": "custom_docker_image",
}
_TARGETS_WITH_NODES = ("AmlCompute", "KubernetesCompute")


def given(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what an estimator was given, of its `locals()`: without the SDK's own switches."""
    return {
        name: value
        for name, value in arguments.items()
        if name != "self" and not name.startswith("_")
    }


@dataclass
class Settings:
    """An estimator's arguments under the SDK's names.

    Attributes:
        backends: What `distributed_backend` may be.
    """

    source_directory: Any
    compute_target: Any = None
    vm_size: Any = None
    vm_priority: Any = None
    entry_script: Any = None
    script_params: Any = None
    node_count: Any = 1
    process_count_per_node: Any = 1
    worker_count: Any = 1
    parameter_server_count: Any = 1
    distributed_backend: Any = None
    distributed_training: Any = None
    use_gpu: Any = False
    use_docker: Any = True
    custom_docker_base_image: Any = None
    custom_docker_image: Any = None
    image_registry_details: Any = None
    user_managed: Any = False
    conda_packages: Any = None
    pip_packages: Any = None
    conda_dependencies_file_path: Any = None
    pip_requirements_file_path: Any = None
    conda_dependencies_file: Any = None
    pip_requirements_file: Any = None
    environment_variables: Any = None
    environment_definition: Any = None
    inputs: Any = None
    source_directory_data_store: Any = None
    shm_size: Any = None
    resume_from: Any = None
    max_run_duration_seconds: Any = None
    framework_version: Any = None
    backends: tuple[str, ...] = field(default=("mpi",))

    def check(self, estimator_name: str) -> None:
        """Say what is deprecated, and refuse what the SDK refuses.

        Raises:
            TrainingException: Arguments that contradict each other or cannot be.
            UserErrorException: Packages for an environment that manages itself; a file that is
                not in the source folder.
        """
        self._take_old_names()
        self._tell_deprecated()
        if self.compute_target is None and self.vm_size is None:
            raise TrainingException(
                f"{estimator_name}: there is no compute_target, and no vm_size either. "
                "Give compute_target='cpu-cluster', for instance."
            )
        self._check_distribution(estimator_name)
        self._check_environment(estimator_name)
        for name in ("conda_dependencies_file", "pip_requirements_file"):
            self._check_file(estimator_name, name)

    def path(self, name: str) -> str:
        """Return where a file is that an argument names, from the source folder."""
        return os.path.join(self.source_directory or os.curdir, getattr(self, name))

    def _take_old_names(self) -> None:
        """Let arguments with an old name stand for those with the new one."""
        both = self.custom_docker_base_image and self.custom_docker_image
        if both:
            raise TrainingException(
                "custom_docker_base_image is the old name of custom_docker_image: give only the "
                "latter."
            )
        for old, new in _OLD_NAMES.items():
            if getattr(self, old):
                _logger.warning("The parameter %s is deprecated. Use %s.", old, new)
                setattr(self, new, getattr(self, new) or getattr(self, old))

    def _tell_deprecated(self) -> None:
        if self.use_docker is False:
            _logger.warning("The parameter use_docker is deprecated. Use environment_definition.")
        if self.distributed_backend:
            _logger.warning(
                "The parameter distributed_backend is deprecated. Use distributed_training."
            )
        counts = {
            "process_count_per_node": self.process_count_per_node,
            "worker_count": self.worker_count,
            "parameter_server_count": self.parameter_server_count,
        }
        changed = [name for name, count in counts.items() if count != 1]
        for name in changed:
            _logger.warning("The parameter %s is deprecated. Use distributed_training.", name)
        if changed and not self.distributed_backend:
            _logger.warning("%s has no effect without distributed_backend.", " and ".join(changed))

    def _check_distribution(self, estimator_name: str) -> None:
        for name in ("node_count", "process_count_per_node"):
            if getattr(self, name) < 1:
                raise TrainingException(
                    f"{estimator_name}: {name} is {getattr(self, name)!r}, but must be at least 1."
                )
        if self.distributed_backend and self.distributed_training and len(self.backends) == 1:
            # Estimators with a choice of backends let distributed_training win, as the SDK's do.
            raise TrainingException(
                f"{estimator_name}: distributed_backend and distributed_training are both given. "
                "Give only distributed_training."
            )
        backend = self.distributed_backend
        if backend and str(backend).lower() not in self.backends:
            raise TrainingException(
                f"{estimator_name}: distributed_backend is {backend!r}, but must be one of "
                f"{', '.join(self.backends)}."
            )
        if hasattr(self.distributed_training, "validate"):
            self.distributed_training.validate(estimator_name)
        self._check_counts(estimator_name)

    def _check_counts(self, estimator_name: str) -> None:
        is_distributed = self.distributed_backend or self.distributed_training
        if (self.node_count > 1 or self.process_count_per_node > 1) and not is_distributed:
            raise TrainingException(
                f"{estimator_name}: several nodes or processes need a distributed_training, "
                "Mpi() for instance."
            )
        has_nodes = is_instance(self.compute_target, *_TARGETS_WITH_NODES)
        if self.node_count > 1 and not has_nodes:
            raise TrainingException(
                f"{estimator_name}: node_count is {self.node_count}, but the compute target "
                f"{self.compute_target!r} is no {' or '.join(_TARGETS_WITH_NODES)} object."
            )

    def _check_environment(self, estimator_name: str) -> None:
        packages = [name for name in _PACKAGES if getattr(self, name)]
        if self.environment_definition:
            self._refuse(estimator_name, "environment_definition", _IN_AN_ENVIRONMENT)
        if self.user_managed and packages:
            raise UserErrorException(
                f"{estimator_name}: an environment with user_managed=True takes no packages; "
                f"leave out {', '.join(packages)}."
            )
        if self.conda_dependencies_file:
            others = tuple(name for name in _PACKAGES if name != "conda_dependencies_file")
            self._refuse(estimator_name, "conda_dependencies_file", others)
        if self.use_docker is False and self.custom_docker_image:
            raise TrainingException(
                f"{estimator_name}: custom_docker_image needs use_docker=True, the default."
            )

    def _refuse(self, estimator_name: str, name: str, others: tuple[str, ...]) -> None:
        too_many = [other for other in others if getattr(self, other)]
        if too_many:
            raise TrainingException(
                f"{estimator_name}: {name} says what {', '.join(too_many)} would say too. "
                "Give only one of them."
            )

    def _check_file(self, estimator_name: str, name: str) -> None:
        if getattr(self, name) and not os.path.isfile(self.path(name)):
            raise UserErrorException(
                f"{estimator_name}: {name} is {getattr(self, name)!r}, but there is no file "
                f"{self.path(name)}. It is looked for in the source folder."
            )
