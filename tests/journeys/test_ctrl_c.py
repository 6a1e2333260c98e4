"""Ctrl-C in a driver: the sweep goes on, and the terminal says so."""

import re
import sys
from pathlib import Path

import pytest

from hyperlocal.domain.status import Status
from hyperlocal.history import History
from tests.cli.conftest import Terminal
from tests.engine.conftest import eventually

# Trials go on until somebody lets them end.
TRAIN = """
import os, time

deadline = time.monotonic() + 60
while not os.path.exists(os.environ["GO_ON"]):
    assert time.monotonic() < deadline
    time.sleep(0.01)
"""

WAITING = {
    "silent": "run.wait_for_completion()",
    "shown": "run.wait_for_completion(show_output=True)",
    "own loop": "import time\nwhile run.get_status() != 'Completed': time.sleep(0.1)",
    "pressed twice": (
        "try:\n"
        "    run.wait_for_completion()\n"
        "finally:\n"
        "    print('tidying up', flush=True)\n"
        "    import time; time.sleep(60)"
    ),
}


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize("how", WAITING)
def test_the_sweep_goes_on_and_the_terminal_says_so(
    sweep_folder, driver_of, home, how, tmp_path, monkeypatch
):
    monkeypatch.setenv("GO_ON", str(tmp_path / "go-on"))
    sweep_folder.write("driver.py", driver_of(0) + WAITING[how] + "\n")
    sweep_folder.write("train.py", TRAIN)
    command = [str(Path(sys.executable).parent / "hyperlocal"), "run", "driver.py"]
    terminal = Terminal(command, sweep_folder.path)
    try:
        terminal.wait_for("Run: ", timeout_s=20)
        history = History.open(home)
        eventually(lambda: history.runs.top()[0].status is Status.RUNNING)
        terminal.press(b"\x03")
        if how == "pressed twice":
            terminal.wait_for("tidying up")
            terminal.press(b"\x03")
        code = terminal.finish()
    finally:
        terminal.close()
    run_id = history.runs.top()[0].run_id
    still_ran = not history.runs.get(run_id).status.is_terminal
    (tmp_path / "go-on").touch()

    assert code != 0
    assert still_ran
    said = re.sub(r"\s+", " ", terminal.text)
    assert said.count(f"`hyperlocal cancel {run_id}`") == 1
    assert f"`hyperlocal watch {run_id}`" in said
    eventually(lambda: history.runs.get(run_id).status is Status.COMPLETED)
    assert len(history.runs.children(run_id)) == 4
    history.close()
