"""TensorBoard, over the logs of runs: that of this machine, where it is installed."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.tensorboard.tensorboard import Tensorboard

__all__ = ["Tensorboard"]


__getattr__ = _placeholders.lacking(__name__)
