"""Folders with links that lead round, and with pipes: no upload hangs, and none takes them."""

import glob
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.azureml.core import Dataset, Experiment, Model, Workspace
from hyperlocal.services.data import files

ROWS = "x\n1\n"
PASSED_OVER = pytest.warns(UserWarning, match="link back to a folder that leads to it")


@pytest.fixture
def workspace(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Workspace("subscription", "group", "workspace")


@pytest.fixture
def source(tmp_path):
    """A folder with links to itself, which a walk that follows them never leaves."""
    folder = tmp_path / "source"
    (folder / "sub").mkdir(parents=True)
    for name in ("a.csv", "sub/b.csv"):
        (folder / name).write_text(ROWS)
    for name in ("one", "two"):
        (folder / name).symlink_to(".")
        (folder / "sub" / name).symlink_to("..")
    (folder / "itself").symlink_to("itself")
    os.mkfifo(folder / "pipe")
    return folder


def files_in(folder):
    return sorted(
        os.path.relpath(os.path.join(here, name), folder)
        for here, _, names in os.walk(folder)
        for name in names
    )


def test_upload(workspace, source):
    store = workspace.get_default_datastore()

    with PASSED_OVER:
        store.upload(str(source), "data", show_progress=False)

    assert files_in(Path(store._folder, "data")) == ["a.csv", "sub/b.csv"]


def test_upload_directory_and_what_is_read(workspace, source):
    store = workspace.get_default_datastore()

    with PASSED_OVER:
        made = Dataset.File.upload_directory(str(source), (store, "data"), show_progress=False)

    assert made.to_path() == ["/a.csv", "/sub/b.csv"]


def test_a_folder_of_a_run(workspace, source):
    run = Experiment(workspace, "e").start_logging(outputs=None)

    with PASSED_OVER:
        run.upload_folder("kept", str(source))

    assert run.get_file_names() == ["kept/a.csv", "kept/sub/b.csv"]
    run.complete()


def test_outputs_of_an_interactive_run(workspace, source):
    run = Experiment(workspace, "e").start_logging(outputs="source")

    with PASSED_OVER:
        run.complete()

    assert run.get_file_names() == ["outputs/a.csv", "outputs/sub/b.csv"]


def test_a_model(workspace, source):
    with PASSED_OVER:
        model = Model.register(workspace, "source", "best")

    assert files_in(model.download("copy")) == ["a.csv", "sub/b.csv"]


def test_a_folder_that_is_read_where_it_is(workspace, source):
    with PASSED_OVER:
        found = Dataset.File.from_files(str(source)).to_path()

    assert found == ["/a.csv", "/sub/b.csv"]


def test_a_pattern_of_any_depth(workspace, source):
    with PASSED_OVER:
        table = Dataset.Tabular.from_delimited_files(f"{source}/**/*.csv")

    with PASSED_OVER:
        assert len(table.to_pandas_dataframe()) == 2


PARTS = st.sampled_from(["a", "b.csv", ".h", "*", "**", "?", "*.csv", ".*"])


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    top = tmp_path_factory.mktemp("tree")
    for folder in ("", "a", "a/a", "a/.h", ".h", ".h/a"):
        (top / folder).mkdir(exist_ok=True)
        for name in ("b.csv", "c", ".d.csv"):
            (top / folder / name).write_text("")
    return top


@given(parts=st.lists(PARTS, min_size=1, max_size=4))
def test_patterns_mean_what_they_mean_to_glob(tree, parts):
    wanted = os.path.join(tree, *parts)

    meant = {
        os.path.join(here, name)
        for path in glob.glob(wanted, recursive=True)
        if os.path.isdir(path)
        for here, _, names in os.walk(path)
        for name in names
    }
    meant |= {path for path in glob.glob(wanted, recursive=True) if os.path.isfile(path)}

    assert set(files._expand(wanted)) == {os.path.normpath(path) for path in meant}
