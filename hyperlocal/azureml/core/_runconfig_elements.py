"""Settings of a run configuration beside its environment."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml.core._element import Element
from hyperlocal.azureml.core.container_registry import ContainerRegistry as _CoreContainerRegistry
from hyperlocal.azureml.exceptions import RunConfigurationException

__all__ = [
    "SUPPORTED_PYTORCH_BACKENDS",
    "AmlComputeConfiguration",
    "ContainerRegistry",
    "DockerConfiguration",
    "HdiConfiguration",
    "HistoryConfiguration",
    "KubernetesComputeConfiguration",
    "MpiConfiguration",
    "ParallelTaskConfiguration",
    "PyTorchConfiguration",
    "SparkConfiguration",
    "TensorflowConfiguration",
]

SUPPORTED_PYTORCH_BACKENDS = ["nccl", "gloo"]


class ContainerRegistry(_CoreContainerRegistry):
    """The same as `azureml.core.ContainerRegistry`, under the name it has here in the SDK."""


class DockerConfiguration(Element):
    """How a run's container is started. Kept and shown back: trials are plain processes."""

    def __init__(
        self,
        use_docker: Any = False,
        shared_volumes: Any = True,
        arguments: Any = [],  # noqa: B006 - the SDK's default; never changed, since it is copied
        shm_size: Any = "2g",
    ) -> None:
        self.use_docker = use_docker
        self.shared_volumes = shared_volumes
        self.arguments = list(arguments) if isinstance(arguments, list) else arguments
        self.shm_size = shm_size
        self._seal()


class MpiConfiguration(Element):
    """A job of several processes that talk through MPI.

    Differs:
        One process on one node runs here, as rank 0 of 1; more is refused at submit.
    """

    def __init__(self, process_count_per_node: Any = 1, node_count: Any = 1) -> None:
        self.process_count_per_node = process_count_per_node
        self.node_count = node_count
        self._seal()


class TensorflowConfiguration(Element):
    """A job of TensorFlow workers and parameter servers.

    Differs:
        One process on one node runs here, as rank 0 of 1; more is refused at submit.
    """

    def __init__(self, worker_count: Any = 1, parameter_server_count: Any = 1) -> None:
        self.worker_count = worker_count
        self.parameter_server_count = parameter_server_count
        self._seal()


class PyTorchConfiguration(Element):
    """A job of several processes that talk through `torch.distributed`.

    Differs:
        One process on one node runs here, as rank 0 of 1; more is refused at submit.
    """

    def __init__(
        self,
        communication_backend: Any = "Nccl",
        process_count: Any = None,
        node_count: Any = 1,
    ) -> None:
        backend = str(communication_backend).lower()
        if backend not in SUPPORTED_PYTORCH_BACKENDS:
            raise RunConfigurationException(
                f"PyTorchConfiguration: communication_backend is {communication_backend!r}, "
                "but must be 'Nccl' or 'Gloo'."
            )
        self.communication_backend = backend
        self.process_count = process_count
        self.node_count = node_count
        self._seal()


class HistoryConfiguration(Element):
    """What is kept of a run."""

    _hidden = ("_ambient_authentication",)

    def __init__(self) -> None:
        self.output_collection = True
        self.snapshot_project = True
        self.directories_to_watch = ["logs"]
        self._ambient_authentication: Any = None
        self._seal()


class SparkConfiguration(Element):
    """Spark's own settings."""

    def __init__(self) -> None:
        self.configuration: dict[str, Any] = {
            "spark.app.name": "Azure ML Experiment",
            "spark.yarn.maxAppAttempts": 1,
        }
        self._seal()


class HdiConfiguration(Element):
    """Settings of HDInsight."""

    def __init__(self) -> None:
        self.yarn_deploy_mode = "cluster"
        self._seal()


class ParallelTaskConfiguration(Element):
    """Settings of parallel tasks."""

    def __init__(self) -> None:
        self.max_retries_per_worker = 0
        self.worker_count_per_node = 1
        self.terminal_exit_codes: Any = None
        self._seal()


class AmlComputeConfiguration(Element):
    """A cluster that would be made for one run."""

    def __init__(self) -> None:
        self.vm_size: Any = None
        self.vm_priority: Any = None
        self._retain_cluster: Any = False
        self._name: Any = None
        self._cluster_max_node_count: Any = None
        self._seal()


class KubernetesComputeConfiguration(Element):
    """Settings of Kubernetes."""

    def __init__(self) -> None:
        self.instance_type: Any = None
        self._seal()
