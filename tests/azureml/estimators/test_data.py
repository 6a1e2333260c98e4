"""Data among an estimator's arguments and inputs."""

import pytest

from hyperlocal.azureml.core import Dataset, ScriptRunConfig
from hyperlocal.azureml.data.datapath import DataPath
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.azureml.train.estimator import Estimator


@pytest.fixture
def store(experiment, tmp_path):
    """A datastore with one file, `models/checkpoint.txt`."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "checkpoint.txt").write_text("3")
    datastore = experiment.workspace.get_default_datastore()
    datastore.upload(str(folder), "models", show_progress=False)
    return datastore


def run_of(experiment, source, **arguments):
    estimator = Estimator(source, compute_target="cpu", entry_script="train.py", **arguments)
    run = experiment.submit(estimator)
    run.wait_for_completion()
    return run


def files_in(folder, tmp_path):
    return sorted(path.name for path in (tmp_path / folder).iterdir())


def test_references_and_datasets_become_paths(experiment, source, store, told, tmp_path):
    files = Dataset.File.from_files((store, "models"))
    reference = store.path("models").as_mount()

    run = run_of(
        experiment,
        source,
        script_params={
            "--reference": reference,
            "--store": store,
            "--files": files.as_named_input("files").as_mount(),
            "--both": [reference, 1],
        },
    )

    _, by_reference, _, all_of_it, _, mounted, _, again, one = told(run)["arguments"]
    assert files_in(by_reference, tmp_path) == ["checkpoint.txt"]
    assert files_in(all_of_it, tmp_path) == ["models"]
    assert files_in(mounted, tmp_path) == ["checkpoint.txt"]
    assert (again, one) == (by_reference, "1")


def test_inputs_need_no_argument(experiment, source, store, told):
    named = Dataset.File.from_files((store, "models")).as_named_input("files")

    run = run_of(experiment, source, inputs=[named.as_mount(), store.as_mount()])

    variables = told(run)["environment"]
    assert variables["files"].endswith("models")
    assert f"AZUREML_DATAREFERENCE_{store.name}" in variables
    assert told(run)["arguments"] == []


def test_a_path_is_no_input_of_an_estimator(source, store):
    with pytest.raises(UserErrorException, match="cannot be an input of an estimator"):
        Estimator(source, compute_target="cpu", inputs=[DataPath(store, "models")])


def test_where_the_source_is_staged_is_shown_back(source, store):
    config = Estimator(source, compute_target="cpu", source_directory_data_store=store).run_config

    assert config.source_directory_data_store == store.name
    assert list(config.data_references) == [store.name]


def test_earlier_outputs_of_a_datastore(experiment, source, store, told, tmp_path):
    run = run_of(
        experiment, source, script_params={"--a": 1}, resume_from=DataPath(store, "models")
    )

    name, value, option, folder = told(run)["arguments"]
    assert (name, value, option) == ("--a", "1", "--resume-from")
    assert files_in(folder, tmp_path) == ["checkpoint.txt"]


def test_a_script_run_resumes_likewise(experiment, source, store, told, tmp_path):
    arguments = ["--a", 1]

    run = experiment.submit(
        ScriptRunConfig(source, "train.py", arguments, resume_from=DataPath(store, "models"))
    )
    run.wait_for_completion()

    *own, option, folder = told(run)["arguments"]
    assert (own, option) == (["--a", "1"], "--resume-from")
    assert files_in(folder, tmp_path) == ["checkpoint.txt"]
    assert arguments == ["--a", 1]
