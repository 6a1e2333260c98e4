"""Processes: which belong to a trial, and how they are all ended.

A trial is started as the leader of its own process group. What it starts is found by descent, by
group, and by the run id in its environment, which also daemons keep that left both.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from hyperlocal.engine.invocation import HOME_VARIABLE, RUN_VARIABLE

if TYPE_CHECKING:
    import psutil

__all__ = [
    "GRACE_S",
    "belonging",
    "end_all",
    "group_exists",
    "is_controller",
    "is_trial",
    "started_at",
]

GRACE_S = 2.0
"""How long a process may take to obey a polite signal before it is killed."""

_KILLED_WITHIN_S = 2.0  # the system needs a moment; a process in a broken device never goes
_FIRST_LOOK_S, _LATER_LOOKS_S = 0.002, 0.02
_ROUNDS = 5
_SAME_START_S = 1.0  # start times are recomputed from the boot time, which may shift a little


def started_at(pid: int) -> float | None:
    """Return when a process started, as the system tells it; None if there is none."""
    import psutil

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def belonging(
    leaders: Collection[int], run_ids: Collection[str], home: str
) -> list[psutil.Process]:
    """Return the living processes of trials, leaders and those above others first.

    Args:
        leaders: The process ids with which the trials were started.
        run_ids: The trials' runs.
        home: The home of these runs.
    """
    import psutil

    found: dict[int, psutil.Process] = {}
    for pid in leaders:
        with suppress(psutil.Error):
            leader = psutil.Process(pid)
            if _is_alive(leader):
                found.update((p.pid, p) for p in (leader, *leader.children(recursive=True)))
    # Not psutil's own iterator: its cache is shared by all threads and may hold a number's
    # former owner.
    for pid in psutil.pids():
        if pid not in found:
            with suppress(psutil.Error):
                process = psutil.Process(pid)
                if _group_of(pid) in leaders or _runs_for(process, run_ids, home):
                    found[pid] = process
    found.pop(os.getpid(), None)
    return [process for process in found.values() if _is_alive(process)]


def is_trial(pid: int, started: float | None, run_id: str, home: str) -> bool:
    """Whether `pid` is still the process that a trial recorded, and not a later one."""
    import psutil

    try:
        process = psutil.Process(pid)
        if _runs_for(process, (run_id,), home):
            return True
        return started is not None and abs(process.create_time() - started) < _SAME_START_S
    except psutil.Error:
        return False


def is_controller(pid: int, started: float | None, run_id: str) -> bool:
    """Whether `pid` is still the controller of a run, alive."""
    import psutil

    try:
        process = psutil.Process(pid)
        if not _is_alive(process):
            return False
        if started is not None and abs(process.create_time() - started) < _SAME_START_S:
            return True
        # The clock may have been set since; the command line cannot be mistaken.
        return run_id in process.cmdline()
    except psutil.Error:
        return False


def group_exists(pid: int) -> bool:
    """Whether the process group `pid` has members, if only some that wait to be buried."""
    if not hasattr(os, "killpg"):
        return False
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of members that have ended
        return True
    return True


def end_all(find: Callable[[], Sequence[psutil.Process]], grace_s: float = GRACE_S) -> None:
    """End the processes that `find` finds, until it finds none: first politely, then not.

    Several rounds, because a tree may grow while it is felled.
    """
    for _ in range(_ROUNDS):
        processes = find()
        if not processes:
            return
        remaining = _signal_and_wait(processes, "terminate", grace_s)
        _signal_and_wait(remaining, "kill", _KILLED_WITHIN_S)
        grace_s = 0.0


def _signal_and_wait(
    processes: Sequence[psutil.Process], how: str, within_s: float
) -> list[psutil.Process]:
    """Signal each and return those that are alive after `within_s`."""
    import psutil

    for process in processes:
        try:
            getattr(process, how)()
        except psutil.Error:
            continue
    deadline, pause = time.monotonic() + within_s, _FIRST_LOOK_S
    remaining = [process for process in processes if _is_alive(process)]
    # psutil's own wait would bury the leader and take its exit code from the slot.
    while remaining and time.monotonic() < deadline:
        time.sleep(pause)
        pause = min(2 * pause, _LATER_LOOKS_S)
        remaining = [process for process in remaining if _is_alive(process)]
    return remaining


def _is_alive(process: psutil.Process) -> bool:
    import psutil

    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _group_of(pid: int) -> int | None:
    if not hasattr(os, "getpgid"):
        return None
    try:
        return os.getpgid(pid)
    except OSError:
        return None


def _runs_for(process: psutil.Process, run_ids: Collection[str], home: str) -> bool:
    import psutil

    try:
        environment = process.environ()
    except (psutil.Error, OSError):  # someone else's process, or gone
        return False
    if environment.get(RUN_VARIABLE) not in run_ids:
        return False
    its_home: str = environment.get(HOME_VARIABLE, "")
    return os.path.realpath(its_home) == os.path.realpath(home)
