import io
import zipfile

import pytest

from hyperlocal.azureml.exceptions import SnapshotException, UserErrorException


@pytest.fixture
def here(tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def stocked(run, here):
    for name in ("outputs/model.pkl", "outputs/sub/more.txt", "logs/a.log", "notes.txt"):
        run.upload_file(name, io.BytesIO(name.encode()))
    return run


def test_names_are_sorted_with_outputs_last(stocked):
    assert stocked.get_file_names() == [
        "logs/a.log",
        "notes.txt",
        "outputs/model.pkl",
        "outputs/sub/more.txt",
    ]


def test_a_file_goes_into_the_working_directory_by_its_last_name(stocked, here):
    stocked.download_file("outputs/model.pkl")
    stocked.download_file("./outputs/model.pkl", "named.pkl")
    (here / "folder").mkdir()
    stocked.download_file("outputs/model.pkl", "folder")
    stocked.download_file("outputs/model.pkl", "new/place.pkl")

    for name in ("model.pkl", "named.pkl", "folder/model.pkl", "new/place.pkl"):
        assert (here / name).read_text() == "outputs/model.pkl"


def test_a_missing_file_names_those_that_are_there(stocked):
    with pytest.raises(UserErrorException, match=r"'model\.pkl'.*outputs/model\.pkl"):
        stocked.download_file("model.pkl")


def test_a_prefix_is_a_folder(stocked, here):
    stocked.download_files(prefix="outputs", output_directory="kept")
    stocked.download_files(prefix="outputs", output_directory="bare", append_prefix=False)
    stocked.download_files(prefix="./outputs/sub/")

    assert (here / "kept/outputs/sub/more.txt").is_file()
    assert (here / "bare/sub/more.txt").is_file()
    assert (here / "outputs/sub/more.txt").is_file()
    assert not (here / "kept/notes.txt").exists()


def test_every_file_with_a_place_of_its_own(stocked, here):
    stocked.download_files(prefix="outputs", output_paths=["one", "two"])
    stocked.download_files(prefix="outputs", output_paths=["only one"])

    assert (here / "one").read_text() == "outputs/model.pkl"
    assert (here / "outputs/model.pkl").is_file()


def test_uploads_from_paths(run, here):
    (here / "a.txt").write_text("a")
    (here / "b.txt").write_text("b")

    run.upload_file("outputs\\a.txt", "a.txt")
    run.upload_files(["x", "y", "x"], ["a.txt", "b.txt", "b.txt"])

    assert run.get_file_names() == ["x", "y", "outputs/a.txt"]
    assert run._history.folder(run.id).file("x").read_text() == "a"


def test_a_folder_keeps_its_shape(run, here):
    (here / "data" / "deep").mkdir(parents=True)
    (here / "data" / "one").write_text("")
    (here / "data" / "deep" / "two").write_text("")

    run.upload_folder("outputs/all", "./data/")
    run.upload_folder("", "data")

    assert run.get_file_names() == ["deep/two", "one", "outputs/all/deep/two", "outputs/all/one"]


def test_an_open_text_file_is_taken_too(run):
    run.upload_file("notes.txt", io.StringIO("grün"))

    assert run._history.folder(run.id).file("notes.txt").read_text("utf-8") == "grün"


@pytest.mark.parametrize("name", ["../out", "", "a/../../b", "snapshot/train.py", "work/x"])
def test_names_stay_inside_the_run(run, name):
    with pytest.raises(UserErrorException, match="name of a run's file"):
        run.upload_file(name, io.BytesIO(b""))


def test_uploads_that_cannot_be(run, here):
    with pytest.raises(FileNotFoundError):
        run.upload_file("x", "missing.txt")
    with pytest.raises(UserErrorException, match="path or an open file"):
        run.upload_file("x", 5)
    with pytest.raises(TypeError, match="1 names and 2 paths"):
        run.upload_files(["x"], ["a", "b"])
    with pytest.raises(UserErrorException, match="not a folder"):
        run.upload_folder("x", "missing")
    run.upload_file("x", io.BytesIO(b""))
    with pytest.raises(UserErrorException, match="file already"):
        run.upload_file("x/y", io.BytesIO(b""))


def test_the_log_has_its_name_of_some_years_ago_too(run, here):
    run.upload_file("user_logs/std_log.txt", io.BytesIO(b"line\n"))

    run.download_file("azureml-logs/70_driver_log.txt", "old.txt")

    assert (here / "old.txt").read_text() == "line\n"
    assert run.get_file_names() == ["user_logs/std_log.txt"]


def test_logs_as_addresses_as_texts_and_as_copies(run, here):
    run.upload_file("user_logs/std_log.txt", io.BytesIO(b"line\n"))
    run.upload_file("outputs/x", io.BytesIO(b""))

    addresses = run.get_details()["logFiles"]
    texts = run.get_details_with_logs()["logFiles"]
    copies = run.get_all_logs()

    assert list(addresses) == ["user_logs/std_log.txt"]
    assert addresses["user_logs/std_log.txt"].startswith("file://")
    assert texts == {"user_logs/std_log.txt": "line\n"}
    assert (here / copies[0]).read_text() == "line\n"
    assert copies[0].startswith("assets")


def test_copies_of_logs_need_a_folder(run, here):
    (here / "taken").write_text("")

    with pytest.raises(UserErrorException, match="not a folder"):
        run.get_all_logs("taken")


def test_the_source_is_taken_and_given_back(run, here):
    (here / "train.py").write_text("pass")

    snapshot_id = run.take_snapshot(".")
    path = run.restore_snapshot(path="zips")

    assert snapshot_id == run.get_snapshot_id()
    assert path.endswith(f"{snapshot_id}.zip")
    assert "train.py" in zipfile.ZipFile(path).namelist()


def test_no_source_no_snapshot(run, here):
    with pytest.raises(SnapshotException, match="without a copy"):
        run.restore_snapshot()
    with pytest.raises(SnapshotException):
        run.take_snapshot("missing")
