"""Widgets: `RunDetails`, which shows a run where a script or notebook asks for it."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.widgets.run_details import RunDetails

__all__ = ["RunDetails"]

__getattr__ = _placeholders.lacking(__name__)
