"""Exceptions of `azureml.train.hyperdrive.exceptions`, and the one place that makes them.

AzureMLException
    HyperDriveException
        HyperDriveConfigException                       a configuration that cannot be
            HyperDriveScenarioNotSupportedException     possible, but not on this compute target
                HyperDriveNotImplementedException       a method that a HyperDriveRun does not have
        HyperDriveServiceException                      the sweep was refused
        HyperDriveRehydrateException                    a stored configuration that cannot be read
"""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.exceptions import AzureMLException
from hyperlocal.reading import shown

TYPE_CHECKING = False  # typing itself costs milliseconds
if TYPE_CHECKING:
    from typing import Any, TypeVar

    _Kind = TypeVar("_Kind", bound="HyperDriveException")

__all__ = [
    "HyperDriveConfigException",
    "HyperDriveException",
    "HyperDriveNotImplementedException",
    "HyperDriveRehydrateException",
    "HyperDriveScenarioNotSupportedException",
    "HyperDriveServiceException",
]


class HyperDriveException(AzureMLException):
    """Base of everything that HyperDrive raises in its own name."""

    def __init__(self, exception_message: Any, **kwargs: Any) -> None:
        super().__init__(exception_message, **kwargs)

    @property
    def error_code(self) -> str | None:
        """The narrowest code, for instance `ArgumentInvalid`; None if nobody gave one."""
        return self._codes[-1] if self._codes else None


class HyperDriveConfigException(HyperDriveException):
    """A parameter expression, sampling, policy or configuration that cannot be."""


class HyperDriveScenarioNotSupportedException(HyperDriveConfigException):
    """A configuration that is fine as such, but not here."""


class HyperDriveNotImplementedException(HyperDriveScenarioNotSupportedException):
    """A method of `Run` that makes no sense on a HyperDriveRun."""


class HyperDriveServiceException(HyperDriveException):
    """A sweep that could not be started, stopped or asked."""


class HyperDriveRehydrateException(HyperDriveException):
    """A stored configuration from which nothing can be made again."""


def _coded(error: _Kind, target: str, code: str = "ArgumentInvalid") -> _Kind:
    """Give `error` the SDK's codes for a bad argument named `target`."""
    error._codes = ("UserError", "BadArgument", code)
    error._target = target
    error._details_uri = (
        "https://learn.microsoft.com/python/api/azureml-train-core/azureml.train.hyperdrive"
    )
    return error


def _rejection(
    message: str, target: str, code: str = "ArgumentInvalid"
) -> HyperDriveConfigException:
    """What to raise for an argument, or several, that a constructor cannot take."""
    return _coded(HyperDriveConfigException(message), target, code)


def _shown(value: object) -> str:
    """The value as a message shows it."""
    return shown(value)


__getattr__ = _placeholders.lacking(__name__)
