"""Server: one studio a home, on the loopback, with a low priority, until Ctrl-C."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlencode

from hyperlocal.errors import HyperlocalError
from hyperlocal.history.store import History
from hyperlocal.studio.safety import ALIVE, proof_of
from hyperlocal.studio.state import State
from hyperlocal.views.address import HOST, Key, read_key, write_port

__all__ = ["entry_url", "is_running", "serving", "work"]

_MOST_PORTS = 50
_THREADS = 8
_NICENESS = 10
_ANSWERS_WITHIN_S = 2.0
_ENDS_WITHIN_S = 5.0


def entry_url(key: Key, path: str = "/") -> str:
    """Return the address that lets a browser in."""
    return f"http://{HOST}:{key.port}{path}?{urlencode({'token': key.token})}"


def is_running(home: Path | str) -> Key | None:
    """Return where the studio of a home runs; None if it does not."""
    key = read_key(home)
    if not key.token:
        return None
    # Of no proxy: it would be asked for what is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{HOST}:{key.port}{ALIVE}", timeout=_ANSWERS_WITHIN_S) as answer:
            told = answer.read(200).decode("ascii", "replace")
    except (OSError, ValueError):
        return None
    return key if told == proof_of(key.token) else None


def _listen(wanted: int | None, first: int) -> socket.socket:
    """Return a socket on the port that is wanted, or on the first free one from `first` on."""
    ports = [wanted] if wanted is not None else [*range(first, first + _MOST_PORTS), 0]
    for port in ports:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name != "nt":  # there it would let two listen on one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
            listening.listen(128)
        except (OSError, OverflowError) as error:
            listening.close()
            is_taken = getattr(error, "errno", None) in (errno.EADDRINUSE, errno.EACCES)
            if wanted is None and is_taken:
                continue
            raise HyperlocalError(
                f"The studio cannot listen on port {port}: {error}. Without --port it takes the "
                "next free one."
            ) from error
        return listening
    raise AssertionError("unreachable: the system gives a free port")


@contextlib.contextmanager
def serving(history: History, port: int | None = None) -> Iterator[tuple[Key, State]]:
    """Serve the studio of a home while the context lasts.

    Args:
        history: The home's.
        port: Where it listens; None for where it listened last, or the next free port.

    Yields:
        Where it listens, with what opens it, and what its pages share.
    """
    from hyperlocal.studio.application import make_application

    with contextlib.closing(_listen(port, read_key(history.home).port)) as listening:
        key = write_port(history.home, listening.getsockname()[1])
        application, state = make_application(history, key.token)
        started: SimpleQueue[Any] = SimpleQueue()
        thread = threading.Thread(
            target=_run, args=(application, listening, started), name="studio", daemon=True
        )
        thread.start()
        server = started.get()
        try:
            yield key, state
        finally:
            _end(server)
            thread.join(_ENDS_WITHIN_S)


def _run(application: Any, listening: socket.socket, started: SimpleQueue[Any]) -> None:
    from waitress.server import create_server

    _step_aside()  # before it starts the threads that answer
    server = create_server(application, sockets=[listening], threads=_THREADS, ident="")
    started.put(server)
    with contextlib.suppress(OSError, ValueError):  # its sockets were closed, which ends it
        server.run()


def _end(server: Any) -> None:
    server.close()
    for channel in list(server.active_channels.values()):  # of browsers that keep connections
        channel.handle_close()
    server.task_dispatcher.shutdown()


def _step_aside() -> None:
    """Let trials go first. On Linux only this thread, and those that it starts, step aside."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def work(state: State, until: Callable[[], bool] = lambda: False) -> None:
    """Do in this thread what must not inherit the server's priority, until Ctrl-C."""
    import queue

    state.has_main_loop = True
    try:
        while not until():
            with contextlib.suppress(queue.Empty):
                job = state.jobs.get(timeout=0.5)
                if job is not None:
                    job.run()
    finally:
        state.has_main_loop = False
