"""What is raised for metric values that cannot be logged or read."""

from __future__ import annotations

from collections.abc import Mapping

from hyperlocal.azureml.exceptions import AzureMLException, UserErrorException
from hyperlocal.reading import shown

__all__ = ["EmptyMetricError", "malformed", "unequal_columns", "unsupported"]


class EmptyMetricError(UserErrorException, AttributeError):
    """A list or table without values. The SDK trips over it with an AttributeError."""


def unsupported(value: object, where: str) -> AzureMLException:
    """What to raise for a value that is no scalar."""
    kind = type(value)
    return AzureMLException(
        f"{shown(value)} is {where}, but a {kind.__module__}.{kind.__qualname__} cannot be logged "
        "there. Use int, float, bool, str or None: for instance float(x), or x.tolist() for "
        "a numpy array."
    )


def unequal_columns(lengths: Mapping[str, int]) -> AzureMLException:
    """What to raise for a table whose columns differ in length."""
    told = ", ".join(f"{name!r} has {length}" for name, length in lengths.items())
    return AzureMLException(f"The columns of a table must be equally long, but {told}.")


def malformed(name: str, run_id: str, why: str) -> AzureMLException:
    """What to raise for a metric whose points do not fit together."""
    return AzureMLException(f"Metric {name!r} of run {run_id} cannot be read: {why}")
