"""Container registries: where an image would come from."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.core._element import Element

__all__ = ["ContainerRegistry"]


class ContainerRegistry(Element):
    """The address of a registry and who may read it. Kept and shown back; nothing is pulled."""

    def __init__(self) -> None:
        self.address: str | None = None
        self.username: str | None = None
        self.password: str | None = None
        self.registry_identity: object | None = None
        self._seal()


__getattr__ = _placeholders.lacking(__name__)
