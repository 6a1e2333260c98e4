"""`Model`: registered from local files, found, changed, downloaded and deleted."""

import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest

from hyperlocal.azureml import core
from hyperlocal.azureml.core import Model
from hyperlocal.azureml.core.model import ResourceConfiguration
from hyperlocal.azureml.exceptions import (
    ModelNotFoundException,
    UserErrorException,
    WebserviceException,
)
from hyperlocal.errors import NotEmulatedError


def written(path, text="weights"):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)
    return path


@pytest.fixture
def register(workspace):
    def register_file(name="net", **how):
        return Model.register(workspace, written("model.pkl"), name, **how)

    return register_file


def test_a_local_file(workspace):
    model = Model.register(
        workspace=workspace, model_path=written("out/model.pkl"), model_name="net"
    )

    assert (model.name, model.version, model.run, model.run_id) == ("net", 1, None, None)
    assert model.download("here") == "here/model.pkl"


def test_a_local_folder_keeps_its_name(workspace):
    written("out/net/a")
    written("out/net/deep/b")

    model = Model.register(workspace, "out/net/", "net")

    assert model.download("here") == "here/net"
    assert Path("here/net/deep/b").is_file()


def test_some_files_of_a_folder(workspace):
    for name in ("net/a", "net/b", "net/deep/c"):
        written(name)

    Model.register(workspace, "net", "net", child_paths=["a", "deep"]).download("here")

    assert sorted(os.listdir("here/net")) == ["a", "deep"]


def test_what_is_not_there_cannot_be_registered(workspace):
    with pytest.raises(FileNotFoundError, match=r"none\.pkl"):
        Model.register(workspace, "none.pkl", "net")
    with pytest.raises(WebserviceException, match="none"):
        Model.register(workspace, ".", "net", child_paths=["none"])
    os.mkdir("empty")
    with pytest.raises(WebserviceException, match="no files"):
        Model.register(workspace, "empty", "net")


def test_what_is_elsewhere_is_registered_too(workspace, tmp_path, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    file = Model.register(workspace, written(elsewhere / "model.pkl"), "net")
    folder = Model.register(workspace, str(elsewhere), "net")

    assert (file.version, folder.version) == (1, 2)
    assert os.path.basename(file.download("here")) == "model.pkl"
    assert os.path.basename(folder.download("there")) == "model.pkl"


def test_the_newest_version_is_found_by_name(workspace, register):
    register(tags={"n": 1})
    register(tags={"n": 2})

    assert Model(workspace, "net").version == 2
    assert Model(workspace, name="net", version=1).tags == {"n": "1"}
    assert Model(workspace, id="net:1").version == 1
    assert Model(workspace, "net", tags=[["n", "1"]]).version == 1


def test_found_by_run(run):
    workspace = run.experiment.workspace
    mine = run.register_model("net", "outputs/model.pkl")
    Model.register(workspace, written("model.pkl"), "net")

    assert Model(workspace, "net", run_id=run.id).id == mine.id
    assert [model.id for model in Model.list(workspace, run_id=run.id)] == [mine.id]


@pytest.mark.parametrize(
    "how",
    [
        {"name": "other"},
        {"name": "net", "version": 7},
        {"name": "net", "version": "x"},
        {"id": "net:9"},
        {"id": "net"},
        {"name": "net", "tags": ["none"]},
        {"name": "net", "model_framework": "Onnx"},
    ],
)
def test_what_is_not_registered_is_told_with_what_is(workspace, register, how):
    register()

    with pytest.raises(WebserviceException, match=r"ModelNotFound.*net:1") as caught:
        Model(workspace, **how)

    assert caught.value.status_code == 404


def test_neither_name_nor_id(workspace):
    with pytest.raises(WebserviceException, match="neither a name nor an id"):
        Model(workspace)


def test_the_list_is_newest_first_and_can_be_filtered(workspace, register):
    register("a", tags={"area": "x"})
    register("b", properties={"p": 1}, model_framework="Onnx")
    register("a")

    def ids(**how):
        return [model.id for model in Model.list(workspace, **how)]

    assert ids() == ["a:2", "b:1", "a:1"]
    assert ids(latest=True) == ["a:2", "b:1"]
    assert ids(name="a") == ["a:2", "a:1"]
    assert ids(tags=["area"]) == ["a:1"]
    assert ids(tags=[["area", "y"]]) == []
    assert ids(properties=[["p", "1"]]) == ["b:1"]
    assert ids(model_framework="Onnx") == ["b:1"]
    assert ids(dataset_id="d") == []


@pytest.mark.parametrize(
    "how", [{"tags": "a"}, {"tags": 5}, {"page_count": 3}, {"page_count": 300}]
)
def test_the_list_refuses_what_the_sdk_refuses(workspace, how):
    with pytest.raises(UserErrorException, match=next(iter(how))):
        Model.list(workspace, **how)


def test_the_workspace_has_models_by_name(workspace, register):
    register("a")
    register("a")

    assert list(workspace.models) == ["a"]
    assert workspace.models["a"].version == 2
    assert list(workspace.models()) == ["a"]  # a method in the first SDKs
    with pytest.raises(KeyError, match="registered model 'b'"):
        workspace.models["b"]


def test_another_process_finds_it(workspace, register, home):
    register(tags={"auc": 0.5})
    script = (
        "from hyperlocal.azureml.core import Model, Workspace\n"
        "print(Model(Workspace.from_config(), 'net').tags)"
    )

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert told.stdout.strip() == "{'auc': '0.5'}"


def test_download_replaces_only_if_told_to(workspace, register):
    model = register()
    model.download("here")

    with pytest.raises(WebserviceException, match="exist_ok"):
        model.download("here")
    assert model.download("here", exist_ok=True) == "here/model.pkl"
    with pytest.raises(WebserviceException, match="exists_ok"):
        model.download("here", exists_ok=True)


def test_tags_can_be_changed(workspace, register, capsys):
    model = register(tags={"a": 1, "b": 2})

    model.add_tags({"a": 3, "c": 4.5})
    model.remove_tags("b")
    model.remove_tags(["none"])

    assert model.tags == {"a": "3", "c": "4.5"}
    assert Model(workspace, "net").tags == model.tags
    assert "none" in capsys.readouterr().out


def test_an_older_version_can_be_changed(workspace, register):
    first = register()
    register()

    first.add_tags({"old": "yes"})

    assert Model(workspace, "net", version=1).tags == {"old": "yes"}
    assert Model(workspace, "net", version=2).tags == {}


def test_properties_can_be_added_and_not_changed(workspace, register):
    model = register(properties={"a": 1})

    model.add_properties({"b": 2})
    with pytest.raises(WebserviceException, match="already: a"):
        model.add_properties({"a": 3})

    assert Model(workspace, "net").properties == {"a": "1", "b": "2"}


def test_update_replaces_what_is_given(workspace, register):
    model = register(tags={"a": 1}, description="old")

    model.update(tags={"b": 2}, resource_configuration=ResourceConfiguration(cpu=2))
    model.update(description="new")

    found = Model(workspace, "net")
    assert (found.tags, found.description) == ({"b": "2"}, "new")
    assert found.resource_configuration.serialize() == {"cpu": 2, "memoryInGB": None, "gpu": None}


def test_two_objects_of_one_version_do_not_undo_each_other(workspace, register):
    register()
    one, other = Model(workspace, "net"), Model(workspace, "net")

    one.update(description="mine")
    other.add_tags({"a": 1})

    assert Model(workspace, "net").description == "mine"


def test_resources_are_checked(register):
    with pytest.raises(WebserviceException, match="memory_in_gb"):
        register(resource_configuration=ResourceConfiguration(memory_in_gb=-1))
    with pytest.raises(WebserviceException, match="must be a ResourceConfiguration"):
        register(resource_configuration={"cpu": 1})
    with pytest.raises(WebserviceException, match="gpu"):
        ResourceConfiguration.deserialize({"cpu": 1, "memoryInGB": 1})
    assert ResourceConfiguration.deserialize(None) is None


def test_a_deleted_version_is_gone_and_its_number_too(workspace, register, home):
    model = register()

    model.delete()

    assert Model.list(workspace) == []
    assert not (home / "models" / "net" / "1").exists()
    with pytest.raises(WebserviceException, match="ModelNotFound"):
        Model(workspace, id="net:1")
    with pytest.raises(WebserviceException, match="ModelNotFound"):
        model.add_tags({"a": 1})
    assert register().version == 2


def test_its_text_and_its_dict_show_it(workspace, register):
    model = register(tags={"a": 1}, model_framework=Model.Framework.ONNX)

    assert repr(model) == (
        f"Model(workspace={workspace!r}, name=net, id=net:1, version=1, tags={{'a': '1'}}, "
        "properties={})"
    )
    told = model.serialize()
    assert (told["id"], told["framework"], told["runId"]) == ("net:1", "Onnx", None)
    assert Model.deserialize(workspace, told).id == "net:1"
    assert model.url.startswith("aml://asset/")
    age = datetime.now(timezone.utc) - model.created_time
    assert 0 <= age.total_seconds() < 60


def test_a_model_of_nothing_is_empty(workspace):
    assert Model(None).name is None


def test_a_model_path_in_a_workspace(workspace, register):
    register()

    assert Model.get_model_path("net", _workspace=workspace) == "azureml-models/net/1/model.pkl"
    assert Model.get_model_path("net") == "azureml-models/net/1/model.pkl"
    assert Model._get_model_path_remote("net", None, workspace).endswith("model.pkl")
    with pytest.raises(ModelNotFoundException, match="net:1"):
        Model.get_model_path("none", _workspace=workspace)


def test_a_model_path_without_a_workspace(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written("azureml-models/net/2/model.pkl")
    written("azureml-models/net/10/model.pkl")
    written("here.pkl")

    assert Model.get_model_path("net") == "azureml-models/net/10/model.pkl"
    assert Model.get_model_path("net", version=2) == "azureml-models/net/2/model.pkl"
    assert Model.get_model_path("here.pkl") == "here.pkl"
    with pytest.raises(ModelNotFoundException, match="_workspace"):
        Model.get_model_path("none")
    with pytest.raises(WebserviceException, match="neither"):
        Model.get_model_path("net", version=3)
    with pytest.raises(WebserviceException, match="int"):
        Model.get_model_path("net", version="1")
    with pytest.raises(WebserviceException, match="None"):
        Model.get_model_path(None)


@pytest.mark.parametrize("told", ["mounted", "mounted/net/3"])
def test_a_model_path_below_the_folder_that_containers_name(home, tmp_path, monkeypatch, told):
    monkeypatch.chdir(tmp_path)
    written("mounted/net/3/model.pkl")
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(tmp_path / told))

    assert Model.get_model_path("net") == str(tmp_path / "mounted" / "net" / "3" / "model.pkl")


def test_a_version_with_two_files_is_no_model(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written("azureml-models/net/1/a")
    written("azureml-models/net/1/b")

    with pytest.raises(WebserviceException, match="one file or folder"):
        Model.get_model_path("net")


@pytest.mark.parametrize("member", ["deploy", "package", "profile", "print_configuration"])
def test_deploying_is_loud(member):
    with pytest.raises(NotEmulatedError, match=member):
        getattr(Model, member)


def test_deployment_can_be_imported_and_is_loud_when_it_is_used(workspace):
    from hyperlocal.azureml.core.webservice import AciWebservice

    from hyperlocal.azureml.core.model import InferenceConfig

    assert workspace.webservices == workspace.images() == {}
    with pytest.raises(KeyError, match="Deploying models is not emulated"):
        workspace.webservices["service"]
    with pytest.raises(NotEmulatedError):
        InferenceConfig(entry_script="score.py")
    with pytest.raises(NotEmulatedError):
        AciWebservice.deploy_configuration(cpu_cores=1)


def test_it_is_one_class_in_all_modules():
    from hyperlocal.azureml.core import model, workspace

    assert core.Model is model.Model is workspace.Model
