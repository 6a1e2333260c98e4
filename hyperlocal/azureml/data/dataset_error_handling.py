"""What goes wrong with datasets, as the SDK's classes."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.exceptions import AzureMLException, UserErrorException

__all__ = ["DatasetExecutionError", "DatasetValidationError"]


class DatasetValidationError(UserErrorException):
    """A dataset that was just defined has no data that could be read."""


class DatasetExecutionError(AzureMLException):
    """A dataset cannot be read."""


__getattr__ = _placeholders.lacking(__name__)
