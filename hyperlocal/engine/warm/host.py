"""Host: the controller's end of a warm host, and the trials that are forked from it."""

from __future__ import annotations

import marshal
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, NamedTuple

from hyperlocal.engine import marks, offspring
from hyperlocal.engine.leader import has_ended
from hyperlocal.engine.wearers import is_zombie

__all__ = ["HostIsGone", "Order", "WarmHost", "WarmLeader"]

_PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "start.py")
_HEADER_BYTES = 8
_ENDS_WITHIN_S = 3.0


class HostIsGone(Exception):
    """The host has ended and forks no more trials."""


class Order(NamedTuple):
    """What a host needs to know before it forks.

    Attributes:
        imports: Names of modules, each with the names to import from it.
        own: Names of modules that the source has.
        denied: Names of modules that may not survive a fork.
        label: The variable that says whose a process is, and the one that gives it room.
    """

    imports: list[tuple[str, list[str]]]
    own: list[str]
    denied: list[str]
    label: tuple[str, str]


class WarmHost:
    """A process that imports once and forks trials.

    Attributes:
        refusal: Why it will not fork any; None as long as it may.
        loaded: The packages that it has imported.
        only_ignores: Whether all filters of warnings that the imports added are to ignore some.
    """

    def __init__(
        self, environment: Mapping[str, str], folder: str, order: Order, *, mark: int
    ) -> None:
        """Start it.

        Args:
            environment: Its variables, complete.
            folder: Its working directory.
            order: What it is to do before it forks.
            mark: What it wears itself.

        Raises:
            OSError: The system does not start it.
        """
        self.refusal: str | None = None
        self.loaded: list[str] = []
        self.only_ignores = True
        self._lock = threading.Lock()
        self._is_ready = threading.Event()
        self._is_gone = False
        self._requests: dict[int, SimpleQueue[WarmLeader | OSError | HostIsGone]] = {}
        self._leaders: dict[int, WarmLeader] = {}
        self._n_requests = 0
        self._socket, theirs = socket.socketpair()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115  read when it has ended
        with theirs:
            self._process = offspring.start(
                [sys.executable, _PROGRAM, str(theirs.fileno())],
                mark,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=self._output,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        # When the host is killed, its trials go on, and only their parent learns how they end.
        offspring.adopt()
        self._is_marked = marks.worn_by(self._process.pid) is not None
        with suppress(OSError):  # it has ended already, which the thread will notice
            self._send(*order)
        self._thread = threading.Thread(target=self._listen, name="warm host", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def wait_until_ready(self, timeout_s: float) -> bool:
        """Whether it forks, or is known not to, within some time."""
        return self._is_ready.wait(timeout_s)

    def fork(
        self,
        run_id: str,
        command: Sequence[str],
        *,
        folder: str,
        output: str,
        environment: Mapping[str, str],
    ) -> WarmLeader:
        """Fork a trial; the arguments are those of `Launcher.launch`.

        Raises:
            HostIsGone: It has ended, perhaps after it forked.
            OSError: The system does not fork.
        """
        reply: SimpleQueue[WarmLeader | OSError | HostIsGone] = SimpleQueue()
        with self._lock:
            if self._is_gone:
                raise HostIsGone
            self._n_requests += 1
            self._requests[self._n_requests] = reply
            mark = marks.mark_in(environment, run_id) if self._is_marked else 0
            trial = (run_id, mark, list(command), folder, output, dict(environment))
            with suppress(OSError):  # the thread will answer
                self._send("fork", self._n_requests, *trial)
        answer = reply.get()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def reap(self, leader: WarmLeader) -> None:
        """Let the system forget a trial that has ended; returns when it has."""
        with self._lock, suppress(OSError):
            if not self._is_gone:
                self._send("reap", leader.pid)
        leader.answered.wait()

    def close(self) -> None:
        """End it, and whatever it has forked; there is a thread's end in it."""
        if not self._is_ready.is_set():
            self._process.kill()  # it imports, and hears nothing
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        self._thread.join(_ENDS_WITHIN_S)
        if self._thread.is_alive():
            self._process.kill()
            self._thread.join()
        self._socket.close()
        self._output.close()

    def _last_words(self) -> str:
        """Return the last line of what it has printed, to be added to a sentence."""
        self._output.seek(0)
        lines = self._output.read().decode("utf-8", "replace").split("\n")
        return next((f": {line}" for line in reversed(lines) if line.strip()), "")

    def _send(self, *request: Any) -> None:
        body = marshal.dumps(request)
        self._socket.sendall(len(body).to_bytes(_HEADER_BYTES, "big") + body)

    def _listen(self) -> None:
        with self._socket.makefile("rb") as reports, suppress(OSError):
            while header := reports.read(_HEADER_BYTES):
                body = reports.read(int.from_bytes(header, "big"))
                self._hear(*marshal.loads(body))
        self._process.kill()
        code = self._process.wait()
        offspring.disown(self._process.pid)
        # From here on its children are this process's own; see `offspring.adopt`.
        if not self._is_ready.is_set():
            self.refusal = f"its imports ended the process (exit code {code}{self._last_words()})"
            self._is_ready.set()
        with self._lock:
            self._is_gone = True
            for reply in self._requests.values():
                reply.put(HostIsGone())
            for leader in self._leaders.values():
                leader.orphan()

    def _hear(self, kind: str, *facts: Any) -> None:
        if kind == "ready":
            self.loaded, self.only_ignores = facts
            self._is_ready.set()
        elif kind == "refused":
            (self.refusal,) = facts
            self._is_ready.set()
        elif kind == "started":
            number, pid = facts
            with self._lock:
                offspring.own(pid)
                leader = self._leaders[pid] = WarmLeader(self, pid)
                self._requests.pop(number).put(leader)
        elif kind == "failed":
            number, code, text = facts
            with self._lock:
                self._requests.pop(number).put(OSError(code, text))
        elif kind == "ended":
            pid, code = facts
            self._leaders[pid].end(code)
        elif kind == "reaped":
            with self._lock:
                self._leaders.pop(facts[0]).answered.set()


class WarmLeader:
    """A process that was forked from a warm host.

    Attributes:
        pid: Its process id.
        is_buried: Whether the system may have given its number to another process.
        answered: Set when the host has reaped it, or is gone.
    """

    def __init__(self, host: WarmHost, pid: int) -> None:
        self.pid = pid
        self.is_buried = False
        self.answered = threading.Event()
        self._host = host
        self._exit_code: int | None = None
        self._is_over = threading.Event()
        self._is_adopted = False

    def wait(self) -> None:
        """Wait until it has ended, and leave it to be reaped."""
        self._is_over.wait()
        if self._is_adopted:
            with suppress(ChildProcessError):
                os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)

    def reap(self) -> int:
        """Let the system forget it; return its exit code, negative for a signal."""
        self.wait()
        if not self._is_adopted:
            self._host.reap(self)
        if self._is_adopted:
            self._bury_adopted()
        self.is_buried = True
        offspring.disown(self.pid)
        assert self._exit_code is not None
        return self._exit_code

    def has_ended(self) -> bool:
        """Whether it has ended, although nobody may have noticed yet."""
        if self.is_buried or self._exit_code is not None:
            return True
        return has_ended(self.pid) if self._is_adopted else is_zombie(self.pid)

    def end(self, exit_code: int) -> None:
        """Take note that it has ended."""
        self._exit_code = exit_code
        self._is_over.set()

    def orphan(self) -> None:
        """Take note that the host is gone."""
        self._is_adopted = True
        self._is_over.set()
        self.answered.set()

    def _bury_adopted(self) -> None:
        try:
            _, status = os.waitpid(self.pid, 0)
            self._exit_code = os.waitstatus_to_exitcode(status)
        except ChildProcessError:  # the host had reaped it, or the system gives it to another
            if self._exit_code is None:
                self._exit_code = -signal.SIGKILL
                with suppress(OSError):
                    os.killpg(self.pid, signal.SIGKILL)
