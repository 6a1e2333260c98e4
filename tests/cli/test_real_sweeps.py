"""The commands on sweeps that a real controller runs."""

import dataclasses
import os
import signal
import subprocess
import time

import pytest

from hyperlocal import engine
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.status import Cause, Status
from tests.cli.conftest import COMMAND
from tests.views.sweeps import a_plan

TRAIN = """
import os, sys, time
from hyperlocal.history import History

number = int(os.environ["HYPERLOCAL_RUN_ID"].rpartition("_")[2])
history = History.open()
for epoch in range({epochs}):
    history.metrics.add(os.environ["HYPERLOCAL_RUN_ID"], "accuracy", number / 10, kind="float")
    print("epoch", epoch)
    time.sleep({pause})
sys.exit("unlucky" if number == 1 else 0)
"""


@pytest.fixture
def submit(history, tmp_path, monkeypatch):
    """Start a sweep of three trials; what still runs at the end of the test is cancelled."""
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "2")
    started = []

    def start(*, epochs=1, pause=0.0):
        source = tmp_path / "source"
        source.mkdir()
        (source / "train.py").write_text(TRAIN.format(epochs=epochs, pause=pause))
        plan = a_plan(max_trials=3)
        # Trials inherit the way to hyperlocal from this process, however it found it.
        plan = dataclasses.replace(
            plan, launch=dataclasses.replace(plan.launch, python_path=(os.getcwd(),))
        )
        run_id = "HD_sweep"
        history.runs.create(run_id, experiment="iris", kind="hyperdrive", plan=plan_to_json(plan))
        engine.take_snapshot(source, history.folder(run_id).snapshot)
        engine.start(history.home, run_id)
        started.append(run_id)
        return run_id

    yield start
    for run_id in started:
        history.runs.request_cancel(run_id)
        wait_for(lambda run_id=run_id: engine.settle(history, run_id).status.is_terminal)


def wait_for(condition, timeout_s=30):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def has_begun(history, run_id, n_trials=1):
    running = [c for c in history.runs.children(run_id) if c.status is Status.RUNNING]
    return len(running) >= n_trials


def test_watching_a_sweep_from_its_start(hyperlocal, submit):
    said = hyperlocal("watch", submit())

    assert said.code == 0, said.err
    assert sorted(line.split()[1] for line in said.lines[1:4]) == ["0", "1", "2"]
    assert "unlucky" in said.out
    assert said.lines[4].startswith("Completed: 3 trials")
    assert said.lines[5].startswith("Best: trial 2, accuracy 0.2, ")

    shown = hyperlocal("show", "HD_sweep")
    assert "3: 2 Completed, 1 Failed" in shown.out
    assert hyperlocal("list").lines[1].endswith("3/3  accuracy=0.2")
    assert hyperlocal("logs", "HD_sweep_1").out == "epoch 0\nunlucky\n"
    assert "HD_sweep_2" in hyperlocal("logs", "HD_sweep").out


def test_cancelling_a_sweep_and_following_a_trial_to_its_end(folder, history, hyperlocal, submit):
    run_id = submit(epochs=1000, pause=0.05)
    wait_for(lambda: has_begun(history, run_id))

    with subprocess.Popen(
        [*COMMAND, "logs", f"{run_id}_0", "-f"], cwd=folder, stdout=subprocess.PIPE, text=True
    ) as following:
        assert following.stdout.readline() == "epoch 0\n"
        said = hyperlocal("cancel", run_id, "--wait")
        following.stdout.read()

    assert (said.out, said.code) == (f"Run {run_id} has ended: Canceled.\n", 0)
    assert following.returncode == 0
    assert "Canceled (user)" in hyperlocal("show", run_id).out


def test_cancelling_one_trial_leaves_the_others(history, hyperlocal, submit):
    run_id = submit(epochs=1000, pause=0.05)
    wait_for(lambda: has_begun(history, run_id))

    said = hyperlocal("cancel", f"{run_id}_0", "--wait")

    assert (said.out, said.code) == (f"Run {run_id}_0 has ended: Canceled.\n", 0)
    assert history.runs.get(f"{run_id}_0").cause is Cause.USER
    assert not history.runs.get(run_id).status.is_terminal


def test_a_sweep_whose_controller_was_killed_is_not_shown_as_running(history, hyperlocal, submit):
    run_id = submit(epochs=1000, pause=0.05)
    wait_for(lambda: has_begun(history, run_id))
    os.kill(history.runs.get(run_id).pid, signal.SIGKILL)

    # The watchdog may be about to settle it; then it is not ended for another moment.
    wait_for(lambda: hyperlocal("list").lines[1].split()[3] == "Failed")

    assert "Failed (interrupted)" in hyperlocal("show", run_id).out
    assert hyperlocal("cancel", run_id).code == 1


def test_a_sweep_that_was_interrupted_is_resumed(history, hyperlocal, submit):
    run_id = submit(epochs=20, pause=0.05)
    wait_for(lambda: has_begun(history, run_id, 2))
    os.kill(history.runs.get(run_id).pid, signal.SIGKILL)
    wait_for(lambda: history.runs.get(run_id).status.is_terminal)
    n_begun = len(history.runs.children(run_id))

    assert f"hyperlocal resume {run_id}" in hyperlocal("show", run_id).out
    said = hyperlocal("resume", "HD_sw", "--watch")

    assert (said.code, said.err) == (0, "")
    assert said.lines[0] == f"Run {run_id} goes on: 0 trials have ended, {n_begun} are run again."
    assert "Completed: 3 trials" in said.out
    again = hyperlocal("resume", run_id)
    assert again.code == 1
    assert "it has completed" in again.err
