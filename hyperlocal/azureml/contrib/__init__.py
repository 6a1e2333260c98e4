"""What was on trial in earlier SDKs. Modules of it that are not emulated are loud when used."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders

__all__: list[str] = []


def __getattr__(name: str) -> Any:
    return _placeholders.missing(__name__, name)
