"""File datasets: their names, their copies, and the folder in which trials see them."""

import os
from pathlib import Path

import pytest

from hyperlocal.azureml.core import Dataset
from hyperlocal.azureml.data import FileDataset
from hyperlocal.azureml.data._mounts import folder_for
from hyperlocal.azureml.data.dataset_error_handling import (
    DatasetValidationError,
)
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.errors import NotEmulatedError


@pytest.fixture
def pictures(put, store):
    put(p__a_png="A", p__b_png="B", p__in__c_png="C", q__d_png="D")
    return Dataset.File.from_files((store, "p"))


def test_names_are_below_the_folder_that_all_share(pictures, store):
    files = Dataset.File.from_files

    assert pictures.to_path() == ["/a.png", "/b.png", "/in/c.png"]
    assert files((store, "p/**/*.png")).to_path() == ["/a.png", "/b.png", "/in/c.png"]
    assert files((store, "p/in/*")).to_path() == ["/c.png"]
    assert files((store, "p/in/c.png")).to_path() == ["/c.png"]
    assert files([(store, "p/in"), (store, "q")]).to_path() == ["/p/in/c.png", "/q/d.png"]
    assert files((store, "")).to_path()[-1] == "/q/d.png"


def test_a_name_may_hold_the_letters_of_wildcards(workspace, tmp_path):
    (tmp_path / "a[1].txt").write_text("x")

    assert Dataset.File.from_files(str(tmp_path / "a[1].txt")).to_path() == ["/a[1].txt"]


def test_one_url_is_a_bare_name_and_several_keep_their_address(workspace, server):
    one = server.serve("/data/a.gz", b"1")
    two = server.serve("/data/b.gz", b"2")
    host = f"http%3A/%2F127.0.0.1%3A{server.server_port}"

    assert Dataset.File.from_files(one).to_path() == ["/a.gz"]
    assert Dataset.File.from_files([one, two]).to_path() == [
        f"/{host}/data/a.gz",
        f"/{host}/data/b.gz",
    ]


def test_files_are_downloaded(pictures, tmp_path):
    places = pictures.download(str(tmp_path / "there"))

    assert places[2] == str(tmp_path / "there" / "in" / "c.png")
    assert [Path(place).read_text() for place in places] == ["A", "B", "C"]
    with pytest.raises(UserErrorException, match="overwrite=True"):
        pictures.download(str(tmp_path / "there"))
    assert pictures.download(str(tmp_path / "there"), overwrite=True) == places
    assert os.path.isfile(pictures.download()[0])


def test_files_that_are_gone_are_told(pictures, store):
    gone = Dataset.File.from_files((store, "gone"), validate=False)

    with pytest.raises(DatasetValidationError, match="'gone'"):
        Dataset.File.from_files((store, "gone"))
    with pytest.raises(UserErrorException, match="'gone'"):
        gone.download()
    assert gone.download(ignore_not_found=True) == []


def test_files_are_selected(pictures):
    first, second = pictures.random_split(0.5, seed=1)

    assert pictures.take(1).to_path() == ["/a.png"]
    assert pictures.skip(2).to_path() == ["/in/c.png"]
    assert sorted(first.to_path() + second.to_path()) == pictures.to_path()
    assert pictures.take_sample(1.0).to_path() == pictures.to_path()


def test_mounted_files_can_be_seen_between_start_and_stop(pictures, tmp_path):
    with pictures.mount() as mounted:
        assert Path(f"{mounted.mount_point}/in/c.png").read_text() == "C"
    assert not os.path.exists(mounted.mount_point)

    context = pictures.mount(str(tmp_path / "here"))
    context.start()
    assert sorted(os.listdir(tmp_path / "here")) == ["a.png", "b.png", "in"]
    context.stop()
    assert not os.path.exists(tmp_path / "here" / "a.png")
    assert pictures.to_path() == ["/a.png", "/b.png", "/in/c.png"]


def test_a_whole_folder_is_seen_as_it_is(pictures, store):
    assert folder_for(pictures) == (os.path.join(store._folder, "p"), "")


def test_chosen_files_are_seen_in_a_folder_of_links(pictures, store, workspace):
    folder, single = folder_for(Dataset.File.from_files((store, "p/*.png")))

    assert (sorted(os.listdir(folder)), single) == (["a.png", "b.png"], "")
    assert folder_for(Dataset.File.from_files((store, "p/*.png"))) == (folder, "")
    assert folder_for(pictures.take(1))[1] == ""


def test_a_single_file_is_seen_by_itself(pictures, store, server):
    folder, single = folder_for(Dataset.File.from_files((store, "p/in/c.png")))
    web, name = folder_for(Dataset.File.from_files(server.serve("/x/data.gz", b"1")))

    assert (single, Path(os.path.join(folder, single)).read_text()) == ("c.png", "C")
    assert (name, os.path.isfile(os.path.join(web, name))) == ("data.gz", True)


def test_a_folder_is_uploaded_into_a_dataset(store, tmp_path):
    (tmp_path / "up").mkdir()
    (tmp_path / "up" / "a.csv").write_text("a")
    (tmp_path / "up" / "b.txt").write_text("b")

    made = Dataset.File.upload_directory(
        str(tmp_path / "up"), (store, "up"), pattern="*.csv", show_progress=False
    )

    assert made.to_path() == ["/a.csv"]
    with pytest.raises(UserErrorException, match="no such folder"):
        Dataset.File.upload_directory("nowhere", store)


def test_what_is_not_emulated_is_loud(pictures):
    for member in ("filter", "file_metadata", "as_cache"):
        with pytest.raises(NotEmulatedError, match=member):
            getattr(pictures, member)
    with pytest.raises(NotEmulatedError, match="partition_format"):
        Dataset.File.from_files("x", partition_format="{a}")
    with pytest.raises(UserErrorException, match="not made directly"):
        FileDataset()


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


def test_pointers_of_git_lfs_are_no_data(store, tmp_path):
    (tmp_path / "in").mkdir()
    table, model = tmp_path / "in" / "table.csv", tmp_path / "in" / "model.bin"
    table.write_text(POINTER)
    model.write_text(POINTER)
    told = rf"{table} is a Git LFS pointer and no data.*`git lfs pull` in {tmp_path / 'in'}"

    with pytest.raises(DatasetValidationError, match=told):
        Dataset.Tabular.from_delimited_files(str(table))
    with pytest.raises(UserErrorException, match=told):
        Dataset.Tabular.from_delimited_files(str(table), validate=False).to_pandas_dataframe()
    with pytest.raises(UserErrorException, match=told):
        Dataset.File.from_files(str(table), validate=False).to_path()
    with pytest.raises(UserErrorException, match=r"model.bin, .*table.csv are Git LFS"):
        Dataset.File.upload_directory(str(tmp_path / "in"), (store, "up"))
    with pytest.raises(UserErrorException, match=told):
        store.upload_files([str(table)])
    assert not os.path.exists(os.path.join(store._folder, "table.csv"))


def test_what_was_fetched_is_data(workspace, tmp_path):
    (tmp_path / "table.csv").write_text(POINTER)
    data = Dataset.Tabular.from_delimited_files(str(tmp_path / "table.csv"), validate=False)

    (tmp_path / "table.csv").write_text("version,spec\n1,2\n")

    assert data.to_pandas_dataframe().to_dict("list") == {"version": [1], "spec": [2]}
