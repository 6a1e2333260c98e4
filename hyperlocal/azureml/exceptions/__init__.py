"""Exceptions of `azureml.exceptions`; the SDK too defines them in a module of its own below."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.exceptions._azureml_exception import *  # noqa: F403  # listed there
from hyperlocal.azureml.exceptions._azureml_exception import __all__ as __all__

__getattr__ = _placeholders.lacking(__name__)
