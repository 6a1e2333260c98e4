"""Semaphore: at most so many holders at once, whichever processes they are in; in turn.

A folder stands for it. Each holder has a locked file in `running`, and who waits one in `waiting`,
by whose number the turns go. The system frees the files of who is killed, and who comes next
removes them. Nobody has to be woken, and there is no lock that all need: a process that is paused
keeps what it holds, and the others go on, also before it if it waits.

A permit is taken before it is counted, and given back if it was one too many. Two who try at the
same moment may so both give back, never both keep.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from hyperlocal.history.lock import Lock

__all__ = ["Permit", "Semaphore"]

_POLL_S = 0.01
_LOOKS_FOR_DEAD_EVERY_S = 0.1
_ASLEEP_AFTER_S = 2.0
_ENDED_WITHIN_S = 30.0  # a dead controller's watchdog needs a moment, a busy machine more
_LENT = ".lent"


class Permit:
    """One of the places, until it is released or this process and the named one are gone.

    Attributes:
        path: The file that stands for it.
    """

    def __init__(self, lock: Lock) -> None:
        self.path = lock.path
        self._lock = lock

    def name(self, pid: int, started_at: float | None) -> None:
        """Say which process the place is for, should it survive this one for a moment."""
        if self._lock.descriptor is not None and started_at is not None:
            os.write(self._lock.descriptor, f"{pid} {started_at!r}\n".encode())

    def release(self) -> None:
        """Let others have the place."""
        _discard(self._lock)


class Semaphore:
    """What keeps the number of holders at `size` or below.

    Of one process only one thread stands in line at a time: processes take turns, however much
    each has to do. Several may have semaphores of different sizes for the same folder; each
    counts all holders, and keeps to its own size.

    Args:
        folder: What stands for it, in all processes alike.
        size: How many may hold it at once.
        lender: The permit of who waits for what this process does. Its place is lent to one
            holder at a time, who is not counted: else it might wait for what it holds itself.
    """

    def __init__(self, folder: str, size: int, lender: str | None = None) -> None:
        self.folder = folder
        self.size = size
        self._lender = lender
        self._running = os.path.join(folder, "running")
        self._waiting = os.path.join(folder, "waiting")
        self._door = threading.Lock()
        self._looked_at = 0.0
        self._left_alone_since: dict[str, float] = {}

    def demand(self) -> int:
        """Return how many hold it or wait for it, but who waits for what this process does."""
        lender = _place_of(os.path.basename(self._lender or ""))
        places = {_place_of(name) for name in self._alive(self._running)} - {lender}
        return len(places) + len(self._alive(self._waiting))

    def try_acquire(self) -> Permit | None:
        """Return a permit if there is one at once, and nobody waits for it; else None.

        Raises:
            HistoryError: The folder cannot be written, or its file system has no locks.
        """
        if not self._door.acquire(timeout=_POLL_S):
            return None
        try:
            return self._try_at_once()
        finally:
            self._door.release()

    def acquire(
        self, is_pointless: Callable[[], bool], tell: Callable[[], None] = lambda: None
    ) -> Permit | None:
        """Wait for a permit; None if that has become pointless.

        Args:
            is_pointless: Asked all the time.
            tell: Called once if it has to wait.

        Raises:
            HistoryError: The folder cannot be written, or its file system has no locks.
        """
        permit = self.try_acquire()
        if permit is not None:
            return permit
        tell()
        while not self._door.acquire(timeout=_POLL_S):
            if is_pointless():
                return None
        try:
            return self._wait_in_line(is_pointless)
        finally:
            self._door.release()

    def _try_at_once(self) -> Permit | None:
        return self._try_lent() or (None if _names(self._waiting) else self._try())

    def _wait_in_line(self, is_pointless: Callable[[], bool]) -> Permit | None:
        number, ticket = self._draw()
        try:
            while not is_pointless():
                _show_awake(ticket.path)
                permit = self._try_lent() or (self._try() if self._is_first(number) else None)
                if permit is not None:
                    return permit
                time.sleep(_POLL_S)
        finally:
            _discard(ticket)
        return None

    def _draw(self) -> tuple[int, Lock]:
        """Return the number after the last one, and the lock that says that somebody has it."""
        while True:
            number = 1 + max(map(int, _names(self._waiting)), default=0)
            lock = Lock.take(os.path.join(self._waiting, f"{number:012}"))
            if lock is not None:
                return number, lock

    def _is_first(self, number: int) -> bool:
        before = [name for name in _names(self._waiting) if int(name) < number]
        paths = [os.path.join(self._waiting, name) for name in sorted(before, reverse=True)]
        return not any(self._is_taken(path) and _is_awake(path) for path in paths)

    def _try(self) -> Permit | None:
        if self._count() >= self.size and not self._reap_dead():
            return None
        permit = self._enter()
        if self._count() <= self.size:
            return permit
        permit.release()
        return None

    def _try_lent(self) -> Permit | None:
        if self._lender is None or not os.path.exists(self._lender):
            return None
        lock = Lock.take(self._lender + _LENT)
        return None if lock is None else Permit(lock)

    def _enter(self) -> Permit:
        while True:  # another may just look whether a file that is not locked yet is a dead one's
            lock = Lock.take(os.path.join(self._running, os.urandom(8).hex()))
            if lock is not None:
                return Permit(lock)

    def _count(self) -> int:
        # Who has lent its place, and who was lent it, share one.
        return len(set(map(_place_of, _names(self._running))))

    def _reap_dead(self) -> bool:
        """Remove the files of holders that are gone; return whether there is room by that."""
        now = time.monotonic()
        if now - self._looked_at < _LOOKS_FOR_DEAD_EVERY_S:
            return False
        self._looked_at = now
        return len(set(map(_place_of, self._alive(self._running)))) < self.size

    def _alive(self, folder: str) -> list[str]:
        """Return the names of files whose holders live; the others' are removed."""
        return [name for name in _names(folder) if self._is_taken(os.path.join(folder, name))]

    def _is_taken(self, path: str) -> bool:
        """Whether somebody has the place or the number; the file of who is gone is removed."""
        if not os.path.exists(path):
            return False
        lock = Lock.take(path)
        if lock is None:
            return True
        if _outlives_its_starter(lock) and not self._is_abandoned(path):
            lock.release()
            return True
        _discard(lock)
        return False

    def _is_abandoned(self, path: str) -> bool:
        """Whether a dead holder's process was left alone for so long that nobody will end it."""
        now = time.monotonic()
        return now - self._left_alone_since.setdefault(path, now) > _ENDED_WITHIN_S


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []


def _show_awake(path: str) -> None:
    with suppress(OSError):
        os.utime(path)


def _is_awake(path: str) -> bool:
    """Whether who waits still looks whether its turn has come; else others go before it."""
    try:
        return time.time() - os.stat(path).st_mtime < _ASLEEP_AFTER_S
    except OSError:  # it waits no more
        return False


def _place_of(name: str) -> str:
    return name.partition(".")[0]


def _outlives_its_starter(lock: Lock) -> bool:
    """Whether the process still lives that the place was for, although its starter is gone."""
    assert lock.descriptor is not None
    try:
        pid, started_at = os.read(lock.descriptor, 100).decode("ascii").split()
        named, began_at = int(pid), float(started_at)
    except ValueError:  # it is for no other process
        return False
    from hyperlocal.engine.processes import is_same

    return is_same(named, began_at)


def _discard(lock: Lock) -> None:
    lock.release(remove=True)
    if os.name == "nt":  # where no open file can be removed
        with suppress(OSError):
            os.unlink(lock.path)
