"""What a deployed model asks for: kept with the model and shown back."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.exceptions import WebserviceException

__all__ = ["ResourceConfiguration"]

_KEYS = ("cpu", "memoryInGB", "gpu")


class ResourceConfiguration(_placeholders.Emulated):
    """Processors, memory and graphics processors that a deployed model would get."""

    def __init__(self, cpu: Any = None, memory_in_gb: Any = None, gpu: Any = None) -> None:
        self.cpu = cpu
        self.memory_in_gb = memory_in_gb
        self.gpu = gpu

    def serialize(self) -> dict[str, Any]:
        """Return this as a dict, in the shape of the service's answers."""
        return dict(zip(_KEYS, (self.cpu, self.memory_in_gb, self.gpu), strict=True))

    @staticmethod
    def deserialize(payload_obj: Any) -> ResourceConfiguration | None:
        """Return what `serialize` described; None for None.

        Raises:
            WebserviceException: Something is missing in it.
        """
        if payload_obj is None:
            return None
        absent = [key for key in _KEYS if key not in payload_obj]
        if absent:
            raise WebserviceException(
                f"This describes no resource configuration: {payload_obj!r} has no "
                f"{', '.join(absent)}."
            )
        return ResourceConfiguration(*(payload_obj[key] for key in _KEYS))

    def _check(self) -> None:
        given = {"cpu": self.cpu, "memory_in_gb": self.memory_in_gb, "gpu": self.gpu}
        for name, value in given.items():
            if value is not None and not value > 0:
                raise WebserviceException(
                    f"ResourceConfiguration: {name} is {value!r}, but must be greater than zero."
                )


__getattr__ = _placeholders.lacking(__name__)
