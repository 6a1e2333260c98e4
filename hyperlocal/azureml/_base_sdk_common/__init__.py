"""What the parts of the SDK share. Scripts use its user agent; everything else is loud."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders

__getattr__ = _placeholders.lacking(__name__)
