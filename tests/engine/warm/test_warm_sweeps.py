"""Warm starts in whole sweeps, with real controllers."""

import os
import signal
import time

import psutil
import pytest

from hyperlocal.domain.status import Cause, Status

LOG = {"log_file": "sweep.log", "log_format": "{text}\n"}


@pytest.fixture(autouse=True)
def warm(monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_TRIAL_START", "warm")
    for name in list(os.environ):
        if name.startswith("COV"):
            monkeypatch.delenv(name)


@pytest.fixture
def told(lab):
    """Returns a sweep's log."""
    return lambda run_id: (lab.history.folder(run_id).path / "sweep.log").read_text()


def host_of(lab, run_id):
    """Return the process of a sweep's host."""

    def found():
        processes = lab.processes(HYPERLOCAL_RUN_ID=run_id)
        hosts = [process for process in processes if "start.py" in process.cmdline()[1]]
        return hosts if len(hosts) == 1 else []  # for a moment, a new trial looks like its host

    return lab.eventually(found)[0]


def test_trials_are_forks_of_one_process_that_imports_once(lab, told):
    lab.script("import json, numpy\nprint(os.getppid())\nlog('accuracy', NUMBER)\n")

    record, trials = lab.run(lab.sweep(trials=5, **LOG))

    assert record.status is Status.COMPLETED
    assert [trial.status for trial in trials] == [Status.COMPLETED] * 5
    assert len({lab.output(trial.run_id) for trial in trials}) == 1
    assert "Trials start warm, with hyperlocal, json, numpy loaded." in told(record.run_id)


@pytest.mark.parametrize("setting", ["fresh", "auto", "warm"])
def test_the_setting_decides(lab, told, monkeypatch, setting):
    monkeypatch.setenv("HYPERLOCAL_TRIAL_START", setting)
    lab.script("log('accuracy', NUMBER)\n")

    record, _ = lab.run(lab.sweep(trials=2, **LOG))

    how = "fresh: HYPERLOCAL_TRIAL_START is 'fresh'." if setting == "fresh" else "warm"
    assert f"Trials start {how}" in told(record.run_id)


def test_who_insists_on_warm_starts_is_warned(lab):
    lab.script("try:\n    import torch\nexcept ImportError: pass\nlog('accuracy', NUMBER)\n")

    record, _ = lab.run(lab.sweep(trials=2))

    assert record.status is Status.COMPLETED
    assert "Trials could not be started warm: torch may not survive a fork." in record.warnings


def test_stopping_one_trial_leaves_its_siblings_alone(lab):
    lab.script(
        "log('accuracy', NUMBER)\n"
        "while not os.path.exists(os.path.join(os.environ['HYPERLOCAL_HOME'], f'go-{NUMBER}')):\n"
        "    time.sleep(0.01)\n"
    )
    run_id = lab.start(lab.sweep(trials=2))
    lab.eventually(lambda: lab.history.metrics.names_of_children(run_id) and running(lab, run_id))

    lab.history.runs.request_cancel(f"{run_id}_0")
    lab.eventually(lambda: lab.history.runs.get(f"{run_id}_0").status is Status.CANCELED)

    assert lab.history.runs.get(f"{run_id}_1").status is Status.RUNNING
    (lab.home / "go-1").touch()
    record, (_, second) = lab.wait(run_id)
    assert (record.status, second.status) == (Status.COMPLETED, Status.COMPLETED)


def running(lab, run_id, n=2):
    """Whether `n` trials have logged something and run."""
    trials = lab.children(run_id)
    return sum(trial.status is Status.RUNNING for trial in trials) == n


def test_a_daemon_of_a_trial_is_found_and_ended(lab):
    lab.script(
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0: time.sleep(60)\n"
        "    os._exit(0)\n"
        "os.wait()\nlog('accuracy', NUMBER)\n"
    )

    record, _ = lab.run(lab.sweep(trials=2))

    assert record.status is Status.COMPLETED
    lab.eventually(lambda: not lab.processes())


def test_a_host_that_is_killed_costs_no_trial(lab, told):
    lab.script(
        "log('accuracy', NUMBER)\n"
        "home = os.environ['HYPERLOCAL_HOME']\n"
        "while not os.path.exists(os.path.join(home, 'go')): time.sleep(0.01)\n"
        "sys.exit(NUMBER)\n"
    )
    run_id = lab.start(lab.sweep(trials=4, **LOG))
    lab.eventually(lambda: running(lab, run_id))

    host_of(lab, run_id).kill()
    lab.eventually(lambda: not lab.processes(HYPERLOCAL_RUN_ID=run_id))
    (lab.home / "go").touch()
    _, trials = lab.wait(run_id)

    assert [trial.exit_code for trial in trials] == [0, 1, 2, 3]
    assert [trial.status for trial in trials] == [Status.COMPLETED] + [Status.FAILED] * 3
    assert len(lab.history.metrics.points(f"{run_id}_0", "accuracy")) == 1
    assert "Trials start fresh: the warm host was ended by something else." in told(run_id)


def test_a_killed_controller_takes_its_host_and_trials_along(lab):
    lab.script("log('accuracy', NUMBER)\ntime.sleep(60)\n")
    run_id = lab.start(lab.sweep(trials=2))
    lab.eventually(lambda: running(lab, run_id))

    os.kill(lab.history.runs.get(run_id).pid, signal.SIGKILL)

    lab.eventually(lambda: not lab.processes())
    _, trials = lab.wait(run_id)
    assert {trial.cause for trial in trials} == {Cause.INTERRUPTED}


def test_controller_guardian_and_host_killed_together_leave_trials_that_are_found(lab):
    lab.script("log('accuracy', NUMBER)\ntime.sleep(60)\n")
    run_id = lab.start(lab.sweep(trials=2))
    lab.eventually(lambda: running(lab, run_id))
    host, controller = host_of(lab, run_id), lab.history.runs.get(run_id).pid
    watchdog = [p for p in psutil.Process(controller).children() if p.pid != host.pid]

    for process in (*watchdog, psutil.Process(controller), host):
        process.kill()

    _, trials = lab.wait(run_id)
    assert {trial.cause for trial in trials} == {Cause.INTERRUPTED}
    lab.eventually(lambda: not lab.processes())


def test_a_sweep_is_cancelled_while_its_host_imports(lab, tmp_path, monkeypatch):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "slow.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"))
    lab.script("import slow\n")
    run_id = lab.start(lab.sweep(trials=2))
    host_of(lab, run_id)

    began = time.monotonic()
    lab.history.runs.request_cancel(run_id)
    record, _ = lab.wait(run_id)

    assert record.status is Status.CANCELED
    assert time.monotonic() - began < 15
