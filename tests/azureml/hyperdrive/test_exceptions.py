import json
import pickle

import pytest

from hyperlocal.azureml import exceptions
from hyperlocal.azureml.exceptions import (
    ActivityFailedException,
    AuthenticationException,
    AzureMLAggregatedException,
    AzureMLException,
    RunEnvironmentException,
    ServiceException,
    UserErrorException,
    WebserviceException,
)
from hyperlocal.azureml.train.hyperdrive import choice
from hyperlocal.azureml.train.hyperdrive.exceptions import (
    HyperDriveConfigException,
    HyperDriveException,
    HyperDriveNotImplementedException,
    HyperDriveScenarioNotSupportedException,
)


def response(error):
    """The error response at the end of an exception's text."""
    return json.loads(str(error).partition("ErrorResponse ")[2])["error"]


def test_the_text_has_several_lines():
    error = UserErrorException("It is broken.", inner_exception=ValueError("inside"))

    assert str(error).splitlines()[:4] == [
        "UserErrorException:",
        "\tMessage: It is broken.",
        "\tInnerException inside",
        "\tErrorResponse ",
    ]
    assert repr(error) == str(error)
    assert error.message == "It is broken."


def test_codes_grow_narrower():
    assert response(AzureMLException("m")) == {"message": "m"}
    assert response(UserErrorException("m")) == {"code": "UserError", "message": "m"}
    assert response(AuthenticationException("m"))["inner_error"] == {"code": "Authentication"}


def test_a_rejected_argument_has_three_codes_and_a_target():
    with pytest.raises(HyperDriveConfigException) as caught:
        choice()

    error = response(caught.value)
    assert error["code"] == "UserError"
    assert error["target"] == "options"
    assert error["inner_error"] == {
        "code": "BadArgument",
        "inner_error": {"code": "ArgumentBlankOrEmpty"},
    }
    assert caught.value.error_code == "ArgumentBlankOrEmpty"


def test_an_exception_made_by_a_script_has_no_code():
    assert HyperDriveConfigException("m").error_code is None


def test_message_and_inner_exception_can_be_set():
    error = AzureMLException("m")

    error.message = "other"
    error.inner_exception = KeyError("k")

    assert "\tMessage: other" in str(error)
    assert isinstance(error.inner_exception, KeyError)


def test_a_message_that_is_no_json_is_told_all_the_same():
    assert response(AzureMLException(ValueError("v")))["message"] == "v"


def test_the_family_of_hyperdrive():
    assert issubclass(HyperDriveNotImplementedException, HyperDriveScenarioNotSupportedException)
    assert issubclass(HyperDriveScenarioNotSupportedException, HyperDriveConfigException)
    assert issubclass(HyperDriveConfigException, HyperDriveException)
    assert issubclass(HyperDriveException, AzureMLException)


def test_several_errors_become_one():
    assert AzureMLAggregatedException(["a", ValueError("b")]).message == "a\nb"


def test_a_failed_run_carries_its_details():
    details = json.dumps({"error": {"code": "UserError"}})

    message = ActivityFailedException(error_details=details).message

    assert json.loads(message.partition("\n")[2]) == {"error": {"code": "UserError"}}


def test_a_service_exception_reads_what_it_wraps():
    class Response:
        status_code = 404

    class Wrapped(Exception):
        message = "not found"
        response = Response()

    error = ServiceException(Wrapped())

    assert error.status_code == 404
    assert error.message == "not found"
    assert "404" in str(error)
    assert not isinstance(error, AzureMLException)


@pytest.mark.parametrize(
    "error",
    [
        UserErrorException("m", target="t"),
        WebserviceException("m", 404),
        ActivityFailedException("details"),
        RunEnvironmentException(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_exceptions_travel_between_processes(error):
    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
    assert copy.args == error.args


def test_the_stack_trace_is_that_of_what_was_being_handled(capsys):
    try:
        try:
            _ = {}["missing"]
        except KeyError:
            raise UserErrorException("during") from None
    except UserErrorException as error:
        error.print_stacktrace()

    assert "KeyError: 'missing'" in capsys.readouterr().err


def test_a_logger_is_told(caplog):
    import logging

    exceptions.ModelNotFoundException("no such model", logging.getLogger("mine"))

    assert "no such model" in caplog.text


def test_every_name_is_an_exception():
    for name in exceptions.__all__:
        assert issubclass(getattr(exceptions, name), Exception)
