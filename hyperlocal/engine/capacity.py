"""Capacity: what a script's process needs before it may start, and shares with all others.

A slot of the machine, of which all sweeps, single scripts and steps of one user share the same
number, whatever their homes; and room in the pool that its launch names, of which those of a home
do. What has no process of its own, such as a workflow or the controller of a sweep, needs neither,
so that nobody who waits for a script holds what that script waits for. The one who may is a script
that starts a sweep itself: its trials may use what it holds, one at a time.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress

from hyperlocal.domain.launch import Launch
from hyperlocal.engine.limits import machine_slots
from hyperlocal.engine.semaphore import Permit, Semaphore

__all__ = ["FOLDER_VARIABLE", "PERMITS_VARIABLE", "Capacity", "Permits", "machine_folder"]

FOLDER_VARIABLE = "HYPERLOCAL_MACHINE_FOLDER"
"""For tests: the folder that stands for the machine; those with another one share nothing."""

PERMITS_VARIABLE = "HYPERLOCAL_PERMITS"
"""Of a trial: the permits that it, or a script that waits for it, holds."""

_RUNTIME_FOLDERS = "/run/user"


class Permits:
    """What one trial holds while it runs."""

    def __init__(self, permits: Iterable[Permit]) -> None:
        self._permits = list(permits)

    @property
    def variable(self) -> str:
        """What tells those that the trial starts what it holds: it is lent to them."""
        own = [permit.path for permit in self._permits]
        kept = [path for path in _lenders() if _folder_of(path) not in map(_folder_of, own)]
        return os.pathsep.join([*own, *kept])

    def name(self, pid: int, started_at: float | None) -> None:
        """Say which process they are for, should it survive this one for a moment."""
        for permit in self._permits:
            permit.name(pid, started_at)

    def release(self) -> None:
        """Let others have them."""
        while self._permits:
            self._permits.pop().release()


class Capacity:
    """What the trials of one run share with those of all others.

    Args:
        home: The home of the run.
        launch: How its trials are started.
    """

    def __init__(self, home: str, launch: Launch) -> None:
        lenders = {_folder_of(path): path for path in _lenders()}
        self._limits: list[tuple[Semaphore, str]] = []
        # All take them in this order, so that nobody who has a slot waits for a pool.
        if launch.pool is not None:
            name, size = launch.pool.name, launch.pool.size
            folder = os.path.join(home, "locks", "pools", name)
            semaphore = Semaphore(folder, size, lenders.get(folder))
            self._limits.append((semaphore, f"all {size} places of {name!r} are taken"))
        folder, size = machine_folder(home), machine_slots()
        semaphore = Semaphore(folder, size, lenders.get(folder))
        self._limits.append((semaphore, f"all {size} slots of this machine are taken"))

    def sharers(self, at_once: int) -> int:
        """Return among how many scripts the machine's cores are best shared.

        A library reads its share once, when it is imported: what is submitted later cannot make
        it smaller.

        Args:
            at_once: How many scripts of the run itself may run at once.
        """
        slots = self._limits[-1][0]
        return min(slots.size, at_once + slots.demand())

    def try_take(self) -> Permits | None:
        """Return what a trial needs, if it is to be had at once; else None.

        Raises:
            HistoryError: A folder cannot be written, or its file system has no locks.
        """
        return self._take(lambda semaphore, why: semaphore.try_acquire())

    def take(
        self, is_pointless: Callable[[], bool], tell: Callable[[str], None]
    ) -> Permits | None:
        """Wait for what a trial needs; None if that has become pointless.

        Args:
            is_pointless: Asked all the time.
            tell: Told, if it has to wait, why.

        Raises:
            HistoryError: A folder cannot be written, or its file system has no locks.
        """
        return self._take(
            lambda semaphore, why: semaphore.acquire(is_pointless, lambda: tell(why))
        )

    def _take(self, acquire: Callable[[Semaphore, str], Permit | None]) -> Permits | None:
        taken: list[Permit] = []
        for semaphore, why in self._limits:
            permit = acquire(semaphore, why)
            if permit is None:
                Permits(taken).release()
                return None
            taken.append(permit)
        return Permits(taken)


def machine_folder(home: str) -> str:
    """Return the folder that stands for this machine and user: all homes find the same.

    Where there is none that nobody else can write, each home has one of its own.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return os.path.abspath(named)
    if not hasattr(os, "getuid"):
        return os.path.join(tempfile.gettempdir(), "hyperlocal", "machine")
    user = os.getuid()
    # What the system gives each user comes first: it is the same with and without a login.
    for base in (f"{_RUNTIME_FOLDERS}/{user}", os.environ.get("XDG_RUNTIME_DIR")):
        if base and os.path.isabs(base) and _is_private(base) and os.access(base, os.W_OK):
            return os.path.join(base, "hyperlocal")
    folder = os.path.join(tempfile.gettempdir(), f"hyperlocal-{user}")
    with suppress(OSError):
        os.mkdir(folder, 0o700)
    return folder if _is_private(folder) else os.path.join(home, "locks", "machine")


def _is_private(folder: str) -> bool:
    """Whether it is a folder, no link, of this user, that no other user can write."""
    try:
        facts = os.lstat(folder)
    except OSError:
        return False
    others = stat.S_IRWXG | stat.S_IRWXO
    return (
        stat.S_ISDIR(facts.st_mode)
        and facts.st_uid == os.getuid()
        and not (facts.st_mode & others)
    )


def _lenders() -> list[str]:
    return [path for path in os.environ.get(PERMITS_VARIABLE, "").split(os.pathsep) if path]


def _folder_of(permit: str) -> str:
    return os.path.dirname(os.path.dirname(permit))
