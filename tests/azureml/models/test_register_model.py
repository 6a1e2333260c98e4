"""`Run.register_model`: files of a run become a version of a model."""

from pathlib import Path

import pytest

from hyperlocal.azureml.core import Model
from hyperlocal.azureml.exceptions import (
    ModelPathNotFoundException,
    UserErrorException,
    WebserviceException,
)


@pytest.mark.parametrize(
    "path", ["outputs/model.pkl", "./outputs/model.pkl", "outputs//model.pkl"]
)
def test_a_file_by_any_spelling_of_its_path(run, path):
    model = run.register_model(model_name="best", model_path=path)

    assert model.download() == "model.pkl"
    assert Path("model.pkl").read_text() == "weights"


@pytest.mark.parametrize("path", ["outputs/net", "./outputs/net/"])
def test_a_folder_keeps_its_name(run, path):
    model = run.register_model("best", path)

    assert model.download("here") == "here/net"
    assert Path("here/net/a.bin").read_text() == "a"
    assert Path("here/net/deep/b.bin").read_text() == "b"


def test_all_outputs(run):
    model = run.register_model("best", model_path="outputs")

    assert model.download("here") == "here/outputs"
    assert Path("here/outputs/model.pkl").read_text() == "weights"


@pytest.mark.parametrize("path", [".", "./"])
def test_everything_that_the_run_has(run, path):
    model = run.register_model("best", model_path=path)

    model.download("here")
    assert Path("here/outputs/model.pkl").read_text() == "weights"
    assert Path("here/model.json").exists()


def test_without_a_path_the_file_is_called_like_the_model(run):
    assert run.register_model("model.json").download() == "model.json"


@pytest.mark.parametrize("path", ["outputs/none.pkl", "outputs/mod", "..", "/outputs/model.pkl"])
def test_what_the_run_does_not_have_is_told_with_what_it_has(run, path):
    with pytest.raises(ModelPathNotFoundException, match=r"model\.json, outputs/model\.pkl"):
        run.register_model("best", path)

    assert Model.list(run.experiment.workspace) == []


def test_a_run_without_files(workspace):
    from hyperlocal.azureml.core import Experiment

    run = Experiment(workspace, "bare").start_logging(outputs=None)

    with pytest.raises(ModelPathNotFoundException, match="none yet"):
        run.register_model("best", "outputs/model.pkl")


def test_versions_count_from_one(run):
    first = run.register_model("best", "outputs/model.pkl")
    second = run.register_model("best", "outputs/net")

    assert (first.version, first.id) == (1, "best:1")
    assert (second.version, second.id) == (2, "best:2")


def test_tags_and_properties_come_back_as_texts(run):
    model = run.register_model(
        "best",
        "outputs/model.pkl",
        tags={"auc": 0.91, "final": True, "mark": None},
        properties={"Accuracy": 0.9},
    )

    assert model.tags == {"auc": "0.91", "final": "True", "mark": None}
    assert model.properties == {"Accuracy": "0.9"}


def test_it_knows_where_it_comes_from(run):
    model = run.register_model(
        "best",
        "outputs/model.pkl",
        description="The best one.",
        model_framework=Model.Framework.SCIKITLEARN,
        model_framework_version="1.1",
    )

    assert (model.run_id, model.experiment_name) == (run.id, "trials")
    assert model.run.id == run.id
    assert model.description == "The best one."
    assert (model.model_framework, model.model_framework_version) == ("ScikitLearn", "1.1")


def test_the_run_may_lose_its_files_and_the_model_keeps_them(run, home):
    model = run.register_model("best", "outputs/model.pkl")
    (home / "runs" / run.id / "outputs" / "model.pkl").unlink()

    assert (home / "models" / "best" / "1" / "model.pkl").read_text() == "weights"
    assert Path(model.download()).read_text() == "weights"


@pytest.mark.parametrize("name", ["", "a b", "-a", "_a", "a/b", "x" * 256, "ä"])
def test_names_that_the_service_refuses(run, name):
    with pytest.raises(WebserviceException, match="name"):
        run.register_model(name, "outputs/model.pkl")


@pytest.mark.parametrize("name", ["a", "9", "a.b_c-d", "x" * 255])
def test_names_that_it_takes(run, name):
    assert run.register_model(name, "outputs/model.pkl").name == name


def test_a_framework_version_needs_a_framework(run):
    with pytest.raises(WebserviceException, match="model_framework is not given"):
        run.register_model("best", "outputs/model.pkl", model_framework_version="1")


def test_unknown_arguments_are_refused(run):
    with pytest.raises(TypeError, match="colour"):
        run.register_model("best", "outputs/model.pkl", colour="red")


def test_what_is_no_dataset_is_refused(run):
    with pytest.raises(UserErrorException, match="no dataset"):
        run.register_model("best", "outputs/model.pkl", datasets=[("training", object())])
