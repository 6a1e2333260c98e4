"""The folder of a run: the names of its files are the names that Azure shows."""

import pytest

from hyperlocal.history import RunFolder


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
