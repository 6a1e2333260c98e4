"""TensorBoard over the logs of runs: a real one, which ends when it should."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import psutil
import pytest

from hyperlocal.azureml.contrib import tensorboard as earlier
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.azureml.tensorboard import Tensorboard
from hyperlocal.azureml.tensorboard.export import export_to_tensorboard
from hyperlocal.errors import ToolError

PATIENCE_S = 40
installed = pytest.mark.filterwarnings("ignore")  # TensorBoard's own


@pytest.fixture
def tensorboard():
    return pytest.importorskip("tensorboard.main", exc_type=ImportError)


@pytest.fixture
def started(tmp_path):
    """Start a board that is stopped at the end of the test."""
    boards = []

    def start(runs, **options):
        boards.append(Tensorboard(runs, port=0, **options))
        return boards[-1], boards[-1].start()

    yield start
    for board in boards:
        board.stop()


def served(url, what):
    with urllib.request.urlopen(url + what, timeout=PATIENCE_S) as answer:
        return json.load(answer)


def eventually(condition):
    deadline = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)
    return found


def write_events(folder, tag, *values):
    from hyperlocal.engine.board import EventFile

    with EventFile(str(folder)) as events:
        for step, value in enumerate(values):
            events.add(tag, value, step, 1.0)


def boards_of(pid):
    """The processes of boards that a process has started, and what these have started."""
    return [p for p in psutil.Process(pid).children(recursive=True) if is_board(p)]


def is_board(process):
    try:
        return any("board" in word for word in process.cmdline())
    except psutil.Error:  # it has ended, as others may that earlier tests have started
        return False


@installed
def test_the_logs_of_a_run_are_shown_and_followed(tensorboard, run, started, capsys):
    board, url = started([run])
    assert url.startswith("http://")
    assert url in capsys.readouterr().out
    assert served(url, "data/runs") == []

    logs = run._history.folder(run.id).logs
    write_events(logs / "train", "loss", 0.5, 0.25)

    eventually(lambda: served(url, "data/runs") == [f"{run.id}/train"])
    of_run = eventually(lambda: served(url, "data/plugin/scalars/tags"))[f"{run.id}/train"]
    assert list(of_run) == ["loss"]

    mine = boards_of(os.getpid())
    assert mine
    board.stop()
    assert psutil.wait_procs(mine, PATIENCE_S)[1] == []


@installed
def test_a_file_that_grows_is_shown_to_its_end(tensorboard, run, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    from hyperlocal.engine.log_copies import LogCopies

    logs = run._history.folder(run.id).logs
    write_events(tmp_path / "all", "loss", 3.0, 2.0, 1.0)
    (whole,) = (tmp_path / "all").iterdir()
    everything = whole.read_bytes()
    logs.mkdir(parents=True)
    copies = LogCopies(str(tmp_path / "copies"), {"a": run._history.folder(run.id)})
    for end in (100, len(everything)):
        (logs / whole.name).write_bytes(everything[:end])
        copies.update()

    read = EventAccumulator(str(tmp_path / "copies" / "a"))
    read.Reload()
    assert [point.value for point in read.Scalars("loss")] == [3.0, 2.0, 1.0]


@installed
def test_without_runs_what_lies_in_the_folder_is_shown(tensorboard, home, tmp_path, started):
    write_events(tmp_path / "logs" / "mine", "loss", 0.5)

    _, url = started([], local_root=str(tmp_path / "logs"))

    eventually(lambda: served(url, "data/runs") == ["mine"])


@installed
def test_copies_are_kept_where_they_are_wanted_and_else_removed(
    tensorboard, run, started, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    write_events(run._history.folder(run.id).logs, "loss", 0.5)
    run.display_name = "../first try"

    kept, _ = started(run, local_root=tmp_path / "kept", use_display_name=True)
    passing, _ = started([run])
    kept.stop()
    passing.stop()

    assert [name for name in os.listdir(tmp_path) if name.startswith("tensorboard-")] == []
    assert len(list((tmp_path / "kept" / "first try" / run.id).iterdir())) == 1


@installed
def test_a_port_that_is_taken_is_told_and_nothing_is_left(tensorboard, run):
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ToolError, match=f"port {port} is in use.*give another port"):
            Tensorboard([run], port=port).start()

    assert psutil.wait_procs(boards_of(os.getpid()), PATIENCE_S)[1] == []


SCRIPT = """
import os, sys
from hyperlocal.azureml.core import Experiment, Workspace
from hyperlocal.azureml.tensorboard import Tensorboard
board = Tensorboard(Experiment(Workspace("s", "g", "w"), "e").start_logging(outputs=None), port=0)
board.start()
print("ready", flush=True)
sys.stdin.readline()
"""


@installed
@pytest.mark.parametrize("end", ["by itself", "killed"])
def test_it_ends_with_the_script_that_started_it(tensorboard, home, tmp_path, end):
    (tmp_path / "driver.py").write_text(SCRIPT)
    with subprocess.Popen(
        [sys.executable, "driver.py"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as driver:
        while driver.stdout.readline().strip() != "ready":
            assert driver.poll() is None
        boards = boards_of(driver.pid)
        assert boards
        if end == "killed":
            driver.send_signal(signal.SIGKILL)
        else:
            driver.stdin.write("\n")
            driver.stdin.flush()
        driver.wait(PATIENCE_S)

    _, living = psutil.wait_procs(boards, PATIENCE_S)
    assert living == []


def forget_the_package(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "tensorboard"]:
        monkeypatch.delitem(sys.modules, name)


def test_where_it_is_not_installed_it_is_said_what_to_install(run, monkeypatch, tmp_path):
    forget_the_package(monkeypatch)
    monkeypatch.setitem(sys.modules, "tensorboard", None)

    with pytest.raises(ToolError, match="-m pip install tensorboard"):
        Tensorboard([run]).start()
    run.log("loss", 0.5)
    with pytest.raises(ToolError, match="-m pip install tensorboard"):
        export_to_tensorboard(run, str(tmp_path))


def test_a_folder_of_that_name_is_not_taken_for_it(run, monkeypatch, tmp_path):
    (tmp_path / "tensorboard" / "train").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    forget_the_package(monkeypatch)

    with pytest.raises(ToolError, match="-m pip install tensorboard"):
        Tensorboard([run]).start()


@pytest.mark.parametrize("thing", [None, "HD_1", ["HD_1"]])
def test_only_runs_are_taken(thing, home, tmp_path):
    with pytest.raises(UserErrorException, match="only runs"):
        Tensorboard(thing).start()
    with pytest.raises(UserErrorException, match="only runs"):
        export_to_tensorboard(thing, str(tmp_path))


@pytest.mark.parametrize("port", ["six", -1, 70_000, None])
def test_a_port_is_a_number(run, port):
    with pytest.raises(UserErrorException, match="from 0 to 65535"):
        Tensorboard([run], port=port).start()


def test_to_stop_what_does_not_run_does_nothing(run):
    Tensorboard([run]).stop()


def test_earlier_scripts_import_it_from_elsewhere():
    assert earlier.Tensorboard is Tensorboard
    from hyperlocal.azureml.contrib.tensorboard.export import export_to_tensorboard as same

    assert same is export_to_tensorboard


@installed
def test_metrics_are_written_for_it(tensorboard, run, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    child = run.child_run("below")
    for value in (0.5, 0.25):
        child.log("loss", value)
    child.log("at", 7, step=40)
    child.log_row("row", a=1, b="text")
    child.log("word", "text")

    export_to_tensorboard([run], str(tmp_path / "logs"))

    assert os.listdir(tmp_path / "logs") == [child.id]
    read = EventAccumulator(str(tmp_path / "logs" / child.id))
    read.Reload()
    assert sorted(read.Tags()["scalars"]) == ["at", "loss", "row/a"]
    assert [(point.step, point.value) for point in read.Scalars("loss")] == [(0, 0.5), (1, 0.25)]
    assert [(point.step, point.value) for point in read.Scalars("at")] == [(40, 7.0)]

    export_to_tensorboard(run, str(tmp_path / "alone"), recursive=False)
    assert not (tmp_path / "alone").exists()


def test_to_write_no_run_is_refused(tmp_path):
    with pytest.raises(UserErrorException, match="no run"):
        export_to_tensorboard([], str(tmp_path))
