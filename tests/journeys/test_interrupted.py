"""A sweep whose controller is killed goes on at the next `wait_for_completion()`."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hyperlocal.domain.status import Status
from hyperlocal.history import History

# Only the first trial ends before somebody lets the others go on.
TRAIN = """
import os, sys, time
from azureml.core import Run

x = int(sys.argv[sys.argv.index("--x") + 1])
deadline = time.monotonic() + 60
while x > 1 and not os.path.exists(os.environ["GO_ON"]):
    assert time.monotonic() < deadline
    time.sleep(0.01)
Run.get_context().log("score", x * 10)
os.makedirs("outputs", exist_ok=True)
with open("outputs/x.txt", "w") as file:
    file.write(str(x))
"""


@pytest.fixture
def go_on(tmp_path, monkeypatch):
    """A file: when it is there, all trials go on to their ends."""
    monkeypatch.setenv("GO_ON", str(tmp_path / "go-on"))
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "1")
    return tmp_path / "go-on"


@pytest.fixture
def history(home):
    opened = History.open(home)
    yield opened
    opened.close()


def kill_after_first_trial(history, deadline_s=30):
    """Kill the controller of the only sweep once a trial has completed; return the sweep's id."""
    until = time.monotonic() + deadline_s
    while True:
        assert time.monotonic() < until
        sweeps = history.runs.top()
        if sweeps and history.runs.count_by_status(sweeps[0].run_id).get(Status.COMPLETED):
            os.kill(history.runs.get(sweeps[0].run_id).pid, signal.SIGKILL)
            return sweeps[0].run_id
        time.sleep(0.02)


def assert_complete(said, history, run_id):
    assert "Status: Completed" in said
    assert "Children: ['Completed', 'Completed', 'Completed', 'Completed']" in said
    assert "{'score': 40}" in said
    trials = history.runs.children(run_id)[::-1]
    assert [trial.parameters["x"] for trial in trials] == [1, 2, 3, 4]
    assert [len(history.metrics.points(trial.run_id)) for trial in trials] == [1] * 4


def test_the_next_script_that_waits_resumes_it(
    sweep_folder, history, driver_of, questions_about, go_on
):
    sweep_folder.write("train.py", TRAIN)
    sweep_folder.write("driver.py", driver_of(0))
    sweep_folder.run("driver.py")
    run_id = kill_after_first_trial(history)
    go_on.touch()

    sweep_folder.write("questions.py", questions_about(run_id))
    said = sweep_folder.run("questions.py")

    assert "was interrupted after" in said.text
    assert_complete(said.text, history, run_id)


@pytest.mark.parametrize("shows_output", [False, True], ids=["silent", "shown"])
def test_a_script_that_waits_meanwhile_resumes_it(
    sweep_folder, history, driver_of, go_on, shows_output
):
    sweep_folder.write("train.py", TRAIN)
    waiting = f"""
run.wait_for_completion(show_output={shows_output})
print("Status:", run.get_status())
print("Children:", sorted(child.get_status() for child in run.get_children()))
print("Best:", run.get_best_run_by_primary_metric().get_metrics())
"""
    sweep_folder.write("driver.py", driver_of(0) + waiting)
    command = [str(Path(sys.executable).parent / "hyperlocal"), "run", "driver.py"]
    with subprocess.Popen(
        command,
        cwd=sweep_folder.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as driver:
        run_id = kill_after_first_trial(history)
        go_on.touch()
        said = driver.communicate(timeout=60)[0]

    assert "was interrupted after" in said
    assert_complete(said, history, run_id)
