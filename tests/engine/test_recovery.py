"""What becomes of a run when its controller, its watchdog or its driver is killed."""

import os
import shutil
import signal
import subprocess
import sys

import psutil
import pytest

from hyperlocal import engine
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job
from hyperlocal.engine.invocation import RUN_VARIABLE

SLEEPER = """
import subprocess
subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)
open('outputs/saved.txt', 'w').write('so far')
log('ready', 1)
time.sleep(60)
"""


@pytest.fixture
def sleeping(lab):
    """The id of a sweep with two trials that have started and sleep."""
    lab.script(SLEEPER)
    run_id = lab.start(lab.sweep(trials=5, at_once=2))
    for number in range(2):
        lab.eventually(lambda n=number: ready(lab, f"{run_id}_{n}"))
    return run_id


def ready(lab, run_id):
    return lab.history.metrics.points(run_id, "ready")


def watchdog_of(controller_pid):
    """Return the controller's child that is no trial."""
    return next(
        child
        for child in psutil.Process(controller_pid).children()
        if RUN_VARIABLE not in child.environ()
    )


def assert_interrupted(lab, run_id):
    parent, trials = lab.history.runs.get(run_id), lab.children(run_id)
    assert (parent.status, parent.cause) == (Status.FAILED, Cause.INTERRUPTED)
    assert "controller died" in parent.reason
    assert parent.error["message"] == parent.reason
    assert [(t.status, t.cause) for t in trials] == [(Status.CANCELED, Cause.INTERRUPTED)] * 2
    for trial in trials:
        assert lab.trial_processes(trial.run_id) == []
        folder = lab.history.folder(trial.run_id)
        assert (folder.outputs / "saved.txt").read_text() == "so far"
        assert not folder.work.exists()


def test_when_the_controller_is_killed_its_guardian_ends_the_trials(lab, sleeping):
    os.kill(lab.history.runs.get(sleeping).pid, signal.SIGKILL)

    # Nobody but the watchdog is there to do it: this only reads.
    lab.eventually(lambda: lab.history.runs.get(sleeping).status.is_terminal)
    assert_interrupted(lab, sleeping)


def test_when_the_guardian_is_killed_too_the_next_reader_ends_the_trials(lab, sleeping):
    controller = lab.history.runs.get(sleeping).pid
    watchdog = watchdog_of(controller)

    watchdog.kill()
    os.kill(controller, signal.SIGKILL)
    lab.eventually(lambda: engine.settle(lab.history, sleeping).status.is_terminal)

    assert_interrupted(lab, sleeping)


def test_a_reader_of_one_trial_finds_out_too(lab, sleeping):
    controller = lab.history.runs.get(sleeping).pid
    watchdog_of(controller).kill()
    os.kill(controller, signal.SIGKILL)

    record = lab.eventually(
        lambda: (
            record
            if (record := engine.settle(lab.history, f"{sleeping}_1")).status.is_terminal
            else None
        )
    )

    assert record.cause is Cause.INTERRUPTED


def test_a_sweep_goes_on_without_its_guardian(lab):
    lab.script("log('ready', 1)\ntime.sleep(0.5)\nlog('accuracy', 1.0)")
    run_id = lab.start(lab.sweep(trials=2, at_once=1))
    lab.eventually(lambda: ready(lab, f"{run_id}_0"))

    watchdog_of(lab.history.runs.get(run_id).pid).kill()
    parent, trials = lab.wait(run_id)

    assert parent.status is Status.COMPLETED
    assert [t.status for t in trials] == [Status.COMPLETED] * 2


def test_a_job_is_interrupted_likewise(lab):
    lab.script(SLEEPER)
    run_id = lab.start(Job(lab.launch()))
    lab.eventually(lambda: ready(lab, run_id))
    controller = lab.history.runs.get(run_id).pid
    watchdog_of(controller).kill()

    os.kill(controller, signal.SIGKILL)
    record, _ = lab.wait(run_id)

    assert (record.status, record.cause) == (Status.FAILED, Cause.INTERRUPTED)
    assert lab.trial_processes(run_id) == []


def test_a_controller_that_is_told_to_end_does_so_in_order(lab, sleeping):
    os.kill(lab.history.runs.get(sleeping).pid, signal.SIGTERM)
    parent, trials = lab.wait(sleeping)

    assert (parent.status, parent.cause) == (Status.FAILED, Cause.INTERRUPTED)
    assert "signal 15" in parent.reason
    assert [(t.status, t.cause) for t in trials] == [(Status.CANCELED, Cause.INTERRUPTED)] * 2


def test_settling_leaves_a_living_run_alone(lab, sleeping):
    assert engine.settle(lab.history, sleeping).status is Status.RUNNING
    assert engine.settle(lab.history, f"{sleeping}_0").status is Status.RUNNING

    lab.history.runs.request_cancel(sleeping)
    lab.wait(sleeping)


def test_settling_leaves_a_run_without_a_controller_alone(lab):
    lab.history.runs.create("by-hand", experiment="e", kind="x", status=Status.RUNNING)

    assert engine.settle(lab.history, "by-hand").status is Status.RUNNING


def test_a_run_is_left_alone_while_somebody_is_about_to_start_it(lab):
    lab.script("pass", logs=False)

    with engine.claim(lab.home, "run-1"):
        run_id = lab.record(lab.sweep())
        while_claimed = engine.settle(lab.history, run_id)
    record = engine.settle(lab.history, run_id)

    assert while_claimed.status is Status.NOT_STARTED

    assert (record.status, record.cause) == (Status.FAILED, Cause.INTERRUPTED)
    assert "did not start" in record.reason


def test_a_controller_that_dies_at_once_is_noticed_at_once(lab, monkeypatch):
    lab.script("pass", logs=False)
    run_id = lab.record(lab.sweep())
    monkeypatch.setattr(sys, "executable", "/bin/false")

    lab.start_recorded(run_id)
    record, _ = lab.wait(run_id)

    assert "did not start" in record.reason


def test_a_broken_controller_ends_its_trials_and_leaves_its_message(lab, sleeping):
    (lab.home / "runs" / f"{sleeping}_2").write_text("in the way of the next trial's folder")

    lab.history.runs.request_cancel(f"{sleeping}_0")
    parent, trials = lab.wait(sleeping)

    assert (parent.status, parent.cause) == (Status.FAILED, Cause.INTERRUPTED)
    assert f"{sleeping}_2" in parent.reason
    assert [t.status for t in trials] == [Status.CANCELED] * 3
    assert "Traceback" in lab.log(sleeping)


def test_removing_the_home_ends_the_sweep_and_does_not_bring_the_home_back(lab, sleeping):
    shutil.rmtree(lab.home)

    lab.eventually(lambda: not lab.processes())
    assert not lab.home.exists()


def test_a_run_below_a_trial_with_a_controller_of_its_own_is_left_alone(lab, sleeping):
    runs = lab.history.runs
    for run_id, parent_id, plan in (
        ("own", f"{sleeping}_0", '{"is":"Job"}'),
        ("own_0", "own", None),
        ("nested", f"{sleeping}_0", None),
    ):
        runs.create(
            run_id, experiment="e", kind="x", parent_id=parent_id, plan=plan, status=Status.RUNNING
        )

    os.kill(runs.get(sleeping).pid, signal.SIGKILL)
    lab.wait(sleeping)

    assert runs.get("nested").cause is Cause.INTERRUPTED
    assert [runs.get(i).status for i in ("own", "own_0")] == [Status.RUNNING] * 2


def test_a_plan_that_cannot_be_read_fails_the_run_with_its_last_words(lab):
    lab.history.runs.create("strange", experiment="e", kind="sweep", plan='{"is":"Sweep"}')
    lab.history.folder("strange").path.mkdir(parents=True)

    lab.start_recorded("strange")
    record, _ = lab.wait("strange")

    assert (record.status, record.cause) == (Status.FAILED, Cause.INTERRUPTED)
    assert "Run strange: The settings of a run cannot be read" in record.reason
    assert "controller.log" in record.reason


def test_killing_the_driver_right_after_its_start_loses_nothing(lab):
    go = lab.source.parent / "go"
    lab.script("while not os.path.exists(os.environ['GO']): time.sleep(0.01)")
    run_id = lab.record(lab.sweep(trials=3, environment={"GO": str(go)}))
    driver = (
        f"import os, signal; from hyperlocal import engine; engine.start({str(lab.home)!r}, "
        f"{run_id!r}); os.killpg(0, signal.SIGKILL)"
    )

    # `communicate` returns when nobody holds the pipe any more.
    with subprocess.Popen(
        [sys.executable, "-c", driver], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        process.communicate(timeout=30)
    assert not lab.history.runs.get(run_id).status.is_terminal
    go.touch()
    parent, trials = lab.wait(run_id)

    assert parent.status is Status.COMPLETED
    assert [t.status for t in trials] == [Status.COMPLETED] * 3
