"""What is raised for a list or a table that is logged without values."""

from __future__ import annotations

from hyperlocal.azureml.exceptions import UserErrorException

__all__ = ["EmptyMetricError"]


class EmptyMetricError(UserErrorException, AttributeError):
    """A list or table without values. The SDK trips over it with an AttributeError."""
