"""What the parts of the SDK share. Scripts use its user agent; everything else is loud."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders


def __getattr__(name: str) -> object:
    return _placeholders.missing(__name__, name)
