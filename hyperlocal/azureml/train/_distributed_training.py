"""Distributed training, as estimators say it: how many processes a run has and how they talk.

Kept and shown back. A run of one process on one node works here; more is refused at submit.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._class_names import own_class
from hyperlocal.azureml.exceptions import TrainingException

if TYPE_CHECKING:
    from hyperlocal.azureml.core.runconfig import RunConfiguration

__all__ = ["Gloo", "Mpi", "Nccl", "ParameterServer"]

_logger = logging.getLogger("azureml.train._distributed_training")


class _DistributedTraining(_placeholders.Emulated):
    """Base of the ways in which an estimator's processes talk to each other."""

    _frameworks: tuple[str, ...] = ()
    _framework = "python"
    _successor = ""

    def __init__(self) -> None:
        _logger.warning(
            "%s is deprecated; ScriptRunConfig takes an azureml.core.runconfig.%s instead.",
            type(self).__name__,
            self._successor,
        )

    def validate(self, estimator_name: Any) -> None:
        """Check that an estimator can train this way.

        Raises:
            TrainingException: It cannot.
        """
        if str(estimator_name).lower() not in self._frameworks:
            raise TrainingException(
                f"{type(self).__name__} does not go with the estimator {estimator_name}. "
                f"It goes with: {', '.join(self._frameworks)}."
            )

    def _apply(self, config: RunConfiguration) -> None:
        config.framework = self._framework
        config.communicator = own_class(self)


class Mpi(_DistributedTraining):
    """Processes that talk through MPI, for instance with Horovod."""

    _frameworks = ("pytorch", "tensorflow", "chainer", "estimator", "lightgbm")
    _successor = "MpiConfiguration"

    def __init__(self, process_count_per_node: Any = 1) -> None:
        super().__init__()
        self.process_count_per_node = process_count_per_node

    def __str__(self) -> str:
        return "mpi"

    def _apply(self, config: RunConfiguration) -> None:
        super()._apply(config)
        config.mpi.process_count_per_node = self.process_count_per_node


class Gloo(_DistributedTraining):
    """Processes that talk through PyTorch's Gloo."""

    _frameworks = ("pytorch", "estimator")
    _framework = "pytorch"
    _successor = "PyTorchConfiguration"

    def __init__(self) -> None:
        super().__init__()


class Nccl(_DistributedTraining):
    """Processes that talk through NVIDIA's NCCL."""

    _frameworks = ("pytorch", "estimator")
    _framework = "pytorch"
    _successor = "PyTorchConfiguration"

    def __init__(self) -> None:
        super().__init__()


class ParameterServer(_DistributedTraining):
    """TensorFlow workers that share their parameters through servers."""

    _frameworks = ("tensorflow", "estimator")
    _framework = "tensorflow"
    _successor = "TensorflowConfiguration"

    def __init__(self, worker_count: Any = 1, parameter_server_count: Any = 1) -> None:
        super().__init__()
        self.worker_count = worker_count
        self.parameter_server_count = parameter_server_count

    def _apply(self, config: RunConfiguration) -> None:
        super()._apply(config)
        config.tensorflow.worker_count = self.worker_count
        config.tensorflow.parameter_server_count = self.parameter_server_count


__getattr__ = _placeholders.lacking(__name__)
