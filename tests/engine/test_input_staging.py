"""What a trial finds in its working copy beside its source."""

import os

import pytest

from hyperlocal.domain.launch import StagedInput
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job
from hyperlocal.engine.input_staging import place


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    (folder / "inner").mkdir(parents=True)
    (folder / "a.txt").write_text("apple")
    (folder / "inner" / "link.txt").symlink_to(folder / "a.txt")
    return folder


@pytest.fixture
def work(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def test_a_link_shows_the_very_files(data, work):
    assert place(StagedInput(f"{work}/in/data", str(data)), str(work)) is None

    assert (work / "in" / "data").is_symlink()
    (data / "b.txt").write_text("berry")
    assert (work / "in" / "data" / "b.txt").read_text() == "berry"


def test_a_copy_is_the_trials_own_even_where_the_source_has_links(data, work):
    assert place(StagedInput(f"{work}/data", str(data), is_copy=True), str(work)) is None

    (work / "data" / "inner" / "link.txt").write_text("changed")
    assert (data / "a.txt").read_text() == "apple"


def test_a_file_can_be_copied(data, work):
    assert (
        place(StagedInput(f"{work}/x/a.txt", str(data / "a.txt"), is_copy=True), str(work)) is None
    )

    assert (work / "x" / "a.txt").read_text() == "apple"


def test_what_the_source_has_in_its_place_is_left_out(data, work):
    (work / "data").mkdir()
    (work / "data" / "old.txt").write_text("old")

    place(StagedInput(f"{work}/data", str(data)), str(work))

    assert sorted(path.name for path in (work / "data").iterdir()) == ["a.txt", "inner"]


def test_a_source_can_be_made(tmp_path, work):
    staged_input = StagedInput(f"{work}/out", str(tmp_path / "store" / "out"), makes_source=True)

    assert place(staged_input, str(work)) is None

    (work / "out" / "x").write_text("x")
    assert (tmp_path / "store" / "out" / "x").read_text() == "x"


@pytest.mark.parametrize("target", ["{work}/../data", "{work}", "/etc/passwd"])
def test_nothing_is_placed_outside_of_the_working_folder(data, work, target):
    obstacle = place(StagedInput(target.format(work=work), str(data)), str(work))

    assert "not below the working folder" in obstacle
    assert (data / "a.txt").exists()


def test_nothing_is_placed_or_removed_beyond_a_link_of_the_source(data, work):
    (work / "in").symlink_to(data)
    (work / "x").write_text("x")

    for is_copy in (True, False):
        told = place(StagedInput(f"{work}/in/inner", f"{work}/x", is_copy=is_copy), str(work))
        assert "beyond a link" in told

    assert (data / "inner" / "link.txt").read_text() == "apple"


def test_data_with_pipes_and_circles_is_copied_without_them(data, work):
    os.mkfifo(data / "pipe")
    (data / "inner" / "up").symlink_to("..")

    assert place(StagedInput(f"{work}/data", str(data), is_copy=True), str(work)) is None

    assert (work / "data" / "a.txt").read_text() == "apple"
    assert not (work / "data" / "pipe").exists()


def test_a_pipe_that_a_trial_was_to_be_given_is_why_it_does_not_start(work):
    os.mkfifo(work / "pipe")

    assert "pipe" in place(StagedInput(f"{work}/x", f"{work}/pipe", is_copy=True), str(work))


def test_a_trial_finds_what_was_placed_and_its_own_run_in_the_texts(lab, data, tmp_path):
    lab.script(
        "import os\nprint(open('in/a.txt').read())\nopen('in2/x', 'w').write('mine')\n",
        logs=False,
    )
    staged_inputs = (
        StagedInput("${working_folder}/in", str(data), is_copy=True),
        StagedInput("${working_folder}/in2", f"{tmp_path}/${{run_id}}", makes_source=True),
    )

    record, _ = lab.run(Job(lab.launch(staged_inputs=staged_inputs)))

    assert record.status is Status.COMPLETED
    assert "apple" in lab.output(record.run_id)
    assert (tmp_path / record.run_id / "x").read_text() == "mine"


def test_what_is_missing_keeps_the_trial_from_starting(lab, tmp_path):
    lab.script("print('no')", logs=False)
    staged_inputs = (StagedInput("${working_folder}/in", str(tmp_path / "gone")),)

    record, _ = lab.run(Job(lab.launch(staged_inputs=staged_inputs)))

    assert (record.status, record.cause) == (Status.FAILED, Cause.START)
    assert "gone" in record.reason
