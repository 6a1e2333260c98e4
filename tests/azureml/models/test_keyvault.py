"""The key vault: secrets of the home, for its owner's eyes only."""

import stat

import pytest

from hyperlocal.azureml.core import Keyvault
from hyperlocal.azureml.exceptions import ServiceException


@pytest.fixture
def vault(workspace):
    return workspace.get_default_keyvault()


def test_secrets_are_kept(vault, workspace):
    vault.set_secret("db-password", "s3cret")
    vault.set_secrets({"a": "1", "b": "2"})

    assert isinstance(vault, Keyvault)
    assert Keyvault(workspace).get_secret("db-password") == "s3cret"
    assert vault.get_secrets(["a", "B", "none"]) == {"a": "1", "B": "2", "none": None}
    assert vault.list_secrets() == [{"name": "a"}, {"name": "b"}, {"name": "db-password"}]


def test_a_secret_can_be_changed_and_deleted(vault):
    vault.set_secret("a", "1", content_type="application/x-pem-file")
    vault.set_secret("A", "2")

    assert vault.get_secret("a") == "2"
    assert vault.get_secret_content_type("a") == "application/NotProvided"
    vault.delete_secrets(["a"])
    with pytest.raises(ServiceException, match="set_secret"):
        vault.get_secret("a")
    with pytest.raises(ServiceException, match="'a'"):
        vault.delete_secret("a")


def test_only_the_owner_can_read_them(vault, home):
    vault.set_secret("a", "1")

    (file,) = (home / "keyvault").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", "a b", "a_b", "../a", "x" * 128, None])
def test_names_that_the_service_refuses(vault, name):
    with pytest.raises(ServiceException, match="name"):
        vault.set_secret(name, "1")


def test_a_secret_is_a_text(vault):
    with pytest.raises(ServiceException, match="int"):
        vault.set_secret("a", 1)


def test_a_run_reads_them(vault, run):
    vault.set_secret("a", "1")

    assert run.get_secret("a") == "1"
    assert run.get_secrets(["a", "b"]) == {"a": "1", "b": None}
