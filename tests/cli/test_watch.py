"""`hyperlocal watch`, and with it the live display in a real terminal."""

import json
import signal
import sys

import pytest

from hyperlocal.domain.status import Cause, Status
from tests.views.sweeps import (
    CLAIMS,
    a_finished_sweep,
    begin_job,
    begin_sweep,
    begin_trial,
    complete,
    fail,
    log,
    stop,
)


def test_in_a_pipe_there_is_a_line_for_each_trial(hyperlocal, history):
    a_finished_sweep(history)

    said = hyperlocal("watch", "HD_sweep")

    assert said.code == 0
    assert len([line for line in said.lines if line.startswith("trial ")]) == 4
    assert "\x1b" not in said.out


def test_in_a_terminal_progress_is_live(history, terminal):
    parent = begin_sweep(history, max_trials=5)
    first, second, third = (begin_trial(history, parent, n, lr=(6 + n) / 100) for n in range(3))

    watching = terminal("watch", parent, n_columns=300)  # commands have the interpreter's path
    watching.wait_for("0/5 trials")
    watching.wait_for("3 Running")
    watching.wait_for("lr=0.08")
    log(history, second, 0.625)
    watching.wait_for("best so far: trial 1, accuracy 0.625, lr=0.07")
    complete(history, second)
    watching.wait_for("1/5 trials")
    fail(history, first)
    watching.wait_for("0.625")
    watching.wait_for("ValueError: bad batch (exit code 1) (lr=0.06 batch=16)")
    watching.wait_for("2/5 trials")
    watching.wait_for("left")
    stop(history, third)
    watching.wait_for("1 stopped by policy")
    complete(history, parent)

    assert watching.finish() == 0
    assert watching.raw.endswith("\r\n")
    assert watching.raw.rindex("\x1b[?25h") > watching.raw.rindex("\x1b[?25l")  # cursor is back
    assert "\x1b[?1049h" in watching.raw
    lines = watching.left
    first_line = next(n for n, line in enumerate(lines) if line.startswith("Completed: 3 trials "))
    ending, best, stopped, failed, *looks = lines[first_line:]
    assert "(1 Completed, 1 Failed, 1 stopped by policy) in " in ending
    assert best == "Best: trial 1, accuracy 0.625, lr=0.07 batch=16"
    assert stopped.startswith("Stopped by the policy: 1 of 3 trials, which saved about ")
    assert failed == "Failed: trial 0: ValueError: bad batch (exit code 1)"
    typed = f"{sys.executable} -m hyperlocal"
    assert looks[:3] == [
        f"All trials: {typed} show {parent}",
        f"What the first that failed printed: {typed} logs {first}",
        f"Charts: {typed} studio {parent}",
    ]
    assert looks[3].startswith("What mattered: Too few trials to say: ")


def test_the_last_picture_stays_when_the_sweep_has_ended(history, terminal):
    parent = a_finished_sweep(history)

    watching = terminal("watch", parent)

    assert watching.finish() == 0
    assert watching.left[0] == f"{parent}: random sampling to maximize accuracy, up to 20 trials"
    assert "4/4 trials" in watching.left[1]
    assert "Best accuracy so far, and that of each trial" in watching.left
    assert any(line.startswith("0.9 ┤") for line in watching.left)
    [row] = [line for line in watching.left if line.split()[:2] == ["3", "stopped"]]
    assert "0.76 at interval 5 is below 0.767" in row
    assert all(len(line) <= 100 for line in watching.left)


def test_ctrl_c_ends_the_watching_and_not_the_run(history, terminal):
    parent = begin_sweep(history)
    begin_trial(history, parent, 0)

    watching = terminal("watch", parent)
    watching.wait_for("0/20 trials")
    watching.press(b"\x03")

    assert watching.finish() == 130
    assert "Traceback" not in watching.text
    left = "\n".join(watching.left)
    assert f"{parent} goes on; watch it with `hyperlocal watch {parent}`" in left
    assert "0/20 trials" in left
    assert "1 Running" in left
    assert "lr=0.07 batch=16" in left
    assert watching.raw.rindex("\x1b[?25h") > watching.raw.rindex("\x1b[?25l")
    assert not history.runs.get(parent).status.is_terminal


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGHUP])
def test_who_is_told_to_end_leaves_the_screen_as_it_was(history, terminal, signal_number):
    parent = begin_sweep(history)
    begin_trial(history, parent, 0)

    watching = terminal("watch", parent)
    watching.wait_for("0/20 trials")
    watching.process.send_signal(signal_number)

    assert watching.finish() == 128 + signal_number
    assert watching.raw.rindex("\x1b[?1049l") > watching.raw.rindex("\x1b[?1049h")
    assert watching.raw.rindex("\x1b[?25h") > watching.raw.rindex("\x1b[?25l")
    assert any("0/20 trials" in line for line in watching.left)


def test_the_picture_follows_the_size_of_the_terminal(history, terminal):
    parent = begin_sweep(history)
    for number in range(20):
        begin_trial(history, parent, number)

    watching = terminal("watch", parent, n_columns=50)
    watching.wait_for("20 Running")
    title = "random sampling to maximize accuracy, up to 20 trials"
    assert title not in watching.text
    watching.resize(120, n_lines=12)

    watching.wait_for(title)
    watching.wait_for("... and 14 more")


def test_events_for_programs(hyperlocal, history):
    parent = a_finished_sweep(history)

    said = hyperlocal("watch", parent, "--json")

    events = list(map(json.loads, said.lines))
    assert said.code == 0
    assert [each["event"] for each in events] == ["trial_ended"] * 4 + ["run_ended"]
    assert [each["metric"] for each in events] == [0.5, 0.9, None, 0.2, 0.9]
    assert [each["is_best"] for each in events[:4]] == [False, True, False, False]
    assert events[2]["reason"] == "ValueError: bad batch (exit code 1)"
    assert events[3]["cause"] == "policy"
    assert events[4]["best_run_id"] == f"{parent}_1"


def test_events_of_a_single_script(hyperlocal, history):
    job = begin_job(history)
    complete(history, job)

    [event] = map(json.loads, hyperlocal("watch", job, "--json").lines)

    assert (event["event"], event["run_id"], event["metric"]) == ("run_ended", job, None)


def test_more_running_trials_than_lines_are_counted(history, terminal):
    parent = begin_sweep(history, max_trials=100)
    for number in range(60):
        begin_trial(history, parent, number)

    watching = terminal("watch", parent)

    watching.wait_for("60 Running")
    watching.wait_for("... and 36 more")


def test_a_dumb_terminal_gets_lines(history, terminal):
    a_finished_sweep(history)

    watching = terminal("watch", "HD_sweep", TERM="dumb")

    assert watching.finish() == 0
    assert "trial 1  Completed" in watching.text
    assert "\x1b[" not in watching.raw


def test_a_run_that_did_not_complete_is_exit_code_1(hyperlocal, history):
    parent = begin_sweep(history)
    fail(history, parent)

    assert hyperlocal("watch", parent).code == 1


def test_a_sweep_whose_controller_died_is_told_with_how_it_goes_on(hyperlocal, history):
    parent = begin_sweep(history)
    begin_trial(history, parent, 0)
    CLAIMS.pop().give_up()

    said = hyperlocal("watch", parent)

    assert said.code == 1
    assert said.lines[-1] == f"To let it go on: hyperlocal resume {parent}"


def test_what_was_cancelled_before_it_started_did_not_take_a_time(hyperlocal, history):
    job = begin_job(history, status=Status.QUEUED)
    history.runs.finish(job, Status.CANCELED, cause=Cause.USER, reason="cancelled by the user")

    said = hyperlocal("watch", job)

    assert said.lines[-1].startswith(f"{job}: Canceled (user) before it started: cancelled")
