"""Errors: ours, as the exceptions that the SDK raises for the same."""

from __future__ import annotations

import functools

from hyperlocal.errors import HyperlocalError

TYPE_CHECKING = False  # typing itself costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    _F = TypeVar("_F", bound=Callable[..., Any])

__all__ = ["as_sdk_errors", "sdk_error"]


def sdk_error(error: HyperlocalError) -> Exception | None:
    """Return what the SDK raises in place of an error of ours; None if it has nothing for it."""
    # Late: a trial that goes well needs none of the SDK's exceptions.
    from hyperlocal import errors
    from hyperlocal.azureml import exceptions as sdk
    from hyperlocal.azureml.train.hyperdrive.exceptions import HyperDriveRehydrateException

    table: dict[type[HyperlocalError], Callable[[str], Exception]] = {
        errors.ArgumentError: sdk.UserErrorException,
        errors.BuildError: sdk.UserErrorException,
        errors.DataError: sdk.UserErrorException,
        errors.FileError: sdk.UserErrorException,
        errors.ComputeError: sdk.ComputeTargetException,
        errors.EmptyMetricError: _empty_metric,
        errors.MetricError: sdk.AzureMLException,
        errors.ModelError: sdk.WebserviceException,
        errors.ModelFilesError: sdk.ModelPathNotFoundException,
        errors.ModelNotFound: functools.partial(sdk.WebserviceException, status_code=404),
        errors.RunKindError: HyperDriveRehydrateException,
        errors.SourceError: sdk.SnapshotException,
    }
    for kind in type(error).__mro__:
        if kind in table:
            return table[kind](str(error))
    return None


def _in_place_of(error: HyperlocalError, translated: Exception) -> Exception:
    """Return an exception as if it had been raised where an error of ours was, and for its cause.

    Ours is not shown beside it: it says the same.
    """
    translated.__cause__ = error.__cause__
    translated.__suppress_context__ = True
    return translated.with_traceback(error.__traceback__)


def _empty_metric(text: str) -> Exception:
    from hyperlocal.azureml.exceptions import UserErrorException

    class EmptyMetricError(UserErrorException, AttributeError):
        """A list or table without values. The SDK trips over it with an AttributeError."""

    return EmptyMetricError(text)


class _AsSdkErrors:
    """Turns our errors into the SDK's: a context, and a decorator of what scripts call."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        if isinstance(error, HyperlocalError):
            translated = sdk_error(error)
            if translated is not None:
                raise _in_place_of(error, translated)

    def __call__(self, function: _F) -> _F:
        @functools.wraps(function)
        def with_sdk_errors(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except HyperlocalError as error:
                translated = sdk_error(error)
                if translated is None:
                    raise
                raise _in_place_of(error, translated)

        return with_sdk_errors  # type: ignore[return-value]


as_sdk_errors = _AsSdkErrors()
