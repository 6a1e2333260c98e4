"""`azureml.pipeline`: steps that need one another, run in their order."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders

__all__: list[str] = []


def __getattr__(name: str) -> object:
    return _placeholders.missing(__name__, name)
