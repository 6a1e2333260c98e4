"""Whatever a script leaves behind costs at most its trial; the sweep and who looks go on."""

import os
import signal

import pytest

from hyperlocal.domain.status import Cause, Status
from tests.engine.conftest import eventually
from tests.engine.strange import KINDS, TOOLS, WithoutRights, possible, state_of, undo

START = """
import sys
from hyperlocal import engine
engine.start(*sys.argv[1:])
"""

# Everything that looks at runs and what they left.
LOOK = """
import contextlib, io, os, sys, tempfile, warnings
from hyperlocal.azureml.core import Run, Workspace
from hyperlocal.cli import main
from hyperlocal.history import History
parent_id, *run_ids = sys.argv[1:]
warnings.simplefilter("ignore")
os.chdir(tempfile.mkdtemp(dir=os.path.dirname(os.environ["HYPERLOCAL_HOME"])))
history, workspace = History.open(), Workspace.from_config()

def say(*words):
    said = io.StringIO()
    said.buffer = io.BytesIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        main(words)
    print(said.getvalue())

for run_id in run_ids:
    for words in (["show", run_id], ["show", run_id, "--json"], ["logs", run_id]):
        say(*words)
    run = Run.get(workspace, run_id)
    run.get_details_with_logs()
    run.get_all_logs("logs")
    for name in run.get_file_names()[:50]:
        file = history.folder(run_id).file(name)
        if file is not None and os.path.getsize(file) < 1000:
            run.download_file(name, "one")
            assert open("one").read() != "a secret" or "outputs/m/" in name, name
    if not any(name.endswith("huge") for name in run.get_file_names()):
        run.download_files("outputs", f"all/{run_id}")
say("show", parent_id)
say("doctor")
say("doctor", "--repair")
say("doctor")
say("list", "--all")
"""

RESUME = """
import sys, time
from hyperlocal import engine
from hyperlocal.history import History
history, run_id = History.open(sys.argv[1]), sys.argv[2]
def wait():
    while not engine.settle(history, run_id).status.is_terminal:
        time.sleep(0.02)
wait()
engine.resume(history, run_id)
wait()
"""


@pytest.fixture
def outside(tmp_path, monkeypatch, group):
    """A folder that is none of the run's, which nothing may happen to."""
    folder = tmp_path / "outside"
    for name in ("secret", "outputs/secret", "logs/secret", "std_log.txt", "work/x"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("a secret")
    monkeypatch.setenv("OUTSIDE", str(folder))
    before = state_of(folder)
    yield folder
    undo(tmp_path / ".hyperlocal", has_immutable=group == "immutable")
    assert state_of(folder) == before


@pytest.fixture(scope="module")
def without_rights(tmp_path_factory):
    """Runs code as somebody who is not above permissions."""
    somebody = WithoutRights(tmp_path_factory.mktemp("without_rights"))
    yield somebody.run
    somebody.close()


def start(lab, plan, without_rights):
    """Start a sweep whose controller is not above permissions."""
    run_id = lab.record(plan)
    without_rights(START, lab.home, run_id)
    return run_id


@pytest.mark.parametrize("group", KINDS)
def test_what_scripts_leave_ends_no_sweep_and_touches_nothing_else(
    lab, outside, without_rights, tmp_path, group
):
    kinds = possible(KINDS[group], tmp_path)
    codes = [0, 1] if group in ("logs", "places") else [0]  # why it failed stands in its output
    lab.script(
        f"{TOOLS}\nlog('accuracy', float(NUMBER))\n"
        f"KINDS, CODES = {[kind.code for kind in kinds.values()]!r}, {codes!r}\n"
        "if NUMBER == len(KINDS) * len(CODES):\n    put('outputs/model')\n    sys.exit(0)\n"
        "exec(KINDS[NUMBER // len(CODES)])\nos._exit(CODES[NUMBER % len(CODES)])\n"
    )

    sweep = lab.sweep(trials=len(kinds) * len(codes) + 1, at_once=2)
    record, (*strange, plain) = lab.wait(start(lab, sweep, without_rights))

    assert record.status is Status.COMPLETED, record.reason
    assert (plain.status, plain.warnings) == (Status.COMPLETED, [])
    assert "outputs/model" in lab.history.folder(plain.run_id).file_names()
    statuses = [Status.FAILED if code else Status.COMPLETED for code in codes]
    assert [trial.status for trial in strange] == statuses * len(kinds)
    for number, trial in enumerate(strange):
        name, kind = list(kinds.items())[number // len(codes)]
        assert bool(trial.warnings) == kind.warns, (name, trial.warnings)
    without_rights(LOOK, record.run_id, *[trial.run_id for trial in strange])


@pytest.mark.parametrize("group", KINDS)
def test_trials_that_left_it_when_they_were_interrupted_are_run_again_or_fail(
    lab, outside, without_rights, tmp_path, monkeypatch, group
):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "16")
    kinds = possible(KINDS[group], tmp_path)
    lab.script(
        f"{TOOLS}\nlog('accuracy', float(NUMBER))\n"
        f"KINDS = {[kind.code for kind in kinds.values()]!r}\n"
        f"MARK = {str(tmp_path)!r} + f'/left-{{NUMBER}}'\n"
        "if os.path.exists(MARK):\n    put('outputs/model')\n    sys.exit(0)\n"
        "exec(KINDS[NUMBER])\nopen(MARK, 'w').close()\ntime.sleep(60)\n"
    )
    plan = lab.sweep(trials=len(kinds), at_once=len(kinds))
    run_id = start(lab, plan, without_rights)
    eventually(lambda: len(list(tmp_path.glob("left-*"))) == len(kinds))

    os.kill(lab.history.runs.get(run_id).pid, signal.SIGKILL)
    without_rights(RESUME, lab.home, run_id)
    record, trials = lab.wait(run_id)

    assert record.status is not Status.CANCELED
    assert record.cause is not Cause.INTERRUPTED, record.reason
    for (name, kind), trial in zip(kinds.items(), trials, strict=True):
        if kind.again:
            assert (name, trial.status, trial.reason) == (name, Status.COMPLETED, None)
            assert "outputs/model" in lab.history.folder(trial.run_id).file_names()
        else:
            assert (name, trial.status, trial.cause) == (name, Status.FAILED, Cause.START)
            assert "cannot be run again" in trial.reason
    without_rights(LOOK, run_id, *[trial.run_id for trial in trials])
