"""Marks: what says whose a process is, whatever it does to hide it.

On Linux a mark is the soft limit of a resource that nobody uses up: the time that a process
computes under real-time scheduling. No mark is less than 200,000 years, so nothing is limited.
Limits pass to whatever a process starts: through forks, other programs, sessions of their own and
cleared environments. A mark follows from home, run and life, so that everybody knows which to look
for, also when those who gave it are dead.
"""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache

from hyperlocal.engine.invocation import HOME_VARIABLE, LIFE_VARIABLE

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]

__all__ = ["CONTROLLER", "Wearers", "is_zombie", "mark_in", "mark_of", "put_on", "worn", "worn_by"]

_LIFE_BITS, _HASH_BITS = 12, 40
_PREFIX = 0x5A5  # of all marks, by which they are told from limits that somebody has set
_MOST_LIVES = (1 << _LIFE_BITS) - 1

CONTROLLER = _PREFIX << _HASH_BITS + _LIFE_BITS
"""The mark of a controller and its guardian: they outlive a trial that has started them."""

_IS_POSSIBLE = hasattr(resource, "RLIMIT_RTTIME") and hasattr(resource, "prlimit")
_SELF = 0
_LOOKS_AGAIN_S = 0.001

_lock = threading.Lock()


def mark_of(home: str, run_id: str, life: int = 0) -> int:
    """Return the mark of the processes that work for a run of a home, in one of its lives."""
    name = f"{_real(home)}\0{run_id}".encode("utf-8", "surrogateescape")
    digest = hashlib.blake2b(name, digest_size=_HASH_BITS // 8).digest()
    whose = int.from_bytes(digest, "big") or 1
    return CONTROLLER | whose << _LIFE_BITS | min(life, _MOST_LIVES)


def mark_in(environment: Mapping[str, str], run_id: str) -> int:
    """Return the mark of what works for a run, by the home and the life in its environment."""
    life = environment.get(LIFE_VARIABLE, "").partition(":")[0]
    home = environment.get(HOME_VARIABLE, "")
    return mark_of(home, run_id, int(life) if life.isdecimal() else 0)


def worn_by(pid: int) -> int | None:
    """Return the mark of a process; None if it has none, or the system does not tell."""
    limits = _limits_of(pid)
    return limits[0] if limits is not None and _is_mark(limits[0]) else None


def put_on(pid: int, mark: int) -> None:
    """Mark a process, 0 for this one; without effect where the system has no marks."""
    limits = _limits_of(pid)
    if limits is not None and (limits[0] == resource.RLIM_INFINITY or _is_mark(limits[0])):
        with suppress(OSError, ValueError):  # it has ended
            resource.prlimit(pid, resource.RLIMIT_RTTIME, (mark, limits[1]))


@contextmanager
def worn(mark: int) -> Iterator[None]:
    """Have what this process starts meanwhile wear a mark from its first moment on."""
    with _lock:
        before = _limits_of(_SELF)
        put_on(_SELF, mark)
        try:
            yield
        finally:
            if before is not None:
                with suppress(OSError, ValueError):
                    resource.prlimit(_SELF, resource.RLIMIT_RTTIME, before)


class Wearers:
    """The processes that wear the marks of some runs.

    Args:
        home: The home of these runs.
        run_ids: The runs.
        up_to_life: Leave out what works for a later life; None to take all.
    """

    def __init__(
        self, home: str, run_ids: Collection[str], *, up_to_life: int | None = None
    ) -> None:
        self._runs = {mark_of(home, run_id) >> _LIFE_BITS: run_id for run_id in run_ids}
        self._up_to_life = _MOST_LIVES if up_to_life is None else up_to_life

    def run_of(self, pid: int) -> str | None:
        """Return for which of the runs a process works, as its mark says."""
        mark = worn_by(pid)
        if mark is None or mark & _MOST_LIVES > self._up_to_life:
            return None
        return self._runs.get(mark >> _LIFE_BITS)

    def kill(self, within_s: float) -> None:
        """Kill them, again and again until there is none.

        Each is killed the moment it is seen: what forks and ends all the time is gone again
        before a list of all processes is complete.
        """
        until = time.monotonic() + within_s
        while self._kill_seen() and time.monotonic() < until:
            time.sleep(_LOOKS_AGAIN_S)

    def _kill_seen(self) -> bool:
        """Kill what there is; return whether there was anything."""
        has_seen = False
        for pid in map(int, filter(str.isdecimal, os.listdir("/proc") if _IS_POSSIBLE else ())):
            if self.run_of(pid) is not None and pid != os.getpid() and not is_zombie(pid):
                has_seen = True
                with suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        return has_seen


def is_zombie(pid: int) -> bool:
    """Whether a process has ended, although it may not be buried yet; on Linux."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as facts:
            return facts.read().rpartition(b")")[2].split()[0] == b"Z"
    except OSError:
        return True


def _limits_of(pid: int) -> tuple[int, int] | None:
    if not _IS_POSSIBLE:
        return None
    try:
        return resource.prlimit(pid, resource.RLIMIT_RTTIME)
    except (OSError, ValueError):  # somebody else's, or gone
        return None


def _is_mark(limit: int) -> bool:
    return limit >> _HASH_BITS + _LIFE_BITS == _PREFIX


@lru_cache(maxsize=16)
def _real(home: str) -> str:
    return os.path.realpath(home)
