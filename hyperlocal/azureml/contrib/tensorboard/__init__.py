"""Where `azureml.tensorboard` was at first; older scripts import it from here."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.tensorboard import Tensorboard

__all__ = ["Tensorboard"]


__getattr__ = _placeholders.lacking(__name__)
