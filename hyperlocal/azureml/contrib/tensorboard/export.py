"""Where `azureml.tensorboard.export` was at first."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.tensorboard.export import export_to_tensorboard

__all__ = ["export_to_tensorboard"]


__getattr__ = _placeholders.lacking(__name__)
