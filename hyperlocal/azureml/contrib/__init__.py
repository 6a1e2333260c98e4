"""What was on trial in earlier SDKs. Modules of it that are not emulated are loud when used."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders

__all__: list[str] = []


__getattr__ = _placeholders.lacking(__name__)
