"""The SDK's own way to its services. Scripts read its constants; everything else is loud."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders


def __getattr__(name: str) -> object:
    return _placeholders.missing(__name__, name)
