"""`hyperlocal cancel`."""

import subprocess
import time

from hyperlocal.domain.status import Cause, Status
from tests.cli.conftest import COMMAND
from tests.views.sweeps import a_finished_sweep, begin_sweep


def test_a_running_run_is_told_to_end(hyperlocal, history):
    begin_sweep(history)

    said = hyperlocal("cancel", "HD_sw")

    assert (said.out, said.code) == ("Run HD_sweep is being cancelled.\n", 0)
    assert history.runs.get("HD_sweep").status is Status.CANCEL_REQUESTED


def test_what_has_ended_cannot_be_cancelled(hyperlocal, history):
    a_finished_sweep(history)

    said = hyperlocal("cancel", "HD_sweep")

    assert (said.out, said.code) == ("", 1)
    assert "HD_sweep had ended already (Completed)" in said.err
    assert history.runs.get("HD_sweep").status is Status.COMPLETED


def cancel_and_wait(folder, history, ending):
    begin_sweep(history)
    waiting = subprocess.Popen(
        [*COMMAND, "cancel", "HD_sweep", "--wait"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    with waiting:
        deadline = time.monotonic() + 30
        while history.runs.get("HD_sweep").status is not Status.CANCEL_REQUESTED:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        history.runs.finish("HD_sweep", ending, cause=Cause.USER)
        out = waiting.stdout.read()
    return out, waiting.returncode


def test_waiting_until_it_has_ended(folder, history):
    assert cancel_and_wait(folder, history, Status.CANCELED) == (
        "Run HD_sweep has ended: Canceled.\n",
        0,
    )


def test_a_run_that_ended_otherwise_meanwhile_is_told(folder, history):
    assert cancel_and_wait(folder, history, Status.COMPLETED) == (
        "Run HD_sweep has ended: Completed.\n",
        1,
    )
