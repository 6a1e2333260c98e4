"""`azureml.train`: what trains: HyperDrive, and estimators."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders

__all__: list[str] = []

__getattr__ = _placeholders.lacking(__name__)
