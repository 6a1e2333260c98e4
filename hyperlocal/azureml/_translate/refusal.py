"""Refusals: what the SDK lets pass and only the service would not."""

from __future__ import annotations

from hyperlocal.azureml.exceptions import TrainingException

__all__ = ["refused"]


def refused(why: str) -> TrainingException:
    """Return what to raise for a configuration that the service would refuse."""
    return TrainingException(f"The run was refused: {why}")
