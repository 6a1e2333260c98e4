"""Registered datasets: names, versions, ids."""

import copy
import json
import subprocess
import sys

import pytest

from hyperlocal.azureml.core import Dataset
from hyperlocal.azureml.data import FileDataset, TabularDataset
from hyperlocal.azureml.data.dataset_consumption_config import DatasetConsumptionConfig
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.errors import NotEmulatedError


@pytest.fixture
def table(put, store):
    put(t_csv="a\n1\n2\n3\n")
    return Dataset.Tabular.from_delimited_files((store, "t.csv"))


def test_a_registered_dataset_is_found_by_name_and_id(table, workspace):
    made = table.register(workspace, "numbers", description="some", tags={"k": "v"})

    for found in (
        made,
        Dataset.get_by_name(workspace, name="numbers"),
        Dataset.get_by_id(workspace, made.id),
        Dataset.get(workspace, "numbers"),
        workspace.datasets["numbers"],
        TabularDataset.get_by_name(workspace, "numbers", version=1),
        Dataset.get_all(workspace).get("numbers"),
    ):
        assert isinstance(found, TabularDataset)
        assert (found.name, found.version, found.id) == ("numbers", 1, made.id)
        assert (found.description, found.tags) == ("some", {"k": "v"})
        assert found.to_pandas_dataframe().a.tolist() == [1, 2, 3]


def test_before_it_is_registered_it_has_no_name(table):
    assert (table.id, table.name, table.version, table.tags) == (None, None, None, None)


def test_the_same_definition_adds_no_version(table, workspace, store):
    again = Dataset.Tabular.from_delimited_files((store, "/t.csv"))

    versions = [
        dataset.register(workspace, "numbers", create_new_version=True).version
        for dataset in (table, again, table.take(1), table.take(1), table)
    ]

    assert versions == [1, 1, 2, 2, 3]


def test_another_dataset_needs_a_new_version(table, workspace):
    table.register(workspace, "numbers")

    with pytest.raises(UserErrorException, match="create_new_version=True"):
        table.take(1).register(workspace, "numbers")
    table.register(workspace, "numbers")  # the same again is fine
    table.take(1).register(workspace, "numbers", create_new_version=True)

    assert len(Dataset.get_by_name(workspace, "numbers").to_pandas_dataframe()) == 1
    assert len(Dataset.get_by_name(workspace, "numbers", version=1).to_pandas_dataframe()) == 3


def test_what_is_not_registered_is_told_with_the_command(table, workspace):
    table.register(workspace, "numbers")

    with pytest.raises(UserErrorException, match="hyperlocal data add 'my data' FILE"):
        Dataset.get_by_name(workspace, "my data")
    with pytest.raises(UserErrorException, match=r"numbers.*version: 7.*It has these versions: 1"):
        Dataset.get_by_name(workspace, "numbers", version=7)
    with pytest.raises(UserErrorException, match="no dataset with the id"):
        Dataset.get_by_id(workspace, "00000000-0000-0000-0000-000000000000")
    with pytest.raises(KeyError, match="There is: numbers"):
        workspace.datasets["my data"]
    with pytest.raises(UserErrorException, match="must be a text"):
        table.register(workspace, None)


def test_it_is_found_in_another_process(table, workspace):
    table.keep_columns("a").register(workspace, "numbers")
    script = (
        "from hyperlocal.azureml.core import Dataset\n"
        "print(Dataset.get_by_name(None, 'numbers').to_pandas_dataframe().a.tolist())\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd="/"
    )

    assert done.stdout == "[1, 2, 3]\n"


def test_description_and_tags_can_be_changed(table, workspace):
    made = table.register(workspace, "numbers", tags={"a": "1", "b": "2"})

    made.update(description="new")
    made.add_tags({"c": "3"})
    made.remove_tags(["a"])

    found = Dataset.get_by_name(workspace, "numbers")
    assert (found.description, found.tags) == ("new", {"b": "2", "c": "3"})
    with pytest.raises(UserErrorException, match="not registered"):
        table.update(description="x")


def test_all_versions_can_be_forgotten(table, workspace):
    made = table.register(workspace, "numbers")

    made.unregister_all_versions()

    assert "numbers" not in workspace.datasets
    assert made.name is None
    assert made.to_pandas_dataframe().a.tolist() == [1, 2, 3]


def test_file_datasets_are_registered_too(put, store, workspace):
    put(f__x_txt="x")
    Dataset.File.from_files((store, "f")).register(workspace, "files")

    found = workspace.datasets["files"]

    assert isinstance(found, FileDataset)
    assert found.to_path() == ["/x.txt"]
    assert [each.name for each in Dataset.list(workspace)] == ["files"]


def test_named_inputs(table, put, store):
    put(f__x_txt="x")
    files = Dataset.File.from_files((store, "f"))
    named = files.as_named_input("pictures")

    assert (named.name, named.mode, named.dataset) == ("pictures", "direct", files)
    assert named.as_mount("here").path_on_compute == "here"
    assert (named.as_download().mode, named.mode) == ("download", "direct")
    assert files.as_mount().name.startswith("input__")
    assert files.as_mount().name != files.as_mount().name
    assert table.as_named_input("t").mode == "direct"
    assert table.as_named_input("").name.startswith("input__")


def test_inputs_that_cannot_be(table):
    for name in ("a b", "1a", " "):
        with pytest.raises(UserErrorException, match="input's name"):
            table.as_named_input(name)
    with pytest.raises(UserErrorException, match="tabular dataset"):
        table.as_named_input("t").as_mount()
    with pytest.raises(UserErrorException, match="tabular dataset"):
        table.as_named_input("t").as_download()
    with pytest.raises(UserErrorException, match="mode is 'fast'"):
        DatasetConsumptionConfig("t", table, mode="fast")


def test_it_shows_what_it_is(table, workspace):
    text = repr(table.take(2).register(workspace, "numbers"))
    kind, _, body = text.partition("\n")

    told = json.loads(body)
    assert kind == "TabularDataset"
    assert told["source"] == ["workspaceblobstore/t.csv"]
    assert told["definition"] == ["delimited", "take"]
    assert (told["registration"]["name"], told["registration"]["version"]) == ("numbers", 1)


def test_when_its_data_changed(table):
    assert table.data_changed_time.year >= 2024
    assert table.partition_keys == []


def test_it_can_be_copied(table):
    assert copy.deepcopy(table).to_pandas_dataframe().a.tolist() == [1, 2, 3]


def test_the_datasets_of_2019_are_loud(workspace):
    with pytest.raises(NotEmulatedError, match=r"Dataset\.Tabular"):
        Dataset("definition")
    with pytest.raises(NotEmulatedError, match="from_delimited_files"):
        _ = Dataset.from_delimited_files


def test_an_unknown_dataset_is_told_in_the_words_that_scripts_look_for(workspace):
    with pytest.raises(
        UserErrorException, match='Cannot find dataset registered with name "none"'
    ):
        Dataset.get_by_name(workspace, "none")
