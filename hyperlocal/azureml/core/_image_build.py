"""Builds of images, which only the service makes."""

from __future__ import annotations

from hyperlocal.azureml._loud import OnlyInCloud

__all__ = ["ImageBuildDetails"]


class ImageBuildDetails(OnlyInCloud):
    """An image that is being built: kept, and loud when anything is asked of it."""
