"""TensorBoard, over the logs of runs: that of this machine, where it is installed."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.tensorboard.tensorboard import Tensorboard

__all__ = ["Tensorboard"]


def __getattr__(name: str) -> Any:
    return _placeholders.missing(__name__, name)
