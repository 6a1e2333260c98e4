"""`hyperlocal watch`, and with it the live display in a real terminal."""

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

    watching = terminal("watch", parent)
    watching.wait_for("0/5 trials")
    watching.wait_for("3 Running")
    watching.wait_for("lr=0.08")
    log(history, second, 0.625)
    watching.wait_for("best so far: trial 1, accuracy 0.625, lr=0.07")
    complete(history, second)
    fail(history, first)
    watching.wait_for("trial 0 failed: ValueError: bad batch (exit code 1)")
    watching.wait_for("2/5 trials")
    watching.wait_for("left")
    stop(history, third)
    watching.wait_for("1 stopped by policy")
    complete(history, parent)

    assert watching.finish() == 0
    assert "Completed: 3 trials" in watching.text
    assert watching.text.rstrip().endswith("Best: trial 1, accuracy 0.625, lr=0.07 batch=16")
    assert watching.raw.endswith("\r\n")
    assert watching.raw.rindex("\x1b[?25h") > watching.raw.rindex("\x1b[?25l")  # cursor is back


def test_ctrl_c_ends_the_watching_and_not_the_run(history, terminal):
    parent = begin_sweep(history)
    begin_trial(history, parent, 0)

    watching = terminal("watch", parent)
    watching.wait_for("0/20 trials")
    watching.press(b"\x03")

    assert watching.finish() == 130
    assert "Traceback" not in watching.text
    assert f"{parent} goes on; watch it with `hyperlocal watch {parent}`" in watching.text
    assert watching.raw.rindex("\x1b[?25h") > watching.raw.rindex("\x1b[?25l")
    assert not history.runs.get(parent).status.is_terminal


def test_more_running_trials_than_lines_are_counted(history, terminal):
    parent = begin_sweep(history, max_trials=100)
    for number in range(60):
        begin_trial(history, parent, number)

    watching = terminal("watch", parent)

    watching.wait_for("60 Running")
    watching.wait_for("... and 38 more")


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
