"""What is raised for metric values that cannot be logged or read."""

from __future__ import annotations

from collections.abc import Mapping

from hyperlocal.errors import MetricError
from hyperlocal.reading import shown

__all__ = ["malformed", "unequal_columns", "unsupported"]


def unsupported(value: object, where: str) -> MetricError:
    """What to raise for a value that is no scalar."""
    kind = type(value)
    return MetricError(
        f"{shown(value)} is {where}, but a {kind.__module__}.{kind.__qualname__} cannot be logged "
        "there. Use int, float, bool, str or None: for instance float(x), or x.tolist() for "
        "a numpy array."
    )


def unequal_columns(lengths: Mapping[str, int]) -> MetricError:
    """What to raise for a table whose columns differ in length."""
    told = ", ".join(f"{name!r} has {length}" for name, length in lengths.items())
    return MetricError(f"The columns of a table must be equally long, but {told}.")


def malformed(name: str, run_id: str, why: str) -> MetricError:
    """What to raise for a metric whose points do not fit together."""
    return MetricError(f"Metric {name!r} of run {run_id} cannot be read: {why}")
