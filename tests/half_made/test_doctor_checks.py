"""What a checkup says of models, datasets and downloads that are not whole."""

import os
import shutil
from pathlib import Path

import pytest

from hyperlocal.azureml.core import Dataset, Model, Workspace
from hyperlocal.azureml.exceptions import AzureMLException
from hyperlocal.cli.doctor import main as doctor
from hyperlocal.services.connection import this_history


@pytest.fixture
def workspace(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("model.pkl").write_text("weights")
    return Workspace("subscription", "group", "workspace")


@pytest.fixture
def said(capsys):
    """Run the command; return what it says and its exit code."""

    def run(*options):
        capsys.readouterr()
        code = doctor(options)
        return capsys.readouterr().out, code

    return run


def test_all_is_well(workspace, said):
    Model.register(workspace, "model.pkl", "best")

    assert said() == (f"Nothing is wrong with {this_history().home}.\n", 0)


def test_a_version_without_files(workspace, said):
    for _ in range(2):
        Model.register(workspace, "model.pkl", "best")
    shutil.rmtree(this_history().home / "models" / "best" / "2")

    told, code = said()
    assert "Version 2 of the model 'best' has no files." in told
    assert code == 1
    assert said("--repair")[1] == 0

    assert [model.version for model in Model.list(workspace, "best")] == [1]
    assert Model.register(workspace, "model.pkl", "best").version == 3


def test_files_without_a_version(workspace, said):
    Model.register(workspace, "model.pkl", "best")
    stray = this_history().home / "models" / "best" / "7"
    shutil.copytree(stray.parent / "1", stray)

    told, code = said("--repair")

    assert f"The files in {stray} belong to no version of the model 'best'." in told
    assert code == 0
    assert not stray.exists()
    assert Path(Model(workspace, "best").download("copy")).read_text() == "weights"


def test_files_that_are_in_the_way_of_a_new_version(workspace):
    stray = this_history().home / "models" / "best" / "1"
    stray.mkdir(parents=True)
    (stray / "other.pkl").write_text("other")

    model = Model.register(workspace, "model.pkl", "best")

    assert model.version == 1
    assert os.listdir(stray) == ["model.pkl"]


def test_a_model_that_cannot_be_put_into_its_place_is_no_model(workspace):
    os.mkdir(this_history().home / "models")
    (this_history().home / "models" / "best").write_text("a file where the folder should be")

    with pytest.raises((FileExistsError, NotADirectoryError)):
        Model.register(workspace, "model.pkl", "best")

    assert Model.list(workspace, "best") == []


def test_a_dataset_without_files(workspace, said):
    store = workspace.get_default_datastore()
    Path("a.csv").write_text("x\n1\n")
    store.upload_files(["a.csv"], target_path="data", show_progress=False)
    Dataset.Tabular.from_delimited_files((store, "data")).register(workspace, "table")
    assert said()[1] == 0
    os.remove(Path(store._folder, "data", "a.csv"))

    told, code = said("--repair")

    assert "Version 1 of the dataset 'table' has no files: there is nothing at 'data'" in told
    assert code == 1


def test_a_dataset_that_does_not_say_what_it_is(workspace, said):
    this_history().assets.add("dataset", "table", {"id": "1", "description": None, "tags": {}})

    told, _ = said("--repair")

    assert "Version 1 of the dataset 'table' does not say what it is." in told
    with pytest.raises(AzureMLException):
        Dataset.get_by_name(workspace, "table")


def test_an_environment_that_was_not_built_to_its_end(workspace, said):
    folder = this_history().home / "environments" / "0123"
    (folder / "bin").mkdir(parents=True)

    told, code = said("--repair")

    assert f"The environment {folder} was not built to its end." in told
    assert code == 0
    assert not folder.exists()


def test_what_earlier_versions_left(workspace, said):
    home = this_history().home
    (home / "models" / "best" / ".arriving-1").mkdir(parents=True)
    (home / "data" / "web" / ".draft-x").mkdir(parents=True)
    draft = Path(workspace.get_default_datastore()._folder, "a.csv.123.draft")
    draft.write_text("x\n1")

    told, code = said("--repair")

    assert code == 1
    assert f"{draft} looks like the half of a file" in told
    assert draft.exists()
    assert not (home / "models" / "best" / ".arriving-1").exists()
    assert not (home / "data" / "web" / ".draft-x").exists()
