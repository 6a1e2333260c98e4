"""Workspaces: found, made, written and read back."""

import json
import subprocess
import sys

import pytest

from hyperlocal.azureml.core import Workspace
from hyperlocal.azureml.core.authentication import (
    AzureCliAuthentication,
    InteractiveLoginAuthentication,
    MsiAuthentication,
    ServicePrincipalAuthentication,
)
from hyperlocal.azureml.core.compute import AmlCompute
from hyperlocal.azureml.exceptions import UserErrorException, WorkspaceException
from hyperlocal.errors import NotEmulatedError

NAMES = {"subscription_id": "s-1", "resource_group": "group", "workspace_name": "mine"}


@pytest.fixture(autouse=True)
def _here(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_without_a_file_there_is_the_local_workspace():
    workspace = Workspace.from_config()

    assert (workspace.resource_group, workspace.location) == ("local", "local")
    assert workspace.name == "hyperlocal"


@pytest.mark.parametrize("folder", ["", ".azureml", "aml_config"])
def test_a_file_is_found_from_below(tmp_path, monkeypatch, folder):
    (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / folder / "config.json").write_text(json.dumps(NAMES))
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)

    workspace = Workspace.from_config()

    assert (workspace.subscription_id, workspace.resource_group) == ("s-1", "group")
    assert workspace.name == "mine"


def test_a_file_or_its_folder_can_be_named(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    file = tmp_path / "elsewhere" / "ws.json"
    file.write_text(json.dumps(NAMES))

    assert Workspace.from_config(path=file).name == "mine"
    assert Workspace.from_config(str(tmp_path / "elsewhere"), _file_name="ws.json").name == "mine"


def test_a_file_that_is_named_but_missing_is_told(tmp_path):
    with pytest.warns(UserWarning, match=r"nowhere\.json"):
        workspace = Workspace.from_config(path=str(tmp_path / "nowhere.json"))

    assert workspace.name == "hyperlocal"


@pytest.mark.parametrize("text", ["{", "[]", '{"workspace_name": "only"}', ""])
def test_a_file_that_says_nothing_is_an_error(tmp_path, text):
    (tmp_path / "config.json").write_text(text)

    with pytest.raises(UserErrorException, match=r"config\.json"):
        Workspace.from_config()


def test_the_newer_form_of_the_file_is_read(tmp_path):
    scope = Workspace(*NAMES.values()).get_details()["id"]
    (tmp_path / "config.json").write_text(json.dumps({"Id": None, "Scope": scope}))

    assert Workspace.from_config().name == "mine"


def test_what_is_written_is_found_again(tmp_path):
    Workspace("s-2", "g-2", "written").write_config()

    assert (tmp_path / ".azureml" / "config.json").is_file()
    assert Workspace.from_config().subscription_id == "s-2"


@pytest.mark.parametrize(
    ("path", "name", "written"),
    [
        (None, "b.txt", ".azureml/b.json"),
        (".azureml", None, ".azureml/config.json"),
        ("old", None, "old/aml_config/config.json"),
        ("~/here", "mine", "here/.azureml/mine.json"),
    ],
)
def test_where_it_is_written_is_where_the_sdk_writes_it(
    tmp_path, monkeypatch, path, name, written
):
    monkeypatch.setenv("HOME", str(tmp_path))
    for folder in (".azureml", "old/aml_config", "here"):
        (tmp_path / folder).mkdir(parents=True)

    Workspace("s-2", "g-2", "written").write_config(path=path, file_name=name)

    assert [f.relative_to(tmp_path).as_posix() for f in tmp_path.rglob("*.json")] == [written]


def test_writing_below_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UserErrorException, match="cannot be written"):
        Workspace(*NAMES.values()).write_config(path=str(tmp_path / "no" / "where"))


def test_details_and_text_name_the_workspace():
    workspace = Workspace(*NAMES.values())

    assert workspace.get_details()["name"] == "mine"
    assert "mine" in repr(workspace)
    assert workspace.sku == "basic"
    assert workspace.tags == {}


@pytest.mark.parametrize(
    "auth",
    [
        lambda: InteractiveLoginAuthentication(tenant_id="t", force=True),
        lambda: AzureCliAuthentication(),
        lambda: MsiAuthentication(),
        lambda: ServicePrincipalAuthentication("t", "i", None),
    ],
)
def test_any_credentials_are_accepted_and_never_used(auth):
    credentials = auth()
    assert list(credentials.get_authentication_header()) == ["Authorization"]  # logged in

    workspace = Workspace.get("some", auth=credentials)

    assert workspace.name == "some"
    with pytest.raises(NotEmulatedError, match="signed_session"):
        credentials.signed_session()


def test_a_created_workspace_is_listed():
    Workspace.create("team", subscription_id="s", resource_group="g", location="westus")

    (found,) = Workspace.list("s")["team"]
    assert found.location == "westus"
    assert Workspace.list("another") == {}


def test_creating_twice_needs_exist_ok():
    Workspace.create("team")

    with pytest.raises(WorkspaceException, match="exist_ok"):
        Workspace.create("team")
    assert Workspace.create("team", exist_ok=True).name == "team"


@pytest.mark.parametrize("name", ["", "ab", "a b", "-ab", "_ab", "a.b", "a" * 40, None, 5])
def test_names_that_the_cloud_refuses_are_refused(name):
    with pytest.raises(UserErrorException, match="name"):
        Workspace.create(name)


def test_default_compute_targets():
    workspace = Workspace.create(
        "team",
        default_cpu_compute_target=AmlCompute.provisioning_configuration(max_nodes=2),
    )

    assert workspace.get_default_compute_target("CPU").name == "cpu-cluster"
    assert workspace.get_default_compute_target("GPU") is None
    with pytest.raises(ValueError, match="TPU"):
        workspace.get_default_compute_target("TPU")


def test_deleting_forgets_only_that_it_was_created():
    workspace = Workspace.create("team")

    workspace.delete()

    assert Workspace.list(None) == {}


@pytest.mark.parametrize("member", ["list_connections", "private_endpoints", "linked_services"])
def test_what_is_of_the_cloud_is_loud(member):
    with pytest.raises(NotEmulatedError, match=member):
        getattr(Workspace.from_config(), member)


@pytest.mark.slow
def test_a_script_that_only_imports_urllib_finds_its_request(home):
    script = (
        "import urllib; from hyperlocal.azureml.core import Workspace; "
        "Workspace.from_config(); urllib.request.Request('http://localhost')"
    )

    subprocess.run([sys.executable, "-c", script], check=True)
