"""Which values are not shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.domain.secrecy import (
    HIDDEN,
    hides,
    is_secret_name,
    shown_arguments,
    shown_definition,
    shown_text,
    shown_values,
)

SECRETS = [
    *("PASSWORD", "password", "db_password", "DB-PASSWORD", "PGPASSWORD", "MYSQL_PWD", "passwd"),
    *("passphrase", "DB_PASS", "SECRET", "client_secret", "clientSecret", "AZURE_CLIENT_SECRET"),
    *("TOKEN", "HF_TOKEN", "access-token", "AccessToken", "SAS_TOKEN", "AZURE_SAS", "accountSas"),
    *("KEY", "api_key", "api-key", "apiKey", "API_KEYS", "APIKEY", "AZURE_STORAGE_KEY", "sas"),
    *("ACCOUNT_KEY_1", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "CREDENTIAL", "SECRET_NAME"),
    *("GOOGLE_APPLICATION_CREDENTIALS", "CONNECTION_STRING", "connectionString", "conn_str"),
    "AzureWebJobsStorageConnectionString",
]
OTHERS = [
    *("PWD", "OLDPWD", "max_tokens", "n_tokens", "tokenizer", "token_dropout", "pad_token", "lr"),
    *("num_key", "key_dim", "monkey", "keyboard", "sort_key", "bypass", "sasrec", "compass"),
    *("path", "pattern", "PATH", "passes", "forward_pass", "secretary_id", "HOME", "passenger"),
]


@pytest.mark.parametrize("name", SECRETS)
def test_names_of_secrets(name):
    assert is_secret_name(name)


@pytest.mark.parametrize("name", OTHERS)
def test_names_of_what_is_none(name):
    assert not is_secret_name(name)


def test_numbers_and_switches_that_are_tuned_are_none():
    assert not hides("token", 5)
    assert not hides("use_password", True)
    assert hides("password", 1234)
    assert shown_values({"key": 0.5, "password": None}) == {"key": 0.5, "password": None}


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--password", "x", "--lr", "1"], ["--password", HIDDEN, "--lr", "1"]),
        (["--api-key=x", "-token", "-x"], [f"--api-key={HIDDEN}", "-token", HIDDEN]),
        (["--token", "--verbose", "x"], ["--token", "--verbose", "x"]),
        (["PASSWORD=a b", "MODE=a"], [f"PASSWORD={HIDDEN}", "MODE=a"]),
        (["--password="], ["--password="]),
        (["-c", "A_KEY='a b' run --lr 1"], ["-c", f"A_KEY={HIDDEN} run --lr 1"]),
        ([{"secret": "x"}, 3, None], [{"secret": HIDDEN}, 3, None]),
    ],
)
def test_arguments(arguments, shown):
    assert shown_arguments(arguments) == shown


def test_settings_of_a_run():
    settings = {
        "arguments": ["--password", "x"],
        "command": "train --password x --lr 1 && TOKEN=x other",
        "environment": {"environmentVariables": {"SECRET": "x", "MODE": "y"}},
        "credentialPassthrough": False,
        "data": {"token": {"path": "kept"}, "secrets": ["x"]},
    }

    assert shown_definition(settings) == {
        "arguments": ["--password", HIDDEN],
        "command": f"train --password {HIDDEN} --lr 1 && TOKEN={HIDDEN} other",
        "environment": {"environmentVariables": {"SECRET": HIDDEN, "MODE": "y"}},
        "credentialPassthrough": False,
        "data": {"token": {"path": "kept"}, "secrets": [HIDDEN]},
    }


@given(st.lists(st.text(max_size=20), max_size=5))
def test_as_many_arguments_are_shown_as_there_are(arguments):
    assert len(shown_arguments(arguments)) == len(arguments)


def test_long_texts_take_no_time():
    shown_text("a=" * 20_000)
    shown_text("-a " * 20_000)
    shown_text("'" * 50_000 + " =")
