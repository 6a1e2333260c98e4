"""What a sweep does when the machine gets into trouble: a locked database, a full disk."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import time

import pytest

from hyperlocal import engine
from hyperlocal.domain.status import Cause, Status
from hyperlocal.errors import HistoryError
from hyperlocal.history import History
from tests.engine.conftest import Laboratory, eventually

LOCKED_S = 2.0


def test_a_database_that_is_locked_for_a_while_costs_time_and_nothing_else(lab):
    """As by a backup tool. For how long writers wait is a test of the database."""
    lab.script("for n in range(40): log('accuracy', float(n)); time.sleep(0.02)")
    run_id = lab.start(lab.sweep(trials=4, at_once=2, max_duration_s=120.0))
    lab.eventually(lambda: lab.history.metrics.points(f"{run_id}_1"))

    with contextlib.closing(sqlite3.connect(lab.home / "history.db", timeout=30)) as connection:
        connection.isolation_level = None
        connection.execute("BEGIN EXCLUSIVE")
        until = time.monotonic() + LOCKED_S
        while time.monotonic() < until:
            assert not engine.settle(lab.history, run_id).status.is_terminal  # as a driver polls
            time.sleep(0.2)
        connection.execute("ROLLBACK")
    record, trials = lab.wait(run_id)

    assert record.status is Status.COMPLETED
    assert [trial.status for trial in trials] == [Status.COMPLETED] * 4
    for trial in trials:
        values = [p.value for p in lab.history.metrics.points(trial.run_id, "accuracy")]
        assert values == [float(n) for n in range(40)]


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of four megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("needs the right to mount a disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def small_lab(small_disk, tmp_path, monkeypatch):
    """A laboratory whose home is on the small disk."""
    home = small_disk / ".hyperlocal"
    monkeypatch.setenv("HYPERLOCAL_HOME", str(home))
    source = tmp_path / "source"
    source.mkdir()
    laboratory = Laboratory(home, source)
    yield laboratory
    eventually(lambda: not laboratory.processes())
    laboratory.history.close()


def fill(folder):
    """Fill a disk; return the file that does."""
    path = folder / "ballast"
    with open(path, "wb", buffering=0) as ballast, contextlib.suppress(OSError):
        while True:
            ballast.write(b"x" * 1024)
    return path


@pytest.mark.parametrize("how", ["logging", "saving"])
def test_a_full_disk_interrupts_a_sweep_that_goes_on_once_there_is_space(
    small_lab, small_disk, tmp_path, how
):
    lab, full = small_lab, tmp_path / "full"
    fails = {
        "logging": "for n in range(2000): log('more', 'x' * 1000)",
        "saving": "open('outputs/model', 'wb').write(b'x' * 1000000)",
    }
    lab.script(
        "log('accuracy', float(NUMBER))\n"
        "if NUMBER == 2 and not os.path.exists(os.environ['FREED']):\n"
        "    log('ready', 1)\n"
        "    while not os.path.exists(os.environ['FULL']): time.sleep(0.01)\n"
        f"    {fails[how]}"
    )
    freed = tmp_path / "freed"
    environment = {"FULL": str(full), "FREED": str(freed)}
    run_id = lab.start(lab.sweep(trials=5, at_once=1, environment=environment))
    lab.eventually(lambda: lab.history.metrics.points(f"{run_id}_2", "ready"))
    controller = lab.history.runs.get(run_id).pid
    done = [lab.history.runs.get(f"{run_id}_{n}") for n in range(2)]

    ballast = fill(small_disk)
    full.touch()
    lab.eventually(lambda: controller not in [p.pid for p in lab.processes()])
    ballast.unlink()
    record, trials = lab.wait(run_id)

    assert (record.status, record.cause) == (Status.FAILED, Cause.INTERRUPTED)
    assert trials[:2] == done
    assert (trials[2].status, trials[2].cause) == (Status.CANCELED, Cause.INTERRUPTED)

    freed.touch()
    engine.resume(lab.history, run_id)
    record, trials = lab.wait(run_id)

    assert record.status is Status.COMPLETED
    assert trials[:2] == done
    assert [len(lab.history.metrics.points(t.run_id)) for t in trials] == [1] * 5


def test_a_look_on_a_full_disk_shows_what_is_recorded_and_a_write_is_told(small_lab, small_disk):
    lab = small_lab
    run_id = lab.record(lab.sweep())
    lab.history.runs.update(run_id, pid=1, pid_started=1.0)  # a controller that is gone
    lab.history.close()  # and with it the log into which SQLite could still write

    ballast = fill(small_disk)
    assert engine.settle(lab.history, run_id).status is Status.NOT_STARTED
    with pytest.raises(HistoryError, match="disk is full"):
        lab.history.runs.request_cancel(run_id)
    ballast.unlink()

    # The same history, which could only be read a moment ago.
    lab.eventually(lambda: engine.settle(lab.history, run_id).cause is Cause.INTERRUPTED)
    assert History.open(lab.home).runs.get(run_id).status is Status.FAILED
