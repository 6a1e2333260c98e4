"""The folder of a run: the names of its files are the names that Azure shows."""

import os
import shutil

import pytest

from hyperlocal.history import RunFolder
from hyperlocal.history.descent import walk
from hyperlocal.history.folder import open_file


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path, "HD_x_0")


def put(folder, *names):
    for name in names:
        file = folder.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)


def test_a_run_without_a_folder_has_no_files(folder):
    assert folder.file_names() == []
    assert folder.file("outputs/model.pkl") is None


def test_files_of_a_run_that_has_ended(folder):
    put(
        folder,
        "user_logs/std_log.txt",
        "outputs/model.pkl",
        "outputs/deep/er/x.txt",
        "logs/a.log",
        "uploaded.txt",
        "plots/work/snapshot/x.png",
    )

    assert folder.file_names() == [
        "logs/a.log",
        "outputs/deep/er/x.txt",
        "outputs/model.pkl",
        "plots/work/snapshot/x.png",
        "uploaded.txt",
        "user_logs/std_log.txt",
    ]


def test_the_submitted_source_and_our_own_messages_are_not_shown(folder):
    put(folder, "snapshot/train.py", "controller.log", "work/train.py", "work/data/big.csv")

    assert folder.file_names() == []
    assert folder.file("snapshot/train.py") is None
    assert folder.file("work/train.py") is None


def test_of_a_running_trial_the_kept_folders_are_shown(folder):
    put(folder, "work/outputs/model.pkl", "work/logs/a.log", "outputs/model.pkl")

    assert folder.file_names() == ["logs/a.log", "outputs/model.pkl"]
    assert folder.file("logs/a.log") == folder.work / "logs" / "a.log"
    assert folder.file("outputs/model.pkl") == folder.outputs / "model.pkl"


@pytest.mark.parametrize(
    "name", ["outputs/model.pkl", "./outputs/model.pkl", "outputs//model.pkl"]
)
def test_a_file_is_found_by_any_spelling_of_its_name(folder, name):
    put(folder, "outputs/model.pkl")

    assert folder.file(name).read_text() == "outputs/model.pkl"


@pytest.mark.parametrize(
    "name",
    ["", ".", "outputs", "..", "../secret", "outputs/../../secret", "{absolute}", "snapshot"],
)
def test_nothing_outside_the_run_is_found(folder, tmp_path, name):
    put(folder, "outputs/model.pkl", "../secret")
    absolute = str(tmp_path / "runs" / "secret")

    assert folder.file(name.format(absolute=absolute)) is None


def test_where_things_are(folder, tmp_path):
    assert folder.path == tmp_path / "runs" / "HD_x_0"
    assert folder.output_log == folder.path / "user_logs" / "std_log.txt"
    assert folder.work.name == "work"


def put_outside(tmp_path):
    (tmp_path / "outside" / "deep").mkdir(parents=True)
    (tmp_path / "outside" / "deep" / "secret").write_text("a secret")
    return tmp_path / "outside"


def test_links_that_leave_the_run_are_shown_and_not_followed(folder, tmp_path):
    outside = put_outside(tmp_path)
    put(folder, "outputs/model.pkl", "logs/a.log")
    (folder.outputs / "all").symlink_to(outside)
    (folder.outputs / "one").symlink_to(outside / "deep" / "secret")
    (folder.logs / "up").symlink_to("../../..")

    assert folder.file_names() == [
        "logs/a.log",
        "logs/up",
        "outputs/all",
        "outputs/model.pkl",
        "outputs/one",
    ]
    for name in ("outputs/one", "outputs/all/deep/secret", "logs/up/outside/deep/secret"):
        assert folder.file(name) is None
    assert folder.link_in("outputs/all/deep/secret") == str(outside)
    assert folder.link_in("outputs/one") == str(outside / "deep" / "secret")
    assert folder.link_in("outputs/model.pkl") is None
    assert not folder.has_folder("outputs/all")


def test_a_link_within_the_run_is_followed(folder):
    put(folder, "outputs/checkpoints/5.pkl")
    (folder.outputs / "best.pkl").symlink_to("checkpoints/5.pkl")
    (folder.outputs / "latest").symlink_to("checkpoints")

    assert folder.file("outputs/best.pkl").read_text() == "outputs/checkpoints/5.pkl"
    assert folder.file("outputs/latest/5.pkl") is not None
    assert folder.has_folder("outputs/latest")


def test_links_to_nothing_and_to_themselves_are_no_files(folder):
    folder.outputs.mkdir(parents=True)
    (folder.outputs / "loop").symlink_to("loop")
    (folder.outputs / "dangling").symlink_to("nowhere")
    (folder.outputs / "self").symlink_to(".")

    assert folder.file_names() == ["outputs/dangling", "outputs/loop", "outputs/self"]
    assert folder.file("outputs/loop") is None
    assert folder.link_in("outputs/dangling") == "nowhere"


@pytest.mark.parametrize("name", ["work", "work/outputs"])
def test_a_working_copy_that_is_a_link_shows_nothing_from_outside(folder, tmp_path, name):
    outside = put_outside(tmp_path)
    (outside / "outputs").mkdir()
    (outside / "outputs" / "secret").write_text("a secret")
    (folder.path / name).parent.mkdir(parents=True, exist_ok=True)
    (folder.path / name).symlink_to(outside)

    assert [n for n in folder.file_names() if "secret" in n] == []
    assert folder.file("outputs/secret") is None
    assert folder.file("outputs/deep/secret") is None


def test_a_run_folder_that_is_a_link_has_no_files(folder, tmp_path):
    outside = put_outside(tmp_path)
    folder.path.parent.mkdir(parents=True)
    folder.path.symlink_to(outside)

    assert folder.file_names() == []
    assert folder.file("deep/secret") is None


def test_a_home_that_is_reached_through_a_link_is_like_any_other(folder, tmp_path):
    put(folder, "outputs/model.pkl")
    (tmp_path / "link").symlink_to(tmp_path)

    assert RunFolder(tmp_path / "link", "HD_x_0").file("outputs/model.pkl") is not None


def test_pipes_are_no_files(folder):
    folder.outputs.mkdir(parents=True)
    os.mkfifo(folder.outputs / "pipe")

    assert folder.file_names() == []
    assert folder.file("outputs/pipe") is None
    with pytest.raises(OSError, match="no file"):
        open_file(folder.outputs / "pipe")


def test_files_deeper_than_a_path_can_be_long_have_names(folder):
    folder.outputs.mkdir(parents=True)
    name = "n" * 250
    here = os.open(folder.outputs, os.O_RDONLY)
    for _ in range(20):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("deep.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)

    deep = "/".join(["outputs", *[name] * 20, "deep.txt"])
    assert folder.file_names() == [deep]
    assert folder.file(deep) is None
    assert folder.link_in(deep) is None


def test_names_that_are_no_text_can_be_asked_for(folder):
    folder.outputs.mkdir(parents=True)
    with open(os.fsencode(folder.outputs) + b"/\xff", "w") as file:
        file.write("x")

    (name,) = folder.file_names()

    assert folder.file(name).read_text() == "x"
    assert folder.file("outputs/\0") is None


def test_what_changes_while_it_is_read_is_left_out(folder):
    put(folder, "outputs/a/x", "outputs/b/x", "outputs/y")
    walked = walk(str(folder.path))
    next(walked)

    shutil.rmtree(folder.outputs)

    assert [here.names for here, _ in walked] == []
