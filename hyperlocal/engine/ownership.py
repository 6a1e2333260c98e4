"""Ownership: who controls a run, and how another may take over.

A run is controlled by who holds its lock, for as long as that process lives, and nobody else; no
process number is asked. Whoever takes a run over, to settle it or to let it go on, takes its lock
first, then begins a new life of it (`History.lives`), from which on the database refuses what is
written for older lives, and only then ends what is left of those. A lock is passed from who
submits or resumes a run to its controller without a moment in which it is free.
"""

from __future__ import annotations

import atexit
import os
import time
import uuid
from typing import TYPE_CHECKING

from hyperlocal.engine.processes import is_controller
from hyperlocal.engine.runners import runner_of
from hyperlocal.errors import HistoryError, RunStateError
from hyperlocal.history.lock import HANDS_OVER, Lock, is_held, lock_path
from hyperlocal.history.runs import FIRST_LIFE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hyperlocal.history import History, RunRecord

__all__ = [
    "Claim",
    "claim",
    "claim_alone",
    "claim_when_free",
    "goes_on",
    "has_opener",
    "is_owned",
    "own",
    "owned",
    "start",
    "try_claim",
]

_MAY_START_WITHIN_S = 30.0
_LOOKS_EVERY_S = 0.005


class Claim:
    """The right to control a run, which this process holds until it has passed it on.

    Used as a context, it is given up at the end unless it has been passed on.
    """

    def __init__(self, home: str, run_id: str, lock: Lock | None) -> None:
        self.home = home
        self.run_id = run_id
        self._lock = lock

    def start(self, variables: Mapping[str, str] | None = None, *, life: int = FIRST_LIFE) -> int:
        """Start the controller of the run, which from now on holds the claim.

        Args:
            variables: What its environment has beside this process's.
            life: The life of the run that it controls.

        Returns:
            The id of its process.
        """
        from hyperlocal.engine import detached

        if self._lock is None:
            return start(self.home, self.run_id, variables)
        if not HANDS_OVER:
            self.give_up()  # it takes the lock itself, within the time that `is_owned` gives it
        descriptor = self._lock.descriptor
        pid = detached.start(
            self.home, self.run_id, variables, life=life, lock_descriptor=descriptor
        )
        self._lock.hand_over()
        return pid

    def give_up(self) -> None:
        """Let others have the run."""
        if self._lock is not None:
            self._lock.release(remove=True)

    def __enter__(self) -> Claim:
        return self

    def __exit__(self, *exception: object) -> None:
        self.give_up()


def try_claim(home: Path | str, run_id: str) -> Claim | None:
    """Take the right to control a run; None if somebody has it.

    Raises:
        HistoryError: The home cannot be written, or its file system has no locks.
    """
    home = os.path.abspath(home)
    lock = Lock.take(lock_path(home, run_id))
    return None if lock is None else Claim(home, run_id, lock)


def claim(home: Path | str, run_id: str) -> Claim:
    """Take the right to control a run that is about to be recorded.

    Raises:
        RunStateError: Somebody else controls a run of this id.
        HistoryError: The home cannot be written, or its file system has no locks.
    """
    if runner_of(home) is not None:  # of a test, whose runs are nobody else's
        return Claim(os.path.abspath(home), run_id, None)
    return claim_alone(home, run_id)


def start(home: Path | str, run_id: str, variables: Mapping[str, str] | None = None) -> int:
    """Start a recorded run and return the id of the process that controls it.

    Args:
        home: The home of the run.
        run_id: The run.
        variables: What the environment of a controller has beside this process's.
    """
    runner = runner_of(home)
    if runner is not None:
        return runner.start(run_id)
    with claim(home, run_id) as claimed:
        return claimed.start(variables)


def claim_alone(home: Path | str, run_id: str) -> Claim:
    """Take the right to control a run by a process of its own, also in a test; see `claim`."""
    claimed = try_claim(home, run_id)
    if claimed is None:
        raise RunStateError(
            f"A run {run_id!r} is being submitted or goes on already. Give another id."
        )
    return claimed


def claim_when_free(history: History, seen: RunRecord, within_s: float) -> Claim | None:
    """Take the right to control a run as soon as nobody has it.

    Who looks at a run that has just ended may hold it for a moment, and who brings one to its
    end for some seconds.

    Args:
        history: What the run is part of.
        seen: The run as it was when this process decided to take it.
        within_s: How long to wait, in seconds.

    Returns:
        The claim; None if somebody else has begun a new life of the run, or keeps it.
    """
    until = time.monotonic() + within_s
    while True:
        claimed = try_claim(history.home, seen.run_id)
        if history.runs.get(seen.run_id).life != seen.life:
            if claimed is not None:
                claimed.give_up()
            return None
        if claimed is not None or time.monotonic() > until:
            return claimed
        time.sleep(_LOOKS_EVERY_S)


def owned(home: str, run_id: str, descriptor: int | None) -> Lock:
    """Return the lock of the run that this process controls.

    Args:
        home: The home of the run.
        run_id: The run.
        descriptor: The open file with the lock, if this process has inherited it.

    Raises:
        RunStateError: It has not, and somebody else holds it.
    """
    path = lock_path(home, run_id)
    if descriptor is not None:
        return Lock(path, descriptor)
    lock = Lock.take(path)
    if lock is None:
        raise RunStateError(f"Run {run_id} has another controller.")
    return lock


def is_owned(history: History, record: RunRecord) -> bool:
    """Whether somebody controls a run that has a plan and has not ended."""
    path = lock_path(os.fspath(history.home), record.run_id)
    if is_held(path):
        return True
    if not record.life and record.pid is not None:
        # It was submitted by a hyperlocal that knew no locks, and may still go on.
        return is_controller(record.pid, record.pid_started, record.run_id)
    return not HANDS_OVER and time.time() - record.created_at < _MAY_START_WITHIN_S


def goes_on(history: History, record: RunRecord, asked_id: str | None = None) -> bool:
    """Whether somebody controls a run that has a plan and has not ended.

    Args:
        history: What the run is part of.
        record: The run.
        asked_id: The run below it that somebody looked at, if it is not this one.
    """
    from hyperlocal.engine import detached

    detached.reap(history.home, record.run_id)
    runner = runner_of(history.home)
    told = None if runner is None else runner.is_alive(record.run_id, asked_id or record.run_id)
    return is_owned(history, record) if told is None else told


_own: dict[tuple[int, str], str] = {}


def own(home: Path | str) -> str:
    """Return the name of the lock that this process holds as long as it lives.

    It is recorded with runs that a script opens by itself: when nobody holds it any more, nobody
    can complete them.
    """
    key = (os.getpid(), os.path.abspath(home))
    if key not in _own:
        name = f"process-{uuid.uuid4()}"
        lock = Lock.take(lock_path(key[1], name))
        if lock is None:
            raise HistoryError(f"{lock_path(key[1], name)} is locked by another program.")
        _own[key] = name
        atexit.register(_disown, key[0], lock)
    return _own[key]


def _disown(pid: int, lock: Lock) -> None:
    if os.getpid() == pid:
        lock.release(remove=True)


def has_opener(history: History, record: RunRecord) -> bool:
    """Whether the process still lives that opened a run by itself, as far as one can know."""
    if record.owner is None:
        return True
    return is_held(lock_path(os.fspath(history.home), record.owner))
