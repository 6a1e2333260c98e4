"""Where `azureml.tensorboard.export` was at first."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.tensorboard.export import export_to_tensorboard

__all__ = ["export_to_tensorboard"]


def __getattr__(name: str) -> Any:
    return _placeholders.missing(__name__, name)
