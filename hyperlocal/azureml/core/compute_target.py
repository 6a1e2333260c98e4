"""Compute targets of the early SDK: names for where a run is."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.exceptions import ComputeTargetException, UserErrorException

__all__ = ["AbstractComputeTarget", "ComputeTargetException", "LocalTarget", "UserErrorException"]


class AbstractComputeTarget(_placeholders.Emulated):
    """A target by name and type."""

    def __init__(self, compute_target_type: Any, name: Any) -> None:
        self._compute_target_type = compute_target_type
        self._name = name

    @property
    def name(self) -> Any:
        """The target's name."""
        return self._name

    @property
    def type(self) -> Any:
        """The target's type."""
        return self._compute_target_type

    @staticmethod
    def deserialize_from_dict(compute_target_name: Any, compute_target_dict: Any) -> Any:
        """Return the target that a dict describes: this machine, or a name."""
        kind = compute_target_dict.get("type", "local")
        if kind == "local":
            return LocalTarget()
        return AbstractComputeTarget(kind, compute_target_name)


class LocalTarget(AbstractComputeTarget):
    """This machine."""

    def __init__(self) -> None:
        super().__init__("local", "local")

    @staticmethod
    def deserialize_from_dict(compute_target_name: Any, compute_target_dict: Any) -> LocalTarget:
        """Return this machine."""
        return LocalTarget()


__getattr__ = _placeholders.lacking(__name__)
