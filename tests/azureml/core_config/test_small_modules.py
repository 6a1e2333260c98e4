"""Small things that scripts read or call in passing."""

import logging
import time

import hyperlocal.azureml
from hyperlocal.azureml import exceptions, telemetry
from hyperlocal.azureml._base_sdk_common import user_agent
from hyperlocal.azureml._restclient.constants import RunStatus
from hyperlocal.azureml.core import VERSION
from hyperlocal.azureml.core.authentication import (
    InteractiveLoginAuthentication,
    NewLoggingLevel,
    TokenAuthentication,
)
from hyperlocal.azureml.exceptions import _azureml_exception


def test_the_version_is_the_sdks():
    assert VERSION == hyperlocal.azureml.core.__version__ == "1.61.0"


def test_telemetry_keeps_the_choice_and_sends_nothing(capsys):
    telemetry.set_diagnostics_collection(send_diagnostics=True)
    telemetry.set_diagnostics_properties({"a": 1})
    telemetry.add_diagnostics_properties({"b": 2})

    assert telemetry.get_diagnostics_collection_info() == (True, "INFO")
    assert telemetry.is_diagnostics_collection_info_available()
    handler = telemetry.get_telemetry_log_handler(telemetry.INSTRUMENTATION_KEY, "scoring")
    assert isinstance(handler, logging.NullHandler)
    assert "diagnostics" in capsys.readouterr().out


def test_statuses_are_the_sdks_texts():
    assert RunStatus.COMPLETED == "Completed"
    assert len(RunStatus.list()) == 15
    assert RunStatus.RUNNING in RunStatus.get_running_statuses()
    assert RunStatus.get_post_processing_statuses() == ["CancelRequested", "Finalizing"]


def test_the_user_agent_grows():
    user_agent.append("product", "1.0")

    assert user_agent.get_user_agent().endswith("product/1.0")


def test_a_token_comes_from_the_scripts_own_function():
    assert TokenAuthentication(lambda audience: f"for {audience}").get_token("me") == "for me"


def test_a_token_of_a_login_looks_valid():
    token, expires_on = InteractiveLoginAuthentication().get_token("scope")

    assert token
    assert expires_on > time.time() + 600


def test_the_private_module_of_exceptions_has_the_same_ones():
    assert _azureml_exception.UserErrorException is exceptions.UserErrorException
    assert set(exceptions.__all__) == set(_azureml_exception.__all__)


def test_a_logging_level_is_put_back():
    logger = logging.getLogger("hyperlocal.test")
    logger.setLevel(logging.INFO)

    with NewLoggingLevel("hyperlocal.test", logging.ERROR):
        assert logger.level == logging.ERROR

    assert logger.level == logging.INFO
