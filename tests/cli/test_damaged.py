"""Commands that read homes which are damaged, odd, read-only or full."""

import ctypes
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from hyperlocal.cli import main
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.status import Status
from hyperlocal.history import History
from tests.cli.conftest import COMMAND, Said
from tests.views.sweeps import a_plan

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX file systems")


def fill(history):
    """Record a sweep of three trials, of which one failed."""
    runs = history.runs
    runs.create("HD_1", experiment="e", kind="hyperdrive", plan=plan_to_json(a_plan(max_trials=3)))
    runs.set_status("HD_1", Status.RUNNING)
    history.folder("HD_1").snapshot.mkdir(parents=True)
    for number in range(3):
        trial = f"HD_1_{number}"
        runs.create(
            trial,
            experiment="e",
            kind="trial",
            parent_id="HD_1",
            parameters={"lr": number / 10},
            command=["python", "train.py"],
        )
        runs.set_status(trial, Status.RUNNING)
        history.folder(trial).output_log.parent.mkdir(parents=True)
        history.folder(trial).output_log.write_text(f"trial {number} says\n")
        history.metrics.add(trial, "accuracy", number / 10, kind="float")
        runs.finish(trial, Status.FAILED if number == 0 else Status.COMPLETED)
    runs.finish("HD_1", Status.COMPLETED)


@pytest.fixture
def damage(home, history):
    """Run statements on the database of such a home."""
    fill(history)
    connection = sqlite3.connect(home / "history.db", isolation_level=None)
    yield connection.execute
    connection.close()


@pytest.fixture
def here(home, capsys):
    """Run a command in this process, which is quicker."""

    def run(*words):
        code = main(words)
        told = capsys.readouterr()
        return Said(told.out, told.err, code)

    return run


PLANS = {
    "no JSON": "{",
    "null": "null",
    "a list": "[]",
    "a word": '"Sweep"',
    "nothing that we know": '{"is":"Quantum","of":{}}',
    "limits that are none": '{"is":"Sweep","of":{"limits":5}}',
    "deep": "[" * 100_000,
    "a part of one": '{"is":"Limits","of":{"max_trials":1,"max_concurrent":1,"max_duration_s":1}}',
}


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_plan_that_cannot_be_read_hides_nothing_else(here, damage, plan):
    damage("UPDATE run SET plan = ? WHERE run_id = 'HD_1'", (plan,))

    listed = here("list", "--json", "--all")
    shown = here("show", "HD_1")
    doctor = here("doctor")

    assert len(json.loads(listed.out)) == 4
    assert "Run HD_1: The settings of a run cannot be read" in listed.err
    assert listed.code == shown.code == 0
    assert "HD_1_2" in here("show", "HD_1", "--json").out
    assert "The settings of a run cannot be read" in shown.out
    assert doctor.code == 1
    assert "HD_1: Its column 'plan' is damaged" in doctor.out
    for said in (listed, shown, doctor, here("whatif", "HD_1"), here("logs", "HD_1")):
        assert "Traceback" not in said.out + said.err


def test_each_damaged_column_is_told_with_its_run(here, damage):
    damage("UPDATE run SET tags = '{' WHERE run_id = 'HD_1_0'")
    damage("UPDATE run SET status = 'Paused' WHERE run_id = 'HD_1_1'")
    damage("UPDATE metric SET value = 'x' WHERE id = 3")

    listed, doctor = here("list", "--all"), here("doctor")

    assert "hyperlocal: Run HD_1_0: its tags cannot be read" in listed.err
    assert "`hyperlocal doctor` says more" in listed.err
    assert [line.split()[0] for line in listed.lines[1:]] == ["HD_1_2", "HD_1_1", "HD_1_0", "HD_1"]
    assert "Unreadable" in listed.out
    assert "HD_1_0: Its column 'tags' cannot be read: '{' is no JSON" in doctor.out
    assert "HD_1_1: Its column 'status' cannot be read: 'Paused' is no status" in doctor.out
    assert "HD_1_2: 1 metric points of it cannot be read." in doctor.out
    assert (doctor.code, doctor.err) == (1, "")


def test_doctor_makes_anew_what_the_schema_lacks(here, history, damage):
    damage("DROP INDEX run_by_parent")
    damage("DROP TABLE decision")
    damage("DROP INDEX run_with_reason")
    damage("ALTER TABLE run DROP COLUMN reason")

    told, repaired = here("doctor"), here("doctor", "--repair")

    assert "The database has no table 'decision'." in told.out
    assert "The database has no column 'reason' in its table 'run'." in told.out
    assert "The database has no index 'run_by_parent'." in told.out
    assert repaired.out.count("Repaired.") == 5  # the index of the table as well
    assert here("doctor").out == f"Nothing is wrong with {history.home}.\n"


def test_a_check_that_cannot_be_made_is_told_and_the_others_are_made(home, history, monkeypatch):
    from hyperlocal.engine import doctor

    def check(history, runs):
        """The moon is full."""
        raise ValueError("clouds")
        yield

    fill(history)
    shutil.rmtree(history.folder("HD_1_0").path)
    monkeypatch.setattr(doctor, "_CHECKS", (check, *doctor._CHECKS))

    first, second = doctor.examine(history)

    assert first.what == "It cannot be checked whether this holds: the moon is full. clouds"
    assert second.run_id == "HD_1_0"


def test_a_history_that_knows_no_top_is_read_to_its_end(here, damage):
    damage("UPDATE run SET parent_id = 'HD_1_1', status = 'Running', plan = NULL "
           "WHERE run_id = 'HD_1_0'")  # fmt: skip
    damage("UPDATE run SET parent_id = 'HD_1_0', status = 'Running', plan = NULL "
           "WHERE run_id = 'HD_1_1'")  # fmt: skip

    for words in (["list", "--all"], ["show", "HD_1_0"], ["doctor"]):
        said = here(*words)
        assert "HD_1_0" in said.out
        assert "Traceback" not in said.err


THINGS = {
    "a folder": Path.mkdir,
    "a FIFO": os.mkfifo,
    "a dangling link": lambda path: path.symlink_to("nowhere"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "an empty file": Path.touch,
    "other bytes": lambda path: path.write_bytes(b"\x01" * 9000),
}


@pytest.mark.parametrize("name", ["history.db", "history.db-wal", "history.db-journal"])
@pytest.mark.parametrize("make", THINGS.values(), ids=THINGS)
def test_what_is_no_database_is_told(here, home, history, make, name):
    fill(history)
    history.close()
    (home / name).unlink(missing_ok=True)
    make(home / name)

    for words in (["list"], ["show", "HD_1"], ["doctor"]):
        said = here(*words)
        assert said.code == 1 or "HD_1" in said.out or words == ["doctor"]
        assert "Traceback" not in said.err
        assert said.code == 0 or said.err.count("\n") <= 1
        if name == "history.db":
            assert f"hyperlocal {words[0]}: {home / name}" in said.err


@pytest.mark.parametrize("make", THINGS.values(), ids=THINGS)
@pytest.mark.parametrize("name", ["HD_1_0", "HD_1_0/user_logs", "HD_1_0/user_logs/std_log.txt"])
def test_what_stands_for_a_runs_files_keeps_nobody_waiting(here, history, name, make):
    fill(history)
    place = history.home / "runs" / name
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    make(place)

    for words in (["show", "HD_1_0"], ["logs", "HD_1_0"], ["doctor"], ["show", "HD_1", "--json"]):
        said = here(*words)
        assert "Traceback" not in said.err
        assert words[0] == "logs" or "HD_1" in said.out or "Nothing is wrong" in said.out
        assert words[0] == "logs" or said.err == ""


def test_runs_may_be_a_file(hyperlocal, history):
    fill(history)
    shutil.rmtree(history.home / "runs")
    (history.home / "runs").touch()

    assert "HD_1" in hyperlocal("list").out
    assert "HD_1_0" in hyperlocal("show", "HD_1_0").out
    assert "The folder of all runs" in hyperlocal("doctor").out


ODD_NAMES = [
    "a b",
    "line\nend",
    "q?mode=ro",
    "x#y",
    "100%25",
    "\udcff\udce9",
    "%\udcff?#",
    "n" * 200,
]


@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
def test_a_home_may_have_any_name(hyperlocal, tmp_path, name):
    home = tmp_path / name
    history = History.open(home)
    fill(history)
    history.close()

    for words in (["list"], ["show", "HD_1"], ["doctor"], ["home"]):
        done = subprocess.run(
            [*COMMAND, *words, "--home", os.fspath(home)], capture_output=True, timeout=30
        )
        assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == os.fsencode(home) + b"\n"


@pytest.mark.parametrize(
    "named",
    ["~nobody-of-this-name/home", "x" * 300, "y" * 200 + "/" + "z" * 200 + "/" + "w" * 200],
)
def test_a_home_that_cannot_be_is_told(hyperlocal, named):
    for words in (["list"], ["show", "HD_1"]):
        said = hyperlocal(*words, HYPERLOCAL_HOME=named)
        assert "Traceback" not in said.err
        assert said.err or "No runs" in said.out


def without_privileges():
    """Let permissions hold for root as well, in a child that is about to be started."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for capability in (1, 2):  # DAC_OVERRIDE, DAC_READ_SEARCH
            assert libc.prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP


def said_without_privileges(home, *words):
    done = subprocess.run(
        [*COMMAND, *words, "--home", os.fspath(home)],
        capture_output=True,
        text=True,
        timeout=30,
        preexec_fn=without_privileges,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="drops capabilities of Linux")

KILLED = """
import os, sys
from hyperlocal.history import History
history = History.open(sys.argv[1])
history.runs.create("late", experiment="e", kind="k")
os.kill(os.getpid(), 9)
"""


@linux_only
@pytest.mark.parametrize("left", ["nothing", "wal and shm", "wal"])
def test_a_home_that_cannot_be_written_is_read(home, history, left):
    fill(history)
    history.runs.create("HD_2", experiment="e", kind="hyperdrive", plan=plan_to_json(a_plan()))
    history.close()
    if left != "nothing":
        subprocess.run([sys.executable, "-c", KILLED, home], check=False)
    if left == "wal":
        (home / "history.db-shm").unlink()
    before = {path.name for path in home.iterdir()}
    for path in (*home.rglob("*"), home):
        path.chmod(0o500 if path.is_dir() else 0o400)

    listed = said_without_privileges(home, "list")
    shown = said_without_privileges(home, "show", "HD_1_0")
    unfinished = said_without_privileges(home, "show", "HD_2")
    doctor = said_without_privileges(home, "doctor")
    cancelled = said_without_privileges(home, "cancel", "HD_2")

    for path in (home, *home.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert ("late" in listed.stdout) is (left != "nothing")
    assert "trial 0 says" in shown.stdout
    assert "NotStarted" in unfinished.stdout  # it is shown as it is recorded
    assert doctor.returncode in (0, 1)
    assert doctor.stderr == ""
    assert cancelled.returncode == 1
    assert "cannot be written" in cancelled.stderr
    assert {path.name for path in home.iterdir()} == before


@linux_only
def test_a_folder_that_cannot_be_read_does_not_end_doctor(hyperlocal, home, history):
    fill(history)
    history.close()
    folder = home / "runs" / "HD_1_0"
    shutil.rmtree(home / "runs" / "HD_1_2")
    folder.chmod(0)

    doctor = said_without_privileges(home, "doctor")
    shown = said_without_privileges(home, "show", "HD_1_0")
    logs = said_without_privileges(home, "logs", "HD_1_0")

    folder.chmod(0o700)
    assert (
        f"HD_1_0: Its folder {folder} cannot be read.\n  `chmod u+rwx {folder}`" in doctor.stdout
    )
    assert "HD_1_2: Its folder" in doctor.stdout
    assert (doctor.returncode, doctor.stderr) == (1, "")
    assert "accuracy" in shown.stdout
    assert "cannot be read" in logs.stderr


@linux_only
def test_a_log_that_cannot_be_read_hides_nothing_else(home, history):
    fill(history)
    history.close()
    log = history.folder("HD_1_0").output_log
    log.chmod(0)

    shown = said_without_privileges(home, "show", "HD_1_0")
    logs = said_without_privileges(home, "logs", "HD_1_0")

    log.chmod(0o600)
    assert "It cannot be read: Permission denied." in shown.stdout
    assert "accuracy" in shown.stdout
    assert "Permission denied" in logs.stderr


@pytest.fixture
def mounted(tmp_path):
    """Mount a small file system of this test's own; skip where that is not allowed."""
    place = tmp_path / "mounted"
    place.mkdir()

    def mount(*words):
        done = subprocess.run(["mount", *words, place], capture_output=True, check=False)
        if done.returncode:
            pytest.skip(f"mount is not allowed here: {done.stderr.decode().strip()}")
        return place

    if sys.platform != "linux" or shutil.which("mount") is None:
        pytest.skip("mount of Linux")
    yield mount
    subprocess.run(["umount", place], capture_output=True, check=False)


def test_a_read_only_file_system_is_read(hyperlocal, home, history, mounted):
    fill(history)
    history.close()
    subprocess.run([sys.executable, "-c", KILLED, home], check=False)
    place = mounted("--bind", home)
    mounted("-o", "remount,ro,bind")

    listed = hyperlocal("list", "--home", str(place))
    doctor = hyperlocal("doctor", "--home", str(place))

    assert "late" in listed.out
    assert (listed.code, listed.err, doctor.err) == (0, "", "")


@pytest.mark.parametrize("was_killed", [False, True])
def test_a_full_disk_can_be_listed_and_shown(hyperlocal, mounted, was_killed):
    place = mounted("-t", "tmpfs", "-o", "size=600k", "tmpfs")
    history = History.open(place / "home")
    fill(history)
    history.runs.create("HD_2", experiment="e", kind="hyperdrive", plan=plan_to_json(a_plan()))
    history.runs.update("HD_2", pid=2**22 + 1, pid_started=1.0)  # nobody looks after it
    history.close()
    if was_killed:
        subprocess.run([sys.executable, "-c", KILLED, place / "home"], check=False)
        (place / "home" / "history.db-shm").unlink()
    with open(place / "filler", "wb", buffering=0) as filler:
        try:
            while filler.write(b"x" * 512):
                pass
        except OSError:
            pass

    listed = hyperlocal("list", "--home", str(place / "home"))
    shown = hyperlocal("show", "HD_2", "--home", str(place / "home"))
    cancelled = hyperlocal("cancel", "HD_2", "--home", str(place / "home"))

    assert ("late" in listed.out) is was_killed
    assert (listed.code, listed.err) == (0, "")
    assert "NotStarted" in shown.out
    assert "the disk is full" in cancelled.err
