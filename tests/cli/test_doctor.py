"""`hyperlocal doctor`, on homes that were broken for real."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.status import Cause, Status
from hyperlocal.engine.marks import mark_of
from hyperlocal.engine.offspring import worn
from tests.engine.strange import without_rights
from tests.views.sweeps import a_plan


@pytest.fixture
def sweep(history):
    """A sweep of three trials that has completed, all in order."""
    runs = history.runs
    runs.create("HD_1", experiment="e", kind="hyperdrive", plan=plan_to_json(a_plan(max_trials=3)))
    runs.set_status("HD_1", Status.RUNNING)
    history.folder("HD_1").snapshot.mkdir(parents=True)
    for number in range(3):
        trial = f"HD_1_{number}"
        runs.create(
            trial, experiment="e", kind="trial", parent_id="HD_1", parameters={"--lr": number / 10}
        )
        runs.set_status(trial, Status.RUNNING)
        history.folder(trial).path.mkdir()
        history.metrics.add(trial, "accuracy", number / 10, kind="float")
        runs.finish(trial, Status.COMPLETED)
    runs.finish("HD_1", Status.COMPLETED)
    return "HD_1"


def change(history, statement, *values):
    with history._database.writing() as connection:
        connection.execute(statement, values)


def test_a_home_in_order_gets_a_clean_bill(hyperlocal, history, sweep):
    said = hyperlocal("doctor")

    assert (said.code, said.err) == (0, "")
    assert said.out == f"Nothing is wrong with {history.home}.\n"


def test_findings_for_programs(hyperlocal, history, sweep):
    change(history, "UPDATE run SET cause = 'user' WHERE run_id = 'HD_1_0'")
    change(history, "INSERT INTO metric (run, name, kind, logged_at) VALUES (99, 'x', 'none', 0)")

    found, repaired = hyperlocal("doctor", "--json"), hyperlocal("doctor", "--json", "--repair")

    before, after = (json.loads(said.out)["findings"] for said in (found, repaired))
    assert (found.code, repaired.code) == (1, 1)
    assert [each["run_id"] for each in before if not each["can_be_repaired"]] == ["HD_1_0"]
    assert any(each["can_be_repaired"] for each in before)
    assert not any(each["is_repaired"] for each in before)
    assert [each["is_repaired"] for each in after] == [each["can_be_repaired"] for each in before]


BREAKS = {
    "an end without a final status": (
        "UPDATE run SET status = 'Running' WHERE run_id = 'HD_1_0'",
        "HD_1_0: It is Running with a time of end.",
    ),
    "a final status without an end": (
        "UPDATE run SET ended_at = NULL WHERE run_id = 'HD_1_0'",
        "HD_1_0: It is Completed with no time of end.",
    ),
    "completed with a cause": (
        "UPDATE run SET cause = 'user' WHERE run_id = 'HD_1_0'",
        "HD_1_0: It is Completed, with a cause (user).",
    ),
    "a trial that outlives its sweep": (
        "UPDATE run SET status = 'Running', ended_at = NULL WHERE run_id = 'HD_1_2'",
        "HD_1_2: It is Running, but its sweep has ended (Completed).",
    ),
    "no controller": (
        "UPDATE run SET status = 'Running', ended_at = NULL, pid = 999999999 "
        "WHERE run_id = 'HD_1'",
        "HD_1: It is Running, but its controller is gone.",
    ),
    "a hole": (
        "UPDATE run SET run_id = 'HD_1_7' WHERE run_id = 'HD_1_1'",
        "HD_1: Its trials are numbered 0, 7, 2.",
    ),
    "points of nobody": (
        "INSERT INTO metric (run, name, kind, value, logged_at) VALUES (999, 'm', 'int', 1, 0)",
        "The table 'metric' has 1 rows of runs that are not there.",
    ),
    "decisions of nobody": (
        "INSERT INTO decision (run, interval, stop, reason, decided_at) VALUES (999, 1, 0, '', 0)",
        "The table 'decision' has 1 rows of runs that are not there.",
    ),
    "a late point": (
        "UPDATE metric SET logged_at = logged_at + 60",
        "HD_1_0: 1 metric points were logged after its end.",
    ),
    "stopped without a verdict": (
        "UPDATE run SET status = 'Canceled', cause = 'policy' WHERE run_id = 'HD_1_0'",
        "HD_1_0: The policy stopped it, but no verdict is recorded.",
    ),
    "too many": (
        "UPDATE run SET plan = replace(plan, '\"max_trials\":3', '\"max_trials\":2')",
        "HD_1: It has 3 trials, but may have 2.",
    ),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_broken_history_is_told(hyperlocal, history, sweep, what):
    statement, told = BREAKS[what]
    change(history, statement)

    said = hyperlocal("doctor")

    assert said.code == 1
    assert told in said.out


def test_the_same_parameters_twice_in_a_space_with_an_end(hyperlocal, history, sweep):
    from hyperlocal.domain.distribution import Choice
    from hyperlocal.domain.space import Space

    plan = a_plan(max_trials=3, space=Space((("--lr", Choice((0.0, 0.1, 0.2))),)))
    change(history, "UPDATE run SET plan = ? WHERE run_id = 'HD_1'", plan_to_json(plan))
    assert hyperlocal("doctor").code == 0

    same = '{"--lr":0.0}'
    change(history, "UPDATE run SET parameters = ? WHERE run_id = 'HD_1_2'", same)

    said = hyperlocal("doctor")
    assert "Trials HD_1_0 and HD_1_2 have the same parameters." in said.out


def test_an_interval_that_was_judged_twice(hyperlocal, history, sweep):
    for _ in range(2):
        history.decisions.add("HD_1_1", 4, stop=False, reason="fine")

    said = hyperlocal("doctor", "HD_1")

    assert "HD_1_1: It was judged more than once at interval 4." in said.out


def test_folders_and_runs_belong_together(hyperlocal, history, sweep):
    shutil.rmtree(history.folder("HD_1_0").path)
    stranger = history.home / "runs" / "stranger"
    stranger.mkdir()
    (stranger / "notes.txt").write_text("mine")

    said = hyperlocal("doctor")

    assert said.code == 1
    assert f"{stranger} belongs to no run" in said.out
    assert f"HD_1_0: Its folder {history.folder('HD_1_0').path} is gone." in said.out
    hyperlocal("doctor", "--repair")
    assert (stranger / "notes.txt").read_text() == "mine"


def test_what_a_killed_submission_left_is_removed(hyperlocal, history, sweep):
    left = history.folder("HD_2").snapshot
    left.mkdir(parents=True)
    (left / "train.py").write_text("pass")

    said = hyperlocal("doctor", "--repair")

    assert f"{left.parent} belongs to no run" in said.out
    assert not left.parent.exists()
    assert hyperlocal("doctor").code == 0


def test_a_working_copy_that_was_left_behind_is_emptied(hyperlocal, history, sweep):
    folder = history.folder("HD_1_1")
    (folder.work / "outputs").mkdir(parents=True)
    (folder.work / "outputs" / "model.txt").write_text("good")

    assert "HD_1_1: It has ended, but its working copy" in hyperlocal("doctor").out
    said = hyperlocal("doctor", "--repair")

    assert said.code == 0
    assert "Repaired." in said.out
    assert (folder.outputs / "model.txt").read_text() == "good"
    assert not folder.work.exists()


def test_a_process_that_outlives_its_run_is_ended(hyperlocal, history, sweep):
    environment = {
        **os.environ,
        "HYPERLOCAL_HOME": str(history.home),
        "HYPERLOCAL_RUN_ID": "HD_1_1",
    }
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(sleep, env=environment) as orphan:
        told = hyperlocal("doctor", "HD_1_1").out
        assert f"HD_1_1: It has ended, but processes still work for it: {orphan.pid}." in told
        assert hyperlocal("doctor", "HD_1_0").code == 0

        assert hyperlocal("doctor", "--repair").code == 0
        assert orphan.wait(timeout=30) != 0


def test_a_process_that_hides_whose_it_is_and_outlives_its_run_is_ended(
    hyperlocal, history, sweep
):
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    with worn(mark_of(str(history.home), "HD_1_1", 1)):
        orphan = subprocess.Popen(sleep, env={}, start_new_session=True)
    with orphan:
        assert hyperlocal("doctor", "HD_1_0").code == 0
        assert f"processes still work for it: {orphan.pid}." in hyperlocal("doctor").out

        assert hyperlocal("doctor", "--repair").code == 0
        assert orphan.wait(timeout=30) != 0


def test_a_run_whose_script_is_gone_is_declared_failed(hyperlocal, history, sweep):
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    history.runs.create("mine", experiment="e", kind="x", status=Status.RUNNING)
    # Nobody holds this lock, as the process is gone that did.
    history.runs.update("mine", pid=process.pid, owner="process-gone")

    assert hyperlocal("doctor", "--repair").code == 0

    record = history.runs.get("mine")
    assert (record.status, record.cause) == (Status.FAILED, Cause.INTERRUPTED)
    assert hyperlocal("doctor").code == 0


def test_repairing_brings_a_dead_sweep_to_its_end(hyperlocal, history, sweep):
    change(history, BREAKS["no controller"][0])

    assert hyperlocal("doctor", "--repair").code == 0

    assert history.runs.get("HD_1").cause is Cause.INTERRUPTED


def test_strays_are_removed(hyperlocal, history, sweep):
    change(history, BREAKS["points of nobody"][0])

    assert hyperlocal("doctor", "--repair").code == 0
    assert hyperlocal("doctor").code == 0
    assert len(history.metrics.points("HD_1_0")) == 1


def test_a_damaged_file_is_told(hyperlocal, history, sweep):
    history._database.all("PRAGMA wal_checkpoint(TRUNCATE)")
    history.close()
    path = history.home / "history.db"
    size = path.stat().st_size
    with open(path, "r+b") as file:
        file.seek(size - 4096)
        file.write(b"\xff" * 2048)

    said = hyperlocal("doctor")

    assert said.code == 1
    assert "damaged" in said.out + said.err


def test_a_working_copy_that_cannot_go_is_told_until_it_can(hyperlocal, history, sweep):
    folder = history.folder("HD_1_1")
    (folder.work / "outputs" / "x").mkdir(parents=True)
    (folder.work / "outputs" / "x" / "y").write_text("new")
    folder.outputs.mkdir()
    (folder.outputs / "x").write_text("old")

    said = hyperlocal("doctor", "--repair")

    assert said.code == 1
    assert "It could not be repaired: What the script left at" in said.out
    assert "There is something that is no folder in its place" in said.out

    (folder.outputs / "x").unlink()

    assert hyperlocal("doctor", "--repair").code == 0
    assert (folder.outputs / "x" / "y").read_text() == "new"
    assert hyperlocal("doctor").code == 0


def test_a_working_copy_that_is_a_link_takes_nothing_from_outside(
    hyperlocal, history, sweep, tmp_path
):
    outside = tmp_path / "outside" / "outputs"
    outside.mkdir(parents=True)
    (outside / "x").write_text("theirs")
    history.folder("HD_1_1").work.symlink_to(outside.parent)

    hyperlocal("doctor", "--repair")

    assert (outside / "x").read_text() == "theirs"
    assert history.folder("HD_1_1").file_names() == []
    assert hyperlocal("doctor").code == 0


def test_what_stands_in_place_of_a_folder_is_told(hyperlocal, history, sweep, tmp_path):
    path = history.folder("HD_1_1").path
    path.rmdir()
    path.symlink_to(tmp_path)

    said = hyperlocal("doctor")

    assert f"HD_1_1: In place of its folder {path} there is something else." in said.out


def test_a_folder_that_nobody_may_read_is_told_and_repaired(history, sweep):
    path = history.folder("HD_1_1").path
    path.chmod(0)
    words = "import sys; from hyperlocal.cli import main; print(main(sys.argv[1:]))"

    told = without_rights(words, "doctor")
    assert f"HD_1_1: Its folder {path} cannot be read." in told
    assert "Repaired." in without_rights(words, "doctor", "--repair")
    assert without_rights(words, "doctor").endswith("0\n")
