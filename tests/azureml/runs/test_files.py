import io
import os
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


@pytest.fixture
def linked(stocked, tmp_path):
    """A run in whose outputs a script has put a link to somebody else's folder."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("a secret")
    outputs = stocked._history.folder(stocked.id).outputs
    (outputs / "all").symlink_to(outside)
    (outputs / "one").symlink_to(outside / "secret")
    return stocked


def test_links_out_of_the_run_are_shown_and_not_downloaded(linked, here):
    assert {"outputs/all", "outputs/one"} <= set(linked.get_file_names())
    for name in ("outputs/one", "outputs/all/secret"):
        with pytest.raises(UserErrorException, match=r"a link to .*outside.*own folder"):
            linked.download_file(name)
    with pytest.warns(UserWarning, match=r"'outputs/all' .* is left out \(1 more.*outside"):
        linked.download_files("outputs", "kept")

    kept = sorted(str(p.relative_to(here)) for p in (here / "kept").rglob("*") if p.is_file())
    assert kept == ["kept/outputs/model.pkl", "kept/outputs/sub/more.txt"]


def test_a_model_of_all_outputs_is_made_without_links_out_of_the_run(linked):
    with pytest.warns(UserWarning, match="is left out"):
        model = linked.register_model("m", model_path="outputs")

    assert "a secret" not in [p.read_text() for p in files_below(model) if p.is_file()]


def files_below(model):
    from pathlib import Path

    return list(Path(model.download()).rglob("*"))


def test_a_file_and_a_folder_of_one_name_are_not_downloaded_together(stocked, here):
    work = stocked._history.folder(stocked.id).work
    (work / "outputs" / "model.pkl").mkdir(parents=True)
    (work / "outputs" / "model.pkl" / "part").write_text("part")

    with pytest.warns(UserWarning, match="there is a file 'outputs/model.pkl', too"):
        stocked.download_files("outputs", "kept")

    assert (here / "kept/outputs/model.pkl").read_text() == "outputs/model.pkl"


def test_an_upload_does_not_go_through_a_link(linked, tmp_path):
    linked.upload_file("outputs/one", io.BytesIO(b"mine"))
    with pytest.raises(UserErrorException, match="leads out of the run's folder"):
        linked.upload_file("outputs/all/secret", io.BytesIO(b"mine"))

    assert (tmp_path / "outside" / "secret").read_text() == "a secret"
    linked.download_file("outputs/one", "mine")
    with open("mine", "rb") as file:
        assert file.read() == b"mine"


@pytest.mark.parametrize("name", ["interrupted/1/x", "interrupted", "controller.log", "work/x"])
def test_names_of_our_own_are_refused(run, name):
    with pytest.raises(UserErrorException, match="hyperlocal's own"):
        run.upload_file(name, io.BytesIO(b"x"))


def test_a_folder_is_not_replaced_by_a_file(stocked):
    with pytest.raises(UserErrorException, match="a folder of that name"):
        stocked.upload_file("outputs/sub", io.BytesIO(b"x"))


def test_a_pipe_makes_way_for_an_upload(run, here):
    outputs = run._history.folder(run.id).outputs
    outputs.mkdir(parents=True)
    os.mkfifo(outputs / "x")

    run.upload_file("outputs/x", io.BytesIO(b"mine"))

    run.download_file("outputs/x")
    assert (here / "x").read_bytes() == b"mine"


def test_the_prefix_of_a_download_is_a_folder_a_file_or_a_beginning(stocked, here):
    def downloaded(prefix, **settings):
        stocked.download_files(prefix, prefix.replace("/", "-"), **settings)
        place = here / prefix.replace("/", "-")
        return sorted(p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file())

    assert downloaded("outputs/model.pkl") == ["outputs/model.pkl"]
    assert downloaded("./outputs/sub/") == ["outputs/sub/more.txt"]
    assert downloaded("outputs/mod") == ["outputs/model.pkl"]
    assert downloaded("outputs/model.pk", append_prefix=False) == ["model.pkl"]


def test_a_download_of_nothing_is_told(stocked, here):
    with pytest.warns(UserWarning, match=r"'outputs/none'.*copies nothing.*outputs/model\.pkl"):
        stocked.download_files("outputs/none", "kept")

    assert not (here / "kept").exists()


def test_a_second_upload_of_a_name_is_told_and_replaces_the_first(run, here):
    (here / "a.txt").write_text("first")
    run.upload_file("a.txt", "a.txt")
    (here / "a.txt").write_text("second")

    with pytest.warns(UserWarning, match=r"second upload of 'a\.txt'.*the cloud refuses it"):
        run.upload_file("./a.txt", "a.txt")

    run.download_file("a.txt", "copy.txt")
    assert (here / "copy.txt").read_text() == "second"


def test_second_uploads_are_told_of_folders_and_streams(run, here):
    (here / "folder").mkdir()
    (here / "folder" / "b.txt").write_text("b")
    run.upload_folder("kept", "folder")

    with pytest.warns(UserWarning, match=r"second upload of 'kept/b\.txt'"):
        run.upload_file("kept/b.txt", io.BytesIO(b"b"))


def test_what_a_script_wrote_itself_is_uploaded_without_a_word(run, here):
    place = run._history.folder(run.id).path / "outputs"
    place.mkdir(exist_ok=True)
    (place / "model.pkl").write_text("m")
    (here / "model.pkl").write_text("m")

    run.upload_file("outputs/model.pkl", "model.pkl")

    assert "outputs/model.pkl" in run.get_file_names()
