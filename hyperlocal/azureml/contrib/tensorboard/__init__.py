"""Where `azureml.tensorboard` was at first; older scripts import it from here."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.tensorboard import Tensorboard

__all__ = ["Tensorboard"]


def __getattr__(name: str) -> Any:
    return _placeholders.missing(__name__, name)
