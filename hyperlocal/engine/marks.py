"""Marks: what says whose a process is, whatever it does to hide it.

On Linux a mark is the soft limit of a resource that nobody uses up: the time that a process
computes under real-time scheduling. No mark is less than 200,000 years, so nothing is limited.
Limits pass to whatever a process starts: through forks, other programs, sessions of their own and
cleared environments. A mark follows from home, run and life, so that everybody knows which to look
for, also when those who gave it are dead.
"""

from __future__ import annotations

import os

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]

TYPE_CHECKING = False  # importing more than this would delay the watchdog's fork
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CONTROLLER",
    "LIFE_BITS",
    "MOST_LIVES",
    "are_possible",
    "limits_of",
    "mark_in",
    "mark_of",
    "put_back",
    "put_on",
    "worn_by",
]

LIFE_BITS, _HASH_BITS = 12, 40
MOST_LIVES = (1 << LIFE_BITS) - 1
_PREFIX = 0x5A5  # of all marks, by which they are told from limits that somebody has set

CONTROLLER = _PREFIX << _HASH_BITS + LIFE_BITS
"""The mark of a controller and its watchdog: they outlive a trial that has started them."""

_IS_POSSIBLE = hasattr(resource, "RLIMIT_RTTIME") and hasattr(resource, "prlimit")

_real: dict[str, str] = {}


def are_possible() -> bool:
    """Whether the system has marks."""
    return _IS_POSSIBLE


def mark_of(home: str, run_id: str, life: int = 0) -> int:
    """Return the mark of the processes that work for a run of a home, in one of its lives."""
    import hashlib

    real = _real.get(home) or _real.setdefault(home, os.path.realpath(home))
    name = f"{real}\0{run_id}".encode("utf-8", "surrogateescape")
    digest = hashlib.blake2b(name, digest_size=_HASH_BITS // 8).digest()
    whose = int.from_bytes(digest, "big") or 1
    return CONTROLLER | whose << LIFE_BITS | min(life, MOST_LIVES)


def mark_in(environment: Mapping[str, str], run_id: str) -> int:
    """Return the mark of what works for a run, by the home and the life in its environment."""
    from hyperlocal.engine.invocation import HOME_VARIABLE, LIFE_VARIABLE

    life = environment.get(LIFE_VARIABLE, "").partition(":")[0]
    home = environment.get(HOME_VARIABLE, "")
    return mark_of(home, run_id, int(life) if life.isdecimal() else 0)


def worn_by(pid: int) -> int | None:
    """Return the mark of a process; None if it has none, or the system does not tell."""
    limits = limits_of(pid)
    return limits[0] if limits is not None and _is_mark(limits[0]) else None


def put_on(pid: int, mark: int) -> None:
    """Mark a process, 0 for this one; without effect where the system has no marks.

    A limit that somebody else has set is left as it is.
    """
    limits = limits_of(pid)
    if limits is not None and (limits[0] == resource.RLIM_INFINITY or _is_mark(limits[0])):
        put_back(pid, (mark, limits[1]))


def put_back(pid: int, limits: tuple[int, int]) -> None:
    """Give a process the limits that `limits_of` has returned."""
    try:
        resource.prlimit(pid, resource.RLIMIT_RTTIME, limits)
    except (OSError, ValueError):  # it has ended
        return


def limits_of(pid: int) -> tuple[int, int] | None:
    """Return the limits, soft and hard, of which the soft one may be a mark."""
    if not _IS_POSSIBLE:
        return None
    try:
        return resource.prlimit(pid, resource.RLIMIT_RTTIME)
    except (OSError, ValueError):  # somebody else's, or gone
        return None


def _is_mark(limit: int) -> bool:
    return limit >> _HASH_BITS + LIFE_BITS == _PREFIX
