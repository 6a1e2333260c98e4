"""The command as a user has it: a process of its own, in a folder, in a pipe or a terminal."""

import contextlib
import os
import re
import selectors
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

from hyperlocal.history import History
from tests.warm import Warm

COMMAND = [sys.executable, "-m", "hyperlocal"]
# What commands import that is not ours and reads no setting while it is imported.
_LIBRARIES = ("argparse", "ast", "dataclasses", "json", "psutil", "sqlite3", "subprocess")
_LIBRARIES += ("tempfile", "tokenize", "inspect", "difflib", "shutil", "uuid", "textwrap")
_OF_NOTEBOOKS = (*_LIBRARIES, "nbformat", "IPython.terminal.interactiveshell", "numpy")


@dataclass
class Said:
    out: str
    err: str
    code: int

    @property
    def lines(self):
        return self.out.splitlines()


class Terminal:
    """A process in a pseudo-terminal of 100 columns, and what it has drawn so far."""

    def __init__(self, words, folder, n_columns=100, **environment):
        import fcntl
        import pty
        import termios

        self._main, side = pty.openpty()
        self.resize(n_columns)
        self.process = subprocess.Popen(
            words,
            cwd=folder,
            stdin=side,
            stdout=side,
            stderr=side,
            env={**os.environ, "TERM": "xterm-256color", **environment},
            start_new_session=True,
            # Ctrl-C reaches whoever the terminal controls.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(side)
        self.raw = ""

    def wait_for(self, text, timeout_s=30):
        """Read until `text` was drawn."""
        deadline = time.monotonic() + timeout_s
        while text not in self.text:
            assert time.monotonic() < deadline, f"{text!r} is not in:\n{self.text}"
            assert self._read(), f"ended without {text!r}:\n{self.text}"

    def resize(self, n_columns, n_lines=30):
        import fcntl
        import struct
        import termios

        fcntl.ioctl(self._main, termios.TIOCSWINSZ, struct.pack("HHHH", n_lines, n_columns, 0, 0))

    def press(self, keys):
        os.write(self._main, keys)

    def finish(self, timeout_s=30):
        """Read to the end; return the exit code."""
        deadline = time.monotonic() + timeout_s
        while self._read():
            assert time.monotonic() < deadline, f"has not ended:\n{self.text}"
        return self.process.wait(timeout=timeout_s)

    def close(self):
        os.close(self._main)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    @property
    def left(self):
        """What stands after it has left the screen of its own, a list of lines."""
        after = self.raw.rpartition("\x1b[?1049l")[2]
        return _without_codes(after).splitlines()

    @property
    def text(self):
        """What was drawn, without colours and movements of the cursor."""
        return _without_codes(self.raw)

    def _is_readable(self, within_s):
        # select() itself cannot watch descriptors above 1023.
        with selectors.DefaultSelector() as selector:
            selector.register(self._main, selectors.EVENT_READ)
            return bool(selector.select(within_s))

    def _read(self):
        if not self._is_readable(within_s=0.2):
            return True
        try:
            piece = os.read(self._main, 1 << 16)
        except OSError:  # Linux: the other side is closed
            return False
        self.raw += piece.decode("utf-8", "replace")
        return bool(piece)


def _without_codes(raw):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", raw)


@pytest.fixture
def folder(tmp_path, home, monkeypatch):
    """A user's folder; commands run here."""
    path = tmp_path / "project"
    path.mkdir()
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    return path


@pytest.fixture(scope="session")
def warm():
    """Run a command without the time that imports of others' libraries take."""
    started = {}

    def run(words, **settings):
        libraries = _OF_NOTEBOOKS if any(".ipynb" in word for word in words) else _LIBRARIES
        if libraries not in started:
            started[libraries] = Warm(*libraries, replaces=libraries is _OF_NOTEBOOKS)
        return started[libraries].run(words, **settings)

    yield run
    for each in started.values():
        each.close()


@pytest.fixture
def hyperlocal(folder, warm):
    """Run the command to its end, in pipes."""

    def run(*words, stdin="", **environment):
        done = warm(
            [*COMMAND, *words],
            cwd=folder,
            stdin=stdin,
            env={**os.environ, **environment},
            timeout=30,
        )
        return Said(done.stdout, done.stderr, done.returncode)

    return run


@pytest.fixture
def terminal(folder):
    """Start the command in a terminal."""
    if sys.platform == "win32":
        pytest.skip("pseudo-terminals are POSIX")
    with contextlib.ExitStack() as stack:

        def start(*words, n_columns=100, **environment):
            opened = Terminal([*COMMAND, *words], folder, n_columns, **environment)
            stack.callback(opened.close)
            return opened

        yield start


@pytest.fixture
def history(home):
    opened = History.open(home)
    yield opened
    opened.close()
