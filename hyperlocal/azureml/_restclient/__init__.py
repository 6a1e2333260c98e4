"""The SDK's own way to its services. Scripts read its constants; everything else is loud."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders

__getattr__ = _placeholders.lacking(__name__)
