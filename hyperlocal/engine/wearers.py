"""Wearers: the processes that wear the marks of some runs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Collection
from contextlib import suppress
from functools import cached_property

from hyperlocal.engine.marks import LIFE_BITS, MOST_LIVES, are_possible, mark_of, worn_by

__all__ = ["Wearers", "is_zombie"]

_LOOKS = 5
_DIES_WITHIN_S = 0.001


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
        self._home = home
        self._run_ids = run_ids
        self._up_to_life = MOST_LIVES if up_to_life is None else up_to_life

    @cached_property
    def _runs(self) -> dict[int, str]:
        # Not before a process is met that wears a mark: there may be a hundred thousand runs.
        return {mark_of(self._home, run_id) >> LIFE_BITS: run_id for run_id in self._run_ids}

    def run_of(self, pid: int) -> str | None:
        """Return for which of the runs a process works, as its mark says."""
        mark = worn_by(pid)
        if mark is None or mark & MOST_LIVES > self._up_to_life:
            return None
        return self._runs.get(mark >> LIFE_BITS)

    def kill(self, within_s: float) -> None:
        """Kill them, again and again until there is none.

        Each is killed the moment it is seen: what forks and ends all the time is gone again
        before a list of all processes is complete. For the same reason one look is not enough.
        """
        until = time.monotonic() + within_s
        n_left = _LOOKS
        while n_left and time.monotonic() < until:
            n_left = _LOOKS if self._kill_seen() else n_left - 1

    def _kill_seen(self) -> bool:
        """Kill what there is; return whether there was anything."""
        has_seen = False
        names = os.listdir("/proc") if are_possible() else []
        for pid in map(int, filter(str.isdecimal, reversed(names))):  # the newest first
            if self.run_of(pid) is not None and pid != os.getpid() and not is_zombie(pid):
                has_seen = True
                with suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        if has_seen:
            time.sleep(_DIES_WITHIN_S)
        return has_seen


def is_zombie(pid: int) -> bool:
    """Whether a process has ended, although it may not be reaped yet; on Linux."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as facts:
            return facts.read().rpartition(b")")[2].split()[0] == b"Z"
    except OSError:
        return True
