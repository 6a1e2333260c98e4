"""Offspring: the children of a controller, its own ones and those that trials have left it.

On Linux whatever loses its parent becomes a child of the controller (its *subreaper*), and not of
process number one. So one short list shows whether a trial has left anything. What has ended of it
is reaped here; what the controller waits for itself is not touched.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from hyperlocal.engine import marks

if TYPE_CHECKING:
    import psutil

__all__ = [
    "adopt",
    "bury_orphans",
    "disown",
    "has_left",
    "own",
    "start",
    "strays",
    "take_charge",
    "worn",
]

_PR_SET_CHILD_SUBREAPER = 36
_SELF = 0
_MOST_LOOKS = 100

_own: set[int] = set()
_leaders: set[int] = set()
_lock = threading.Lock()  # while a process is started, its number is not known yet
_is_in_charge = False


def adopt() -> None:
    """Let processes below this one become its children when their parents end.

    Raises:
        OSError: The system does not have that.
    """
    import ctypes

    if not sys.platform.startswith("linux"):
        raise OSError("only Linux hands orphans to another process")
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def take_charge() -> None:
    """Adopt orphans, and look after all children from now on; for a controller of trials.

    What is a child now, such as the watchdog, is its own. Without effect where it is impossible.
    """
    global _is_in_charge
    with suppress(OSError):
        adopt()
        _own.update(_children())
        _is_in_charge = True


def start(command: Sequence[str], mark: int, **options: Any) -> subprocess.Popen[bytes]:
    """Start a process that wears a mark, and whose end somebody here waits for.

    Raises:
        OSError: The system does not start it.
        ValueError: An argument or a variable cannot be passed to a process.
    """
    with _lock, worn(mark):
        process = subprocess.Popen(command, **options)
        _own.add(process.pid)
    return process


@contextmanager
def worn(mark: int) -> Iterator[None]:
    """Have what this process starts meanwhile wear a mark from its first moment on."""
    before = marks.limits_of(_SELF)
    marks.put_on(_SELF, mark)
    try:
        yield
    finally:
        if before is not None:
            marks.put_back(_SELF, before)


def own(pid: int) -> None:
    """Note that somebody here waits for the end of a trial's leader, should it be a child."""
    _leaders.add(pid)
    _own.add(pid)


def disown(pid: int) -> None:
    """Note that a process was reaped."""
    _leaders.discard(pid)
    _own.discard(pid)


def has_left(mark: int, *, for_certain: bool = False) -> bool:
    """Whether the trial of a mark has left processes, now that its first one is reaped.

    True as well if something was left that hides whose it is, which has to be looked at, unless
    it is asked `for_certain`.
    """
    suspects = (mark,) if for_certain else (mark, None)
    return any(marks.worn_by(pid) in suspects for pid in _orphans())


def bury_orphans() -> None:
    """Bury those that have ended; cheap if none has."""
    if not _is_in_charge:
        return
    with suppress(ChildProcessError):
        if os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            _orphans()


def strays() -> list[psutil.Process]:
    """Return what was left by trials that have ended, and hides whose it is.

    That is, what wears no mark, and is older than all trials that run now. A controller that a
    trial has started is none, nor is what works for a run of that one.
    """
    hidden = [pid for pid in _orphans() if marks.worn_by(pid) is None]
    if not hidden or marks.worn_by(os.getpid()) is None:  # without marks, none means nothing
        return []
    import psutil

    found: list[psutil.Process] = []
    for pid in hidden:
        with suppress(psutil.Error):
            orphan = psutil.Process(pid)
            if not any(_began_before(leader, orphan) for leader in list(_leaders)):
                found += _unmarked(orphan)
    return found


def _began_before(leader: int, orphan: psutil.Process) -> bool:
    import psutil

    try:
        return bool(psutil.Process(leader).create_time() <= orphan.create_time())
    except psutil.NoSuchProcess:  # it has just been reaped
        return False


def _unmarked(process: psutil.Process) -> Iterator[psutil.Process]:
    if marks.worn_by(process.pid) is None and _can_be_ended(process.pid):
        yield process
        for child in process.children():
            yield from _unmarked(child)


def _can_be_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:  # it works for another user, such as a program that is allowed to, or is gone
        return False
    return True


def _orphans() -> list[int]:
    """Return the living children that are not this process's own; reap the dead ones."""
    if not _is_in_charge:
        return []
    living: list[int] = []
    for _ in range(_MOST_LOOKS):
        with _lock:
            orphans = [pid for pid in _children() if pid not in _own]
            living = [pid for pid in orphans if not _bury(pid)]
        if len(living) == len(orphans):
            break  # else one that has just ended may have handed over a child of its own
    return living


def _bury(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _children() -> list[int]:
    """Return the children of the main thread, which is the one that is given orphans."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", "rb") as numbers:
            return [int(number) for number in numbers.read().split()]
    except OSError:  # the kernel was built without this file
        import psutil

        return [child.pid for child in psutil.Process().children()]
