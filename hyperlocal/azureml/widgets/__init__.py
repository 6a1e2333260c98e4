"""Widgets: `RunDetails`, which shows a run where a script or notebook asks for it."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.widgets.run_details import RunDetails

__all__ = ["RunDetails"]


def __getattr__(name: str) -> Any:
    return _placeholders.missing(__name__, name)
