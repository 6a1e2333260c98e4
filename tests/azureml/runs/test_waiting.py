import os
import subprocess
import sys
import threading
import time

import pytest

from hyperlocal._doors import environment_with_shim
from hyperlocal.azureml.core import Run
from hyperlocal.azureml.exceptions import ActivityFailedException
from hyperlocal.domain.status import Status
from hyperlocal.history import History


def test_a_finished_run_is_not_waited_for(run):
    run.complete()

    assert run.wait_for_completion()["status"] == "Completed"


def test_a_cancelled_run_does_not_raise(run):
    run.cancel()

    assert run.wait_for_completion()["status"] == "Canceled"


def test_a_failed_run_raises_its_error_as_json(run):
    run.fail("out of memory", "OutOfMemory")

    with pytest.raises(ActivityFailedException, match="out of memory") as caught:
        run.wait_for_completion()

    assert '"code": "OutOfMemory"' in caught.value.message
    assert run.wait_for_completion(raise_on_error=False)["status"] == "Failed"


def test_the_run_of_this_process_is_not_waited_for(run, capsys):
    assert run.wait_for_completion()["status"] == "Running"
    assert "not waiting" in capsys.readouterr().err


def test_a_run_that_another_process_ends_is_noticed_at_once(experiment, history):
    history.runs.create("other", experiment="trials", kind="interactive", status=Status.RUNNING)
    elsewhere = History.open(history.home)
    ended_at = []

    def end():
        time.sleep(0.3)
        elsewhere.runs.finish("other", Status.COMPLETED)
        ended_at.append(time.monotonic())

    thread = threading.Thread(target=end)
    thread.start()
    Run(experiment, "other").wait_for_completion()
    noticed_at = time.monotonic()
    thread.join()

    assert noticed_at - ended_at[0] < 5  # 0.05 measured


def test_a_dead_controller_does_not_hang_the_wait(sweep):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    sweep.trial(status=Status.RUNNING)
    sweep.history.runs.update("HD_1", pid=dead.pid, pid_started=1.0)

    details = sweep.run.wait_for_completion(raise_on_error=False)

    assert details["status"] == "Failed"
    assert Run(sweep.experiment, "HD_1_0").get_status() == "Canceled"


def test_an_interactive_run_whose_process_died_is_not_running_for_ever(experiment, history):
    opens = (
        "import os; from hyperlocal.azureml.core import Experiment, Workspace; "
        "Experiment(Workspace.from_config(), 'trials').start_logging(run_id='other'); "
        "os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", opens], check=False)

    details = Run(experiment, "other").wait_for_completion(raise_on_error=False)

    assert details["status"] == "Failed"
    assert "without completing it" in details["error"]["error"]["message"]


def test_the_status_of_a_sweep_without_a_controller(sweep):
    sweep.history.runs.update("HD_1", pid=2**22 + 1, pid_started=1.0)
    run = sweep.run
    assert run.status == "Running"

    assert run.get_status() == "Failed"
    assert "controller" in run.get_detailed_status()["details"]


# Ctrl-C as soon as the script really waits, which cannot be seen from outside.
INTERRUPTS = (
    "import os, signal, sys, threading, time, traceback\n"
    "def interrupt(main=threading.get_ident()):\n"
    "    def waits():\n"
    "        stack = traceback.walk_stack(sys._current_frames()[main])\n"
    "        return any(frame.f_code.co_name == 'until_ended' for frame, _ in stack)\n"
    "    while not waits():\n"
    "        time.sleep(0.01)\n"
    "    os.kill(os.getpid(), signal.SIGINT)\n"
    "threading.Thread(target=interrupt, daemon=True).start()\n"
)


@pytest.mark.parametrize(
    ("shows_output", "error"),
    [(True, "ExperimentExecutionException"), (False, "KeyboardInterrupt")],
)
def test_interrupting_the_wait_leaves_the_run_alone(history, tmp_path, shows_output, error):
    history.runs.create("other", experiment="trials", kind="interactive", status=Status.RUNNING)
    script = tmp_path / "driver.py"
    script.write_text(
        "from azureml.core import Experiment, Run, Workspace\n"
        "run = Run(Experiment(Workspace.from_config(), 'trials'), 'other')\n"
        f"{INTERRUPTS}"
        f"run.wait_for_completion(show_output={shows_output})\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env=environment_with_shim(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    _, errors = process.communicate(timeout=20)

    assert error in errors
    assert "which goes on" in errors
    assert "hyperlocal cancel other" in errors
    assert history.runs.get("other").status is Status.RUNNING


def test_a_sweep_that_has_ended_is_shown_with_its_trials(sweep, capsys):
    sweep.trial(0.5)
    sweep.finish()

    sweep.run.wait_for_completion(show_output=True)

    shown = capsys.readouterr().out
    assert "trial 0  Completed  accuracy 0.5" in shown
    assert "Best: trial 0" in shown
