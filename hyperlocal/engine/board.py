"""A board: this machine's TensorBoard over a folder of logs, as a process that ends with this one.

It ends with `stop()`, when this process ends, and also when this one is killed: it is given a
keeper, as a controller may be.
"""

from __future__ import annotations

import atexit
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from typing import IO

from hyperlocal.engine.keeper import as_keeper, end_with_keeper
from hyperlocal.engine.processes import GRACE_S
from hyperlocal.errors import ToolError

__all__ = ["Board", "EventFile", "serve"]

# The package is found wherever this process found it, and nothing is imported from the folder
# that the board stands in.
_BOOT = (
    "import sys; sys.path[:] = [p for p in sys.path if p] + [sys.argv.pop(1)]; "
    "from hyperlocal.engine.board import serve; serve()"
)
_PACKAGE_PARENT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_ADDRESS = re.compile(r"TensorBoard \S+ at (https?://\S+)")
_PATIENCE_S = 60.0
_LOOKS_S = 0.05
_RELOADS_S = 2.0  # how often it looks for what is new
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class Board:
    """TensorBoard over a folder.

    Args:
        folder: Where the logs are, one folder a run.
        port: Where it listens; 0 for any port that is free.
    """

    def __init__(self, folder: str, port: int) -> None:
        self._folder = os.path.abspath(folder)
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()

    def start(self) -> str:
        """Start it, wait until it serves, and return its address.

        Raises:
            ToolError: TensorBoard is not installed, or does not start.
        """
        _check_installed()
        command = [sys.executable, "-c", _BOOT, _PACKAGE_PARENT]
        command += ["--logdir", self._folder, "--port", str(self._port)]
        command += ["--reload_interval", str(_RELOADS_S)]
        with tempfile.TemporaryFile() as said:
            self._process = subprocess.Popen(
                command,
                cwd=self._folder,
                env={**os.environ, **as_keeper(), "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the script, which ends the board then
            )
            atexit.register(self.stop)
            address = _address(said, self._process.poll)
            if address is None:
                self.stop()
                raise ToolError(_not_started(self._port, _text(said)))
        return address

    def stop(self) -> None:
        """End it and what it has started; nothing happens if it does not run."""
        process, self._process = self._process, None
        if process is None or os.getpid() != self._owner:  # a fork that ends, with a copy of this
            return
        atexit.unregister(self.stop)
        with suppress(OSError):
            process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_S)
        with suppress(OSError):  # also what reads the logs for it, and has not ended with it
            os.killpg(process.pid, _KILL)
        process.wait()


class EventFile:
    """A new file of events in a folder, which TensorBoard reads as one run.

    Raises:
        ToolError: TensorBoard is not installed.
    """

    def __init__(self, folder: str) -> None:
        _check_installed()
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        self._writer = EventFileWriter(folder)

    def add(self, tag: str, value: float, step: int, at: float) -> None:
        """Add a number; `at` in seconds since the epoch."""
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary

        summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
        self._writer.add_event(Event(wall_time=at, step=step, summary=summary))

    def __enter__(self) -> EventFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()


def serve() -> None:
    """Be the board; for its process."""
    end_with_keeper()
    from tensorboard import main

    main.run_main()


def _check_installed() -> None:
    # A folder of logs is often called `tensorboard`, too: only the package has this module.
    with suppress(ModuleNotFoundError):
        if find_spec("tensorboard.main") is not None:
            return
    raise ToolError(
        f"TensorBoard is not installed for {sys.executable}. Install it: "
        f"{sys.executable} -m pip install tensorboard"
    )


def _address(said: IO[bytes], ended: Callable[[], int | None]) -> str | None:
    """Return the address that it says it serves at; None if it has ended, or never does."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        is_over = ended() is not None
        found = _ADDRESS.search(_text(said))
        if found:
            return found[1]
        if is_over:
            break
        time.sleep(_LOOKS_S)
    return None


def _text(said: IO[bytes]) -> str:
    return os.pread(said.fileno(), 1 << 20, 0).decode(errors="replace")


def _not_started(port: int, said: str) -> str:
    if "in use" in said:
        return (
            f"TensorBoard did not start: port {port} is in use. Stop what listens there, or give "
            "another port; with port=0 any free one is taken."
        )
    lines = said.strip().splitlines() or ["it said nothing"]
    return "TensorBoard did not start. The end of what it said:\n" + "\n".join(lines[-10:])
