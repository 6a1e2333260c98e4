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
    from hyperlocal.azureml.core._empty_metric import EmptyMetricError
    from hyperlocal.azureml.train.hyperdrive.exceptions import HyperDriveRehydrateException

    table: dict[type[HyperlocalError], Callable[[str], Exception]] = {
        errors.ArgumentError: sdk.UserErrorException,
        errors.BuildError: sdk.UserErrorException,
        errors.DataError: sdk.UserErrorException,
        errors.FileError: sdk.UserErrorException,
        errors.ComputeError: sdk.ComputeTargetException,
        errors.EmptyMetricError: EmptyMetricError,
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


class _AsSdkErrors:
    """Turns our errors into the SDK's: a context, and a decorator of what scripts call.

    They are raised as if they had been where ours were, and for their cause; ours, which say the
    same, are not shown beside them.
    """

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        if isinstance(error, HyperlocalError):
            translated = sdk_error(error)
            if translated is not None:
                raise translated.with_traceback(error.__traceback__) from error.__cause__

    def __call__(self, function: _F) -> _F:
        @functools.wraps(function)
        def with_sdk_errors(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except HyperlocalError as error:
                translated = sdk_error(error)
                if translated is None:
                    raise
                raise translated.with_traceback(error.__traceback__) from error.__cause__

        return with_sdk_errors  # type: ignore[return-value]


as_sdk_errors = _AsSdkErrors()
