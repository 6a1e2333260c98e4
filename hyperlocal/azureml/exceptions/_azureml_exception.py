"""Exceptions of `azureml.exceptions`: the SDK's names and tree, with texts of our own.

AzureMLException
    UserErrorException
        AuthenticationException
    ComputeTargetException, TrainingException, WebserviceException, ... one per area
ServiceException    what a service answered; by its ancestors not an AzureMLException

`str()` has several lines: the message, the inner exception and an `ErrorResponse` in JSON. Match
on the class and on the codes in there; `.message` is the bare text.
"""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.exceptions._uncaught import IN_SHORT, tell_in_short

TYPE_CHECKING = False  # typing itself costs milliseconds
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "ActivityFailedException",
    "AuthenticationException",
    "AzureMLAggregatedException",
    "AzureMLException",
    "ComputeTargetException",
    "DatasetTimestampMissingError",
    "DiscoveryUrlNotFoundException",
    "ExperimentExecutionException",
    "ModelNotFoundException",
    "ModelPathNotFoundException",
    "ParallelRunException",
    "ProjectSystemException",
    "RunConfigurationException",
    "RunEnvironmentException",
    "ServiceException",
    "SnapshotException",
    "TrainingException",
    "UserErrorException",
    "WebserviceException",
    "WorkspaceException",
    "WorkspacePrivateEndpointException",
]


class _Explained(Exception):
    """What all these exceptions share: a message, an inner exception, and pickling that works."""

    _exception_message: Any
    _inner_exception: Any
    # What is told where it ends a script; the message unless something else is shorter.
    _short: str | None = None

    def __new__(cls, *args: Any, **kwargs: Any) -> _Explained:
        tell_in_short()
        error: _Explained = super().__new__(cls, *args)
        return error

    def __str__(self) -> str:
        if self.__dict__.get(IN_SHORT):
            return str(self._short or self._exception_message)
        return self._whole_text()

    def _whole_text(self) -> str:
        return str(self._exception_message)

    @property
    def message(self) -> Any:
        """The bare text, without class name and error response."""
        return self._exception_message

    @message.setter
    def message(self, value: Any) -> None:
        self._exception_message = value

    @property
    def inner_exception(self) -> Any:
        """The exception that led to this one, if there was one."""
        return self._inner_exception

    @inner_exception.setter
    def inner_exception(self, value: Any) -> None:
        self._inner_exception = value

    def print_stacktrace(self) -> None:
        """Print what was being handled when this exception was made."""
        import traceback

        handled = self.__context__
        if handled is None:
            print("No other exception was being handled.")
        else:
            traceback.print_exception(type(handled), handled, handled.__traceback__)

    def __repr__(self) -> str:
        return str(self)

    def __reduce__(self) -> tuple[Any, ...]:
        # Constructors take all sorts of arguments; a copy must not depend on calling them again.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(kind: type[_Explained], args: tuple[Any, ...], state: dict[str, Any]) -> _Explained:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class AzureMLException(_Explained):
    """Base of nearly everything that the SDK raises in its own name.

    Unknown keyword arguments are accepted, as in the SDK, whose subclasses pass them around.
    """

    # Where the SDK's tree of codes starts; a UserErrorException says so on its class.
    _error_code: str | None = None
    # The codes from the widest to the narrowest, where an exception knows more than its class.
    _codes: tuple[str, ...] = ()
    _details_uri: str | None = None

    def __init__(
        self,
        exception_message: Any,
        inner_exception: Any = None,
        target: Any = None,
        details: Any = None,
        message_format: Any = None,
        message_parameters: Any = None,
        reference_code: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(exception_message)
        self._exception_message = exception_message
        self._inner_exception = inner_exception
        self._target = target
        self._details = details
        self._message_format = message_format
        self._message_parameters = message_parameters
        self._reference_code = reference_code

    def _whole_text(self) -> str:
        import json

        response = json.dumps({"error": self._response()}, indent=4, default=str)
        return (
            f"{type(self).__name__}:\n"
            f"\tMessage: {self._exception_message}\n"
            f"\tInnerException {self._inner_exception}\n"
            f"\tErrorResponse \n{response}"
        )

    def _response(self) -> dict[str, Any]:
        error: dict[str, Any] = {}
        codes = self._codes or _codes_of(type(self))
        if codes:
            error["code"] = codes[0]
        error["message"] = self._exception_message
        optional = {
            "details_uri": self._details_uri,
            "target": self._target,
            "details": self._details,
            "reference_code": self._reference_code,
        }
        error.update({key: value for key, value in optional.items() if value})
        level = error
        for code in codes[1:]:
            level["inner_error"] = {"code": code}
            level = level["inner_error"]
        return error


def _codes_of(kind: type[AzureMLException]) -> tuple[str, ...]:
    """The codes that a class and its bases declare, the widest first."""
    declared = [vars(base).get("_error_code") for base in reversed(kind.__mro__)]
    return tuple(code for code in declared if code)


class AzureMLAggregatedException(AzureMLException):
    """Several errors told as one, a line each."""

    def __init__(self, exceptions_list: Any, **kwargs: Any) -> None:
        super().__init__("\n".join(str(error) for error in exceptions_list), **kwargs)


class _OneMessage(AzureMLException):
    def __init__(self, exception_message: Any, **kwargs: Any) -> None:
        super().__init__(exception_message, **kwargs)


class UserErrorException(_OneMessage):
    """The script asked for something that cannot be."""

    _error_code = "UserError"


class AuthenticationException(UserErrorException):
    """A login that did not work."""

    _error_code = "Authentication"


class ComputeTargetException(_OneMessage):
    """A compute target that does not exist or cannot be used."""


class ExperimentExecutionException(_OneMessage):
    """A run that could not be started or followed."""


class ProjectSystemException(_OneMessage):
    """A project folder that is not what it should be."""


class RunConfigurationException(_OneMessage):
    """A run configuration that contradicts itself."""


class SnapshotException(_OneMessage):
    """The source folder of a run that could not be copied."""


class TrainingException(_OneMessage):
    """A training run that was refused, or asked for what it cannot do."""


class ActivityFailedException(AzureMLException):
    """A run that was waited for and failed."""

    def __init__(self, error_details: Any, **kwargs: Any) -> None:
        super().__init__(f"The run failed:\n{error_details}", **kwargs)


class DatasetTimestampMissingError(AzureMLException):
    """A dataset without the timestamp column that an operation needs."""

    def __init__(self, error_details: Any, **kwargs: Any) -> None:
        super().__init__(f"The dataset has no timestamp:\n{error_details}", **kwargs)


class DiscoveryUrlNotFoundException(AzureMLException):
    """An environment variable of a submitted run that is not set."""

    def __init__(self, discovery_key: Any, **kwargs: Any) -> None:
        super().__init__(
            f"The environment variable {discovery_key!r}, which names the service of a submitted "
            "run, is not set.",
            **kwargs,
        )


class RunEnvironmentException(AzureMLException):
    """`Run.get_context(allow_offline=False)` outside of a submitted run."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            "This process is not a submitted run. Submit the script through an Experiment, or use "
            "Run.get_context() without allow_offline=False, or experiment.start_logging().",
            **kwargs,
        )


class _ModelException(AzureMLException):
    def __init__(self, exception_message: Any, logger: Any = None, **kwargs: Any) -> None:
        super().__init__(exception_message, **kwargs)
        if logger is not None:
            logger.error(exception_message)


class ModelNotFoundException(_ModelException):
    """A model that is not registered."""


class ModelPathNotFoundException(_ModelException):
    """A model's file that is not where it was said to be."""


class WebserviceException(AzureMLException):
    """A web service that refused or failed.

    Attributes:
        status_code: The HTTP status, if there was one.
    """

    def __init__(
        self, exception_message: Any, status_code: Any = None, logger: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(exception_message, **kwargs)
        self.status_code = status_code
        if logger is not None:
            logger.error(exception_message)


class _WorkspaceProblem(AzureMLException):
    def __init__(
        self, exception_message: Any, found_multiple: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(exception_message, **kwargs)
        self.found_multiple = found_multiple


class WorkspaceException(_WorkspaceProblem):
    """A workspace that was not found, or a name that several have.

    Attributes:
        found_multiple: Whether several workspaces answer to the name.
    """


class WorkspacePrivateEndpointException(_WorkspaceProblem):
    """A workspace's private endpoint that cannot be used."""


class ParallelRunException(AzureMLException):
    """A parallel run step that went wrong.

    Attributes:
        code: The service's code, if any.
        delay_seconds: How long to wait before trying again.
    """

    def __init__(
        self,
        exception_message: str,
        code: str | None = None,
        delay_seconds: float = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(exception_message, **kwargs)
        self.code = code
        self.delay_seconds = delay_seconds


class ServiceException(_Explained):
    """What a service answered instead of a result.

    There is no service here: it is for scripts that catch it, or make one of their own.

    Attributes:
        response: The answer that `error_response_exception` carried.
        status_code: Its HTTP status.
        error: What else the answer says.
        details: What else the answer says, item by item.
    """

    def __init__(self, error_response_exception: Any, **kwargs: Any) -> None:
        message = getattr(error_response_exception, "message", str(error_response_exception))
        super().__init__(message)
        self._exception_message = message
        self._inner_exception = error_response_exception
        self.response = getattr(error_response_exception, "response", None)
        self.error = getattr(error_response_exception, "error", None)
        self.status_code = getattr(self.response, "status_code", None)
        self.details: list[Any] = []

    def _whole_text(self) -> str:
        return (
            f"{type(self).__name__}:\n"
            f"\tCode: {self.status_code}\n"
            f"\tMessage: {self._exception_message}\n"
            f"\tInnerException: {self._inner_exception}"
        )


__getattr__ = _placeholders.lacking(__name__)
