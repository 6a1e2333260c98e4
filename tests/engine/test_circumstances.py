"""A resumed sweep starts its trials with what its first controller had."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from hyperlocal import engine
from hyperlocal.domain.status import Status
from hyperlocal.engine.circumstances import Circumstances
from hyperlocal.history.folder import CIRCUMSTANCES

# Each trial writes what it sees. The second one of the first life never ends.
SCRIPT = """
import json
import beside
seen = {
    "environment": dict(os.environ), "python": sys.executable, "path": sys.path,
    "umask": os.umask(0o077), "beside": beside.__file__,
}
with open(os.path.join(os.environ["SEEN"], RUN), "w") as file:
    json.dump(seen, file)
if NUMBER == 1 and not os.path.exists(os.environ["GO"]):
    log("ready", 1)
    time.sleep(60)
log("accuracy", 1.0)
"""
# Differ between trials, or between shells, anyway.
OF_THE_TRIAL = {
    *("TERM", "SSH_CONNECTION"),
    *("HYPERLOCAL_RUN_ID", "HYPERLOCAL_LIFE", "PWD", "OLDPWD", "SHLVL", "_"),
    *("HYPERLOCAL_RUN_ID_ROOM", "HYPERLOCAL_PERMITS", "PYTEST_CURRENT_TEST"),
}
RESUME = "import sys; from hyperlocal.cli import main; sys.exit(main(['resume', sys.argv[1]]))"


@pytest.fixture
def seen_folder(tmp_path):
    folder = tmp_path / "seen"
    folder.mkdir()
    return folder


@pytest.fixture
def modules(tmp_path):
    """Two folders, for PYTHONPATH, with a module of the same name."""
    folders = [tmp_path / "modules", tmp_path / "others"]
    for folder in folders:
        folder.mkdir()
        (folder / "beside.py").write_text("")
    return folders


@pytest.fixture
def first(lab, seen_folder, tmp_path, modules, monkeypatch):
    """Start a sweep in an environment of its own, and kill its controller; return its id."""
    monkeypatch.setenv("PYTHONPATH", os.path.relpath(modules[0]))
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "1")
    monkeypatch.setenv("MY_API_TOKEN", "hunter2-first")
    monkeypatch.setenv("ONLY_FIRST", "here")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)

    def start(**variables):
        for name, text in variables.items():
            monkeypatch.setenv(name, text)
        lab.script(SCRIPT)
        given = {"SEEN": str(seen_folder), "GO": str(tmp_path / "go"), "GIVEN": "given"}
        run_id = lab.start(lab.sweep(trials=4, at_once=1, environment=given))
        lab.eventually(lambda: lab.history.metrics.points(f"{run_id}_1", "ready"))
        os.kill(lab.history.runs.get(run_id).pid, signal.SIGKILL)
        lab.eventually(lambda: lab.history.runs.get(run_id).status.is_terminal)
        (tmp_path / "go").touch()
        return run_id

    return start


def resume_elsewhere(lab, run_id, folder, modules, *wrapper, **variables):
    """Resume a sweep from a process with quite another environment."""
    environment = {
        **{name: text for name, text in os.environ.items() if name != "ONLY_FIRST"},
        "PYTHONPATH": str(modules[1]),
        "PATH": f"/usr/bin:/bin:{modules[1]}",
        "PYTHONHASHSEED": "8",
        "PYTHONUTF8": "1",
        "OMP_NUM_THREADS": "17",
        "MKL_NUM_THREADS": "18",
        "HYPERLOCAL_SLOTS": "9",
        "TERM": "some-other",
        "SSH_CONNECTION": "1 2 3 4",
        "GIVEN": "not by me",
        **variables,
    }
    return subprocess.run(
        [*wrapper, sys.executable, "-c", RESUME, run_id],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )


def seen(folder, run_id):
    told = json.loads((folder / run_id).read_text())
    told["environment"] = {n: t for n, t in told["environment"].items() if n not in OF_THE_TRIAL}
    return told


@pytest.mark.parametrize(("then", "now"), [("warm", "fresh"), ("fresh", "warm")])
def test_trials_see_what_the_first_ones_saw(lab, first, seen_folder, modules, tmp_path, then, now):
    run_id = first(HYPERLOCAL_TRIAL_START=then)

    command = 'umask 027 && exec "$0" "$@"'
    told = resume_elsewhere(
        lab, run_id, tmp_path, modules, "sh", "-c", command, HYPERLOCAL_TRIAL_START=now
    )
    record, trials = lab.wait(run_id)

    assert record.status is Status.COMPLETED
    before, *after = [seen(seen_folder, trial.run_id) for trial in trials]
    before["environment"].pop("ONLY_FIRST")
    place = str(lab.history.folder(trials[0].run_id).path)
    for trial, other in zip(trials[1:], after, strict=True):
        own = str(lab.history.folder(trial.run_id).path)
        assert json.loads(json.dumps(other).replace(own, place)) == before
    assert before["umask"] != 0o027
    assert before["beside"] == str(modules[0] / "beside.py")
    assert "ONLY_FIRST (missing)" in told.stderr


def test_it_says_once_which_other_variables_differ(lab, first, tmp_path, modules):
    run_id = first()

    told = resume_elsewhere(
        lab, run_id, tmp_path, modules, MY_API_TOKEN="hunter2-second", ONLY_NOW="there"
    )
    record, _ = lab.wait(run_id)

    sentence = told.stderr.removeprefix("hyperlocal resume: ").rstrip("\n")
    assert sentence.endswith(": MY_API_TOKEN (changed); ONLY_FIRST (missing); ONLY_NOW (new).")
    assert record.warnings == [sentence]
    assert "hunter2" not in told.stderr + told.stdout


def test_nothing_is_said_where_only_the_shell_differs(lab, first, monkeypatch):
    run_id = first()
    monkeypatch.setenv("TERM", "another")
    monkeypatch.setenv("SHLVL", "77")
    said = []

    engine.resume(lab.history, run_id, said.append)
    record, _ = lab.wait(run_id)

    assert (said, record.warnings) == ([], [])


def test_no_value_of_the_environment_can_be_read_or_guessed(lab, first):
    run_id = first()
    file = lab.history.folder(run_id).path / CIRCUMSTANCES
    told = Circumstances.read(file.parent)

    assert "hunter2" not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    # A dictionary of guesses has many values for what is kept.
    assert len(told.others["MY_API_TOKEN"]) == 4
    assert told.salt
    assert CIRCUMSTANCES not in lab.history.folder(run_id).file_names()


def test_a_sweep_from_before_that_was_recorded_can_be_resumed(lab, first):
    run_id = first()
    (lab.history.folder(run_id).path / CIRCUMSTANCES).unlink()

    engine.resume(lab.history, run_id)
    record, _ = lab.wait(run_id)

    assert record.status is Status.COMPLETED


def test_as_many_cores_are_shared_as_in_the_first_life(lab, first, seen_folder, tmp_path, modules):
    if not shutil.which("taskset") or len(os.sched_getaffinity(0)) < 2:
        pytest.skip("needs taskset and two cores")
    run_id = first()

    resume_elsewhere(lab, run_id, tmp_path, modules, "taskset", "-c", "0")
    _, trials = lab.wait(run_id)

    shares = {seen(seen_folder, t.run_id)["environment"]["OMP_NUM_THREADS"] for t in trials}
    assert len(shares) == 1
