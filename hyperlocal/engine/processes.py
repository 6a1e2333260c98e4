"""Processes: which belong to a trial, and how they are all ended.

A trial is started as the leader of its own process group. What it starts is found by descent, by
group, by its mark, and by the run id in its environment. Marks are kept whatever a daemon does to
leave the others; the environment stands in where the system has no marks.
"""

from __future__ import annotations

import functools
import os
import signal
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from hyperlocal.engine.invocation import HOME_VARIABLE, LIFE_VARIABLE, RUN_VARIABLE
from hyperlocal.engine.marks import CONTROLLER, worn_by
from hyperlocal.engine.wearers import Wearers

if TYPE_CHECKING:
    import psutil

__all__ = [
    "GRACE_S",
    "ask_to_end",
    "belonging",
    "end_all",
    "group_exists",
    "here",
    "is_controller",
    "is_same",
    "is_trial",
    "started_at",
    "working_for",
]

GRACE_S = 0.9
"""How long a process may take to obey polite signals before it is killed."""

_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # which on Windows is the same
_TERMINATED_AFTER = 5 / 9  # of that time, in which it has been interrupted

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


def is_same(pid: int, started: float) -> bool:
    """Whether `pid` is still the process that began at `started`, alive.

    One that only waits to be reaped is not: where process number one reaps nobody, it waits for
    ever.
    """
    import psutil

    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - started) < _SAME_START_S and _is_alive(process)
    except psutil.Error:
        return False


@functools.cache
def here() -> str:
    """Return where process ids mean what they mean here: this machine, since its start.

    A container that shares the home with others is a place of its own: it has other processes.
    """
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return f"{file.read().strip()} {os.readlink('/proc/self/ns/pid')}"
    except OSError:  # not Linux: there are no containers that share process ids in part
        import platform

        return platform.node()


def belonging(
    leaders: Collection[int], run_ids: Collection[str], home: str, *, up_to_life: int | None = None
) -> list[psutil.Process]:
    """Return the living processes of trials, leaders and those above others first.

    Args:
        leaders: The process ids with which the trials were started.
        run_ids: The trials' runs.
        home: The home of these runs.
        up_to_life: Leave out what works for a later life of the run that is controlled; None to
            take all.
    """
    import psutil

    found: dict[int, psutil.Process] = {}
    for pid in leaders:
        with suppress(psutil.Error):
            leader = psutil.Process(pid)
            if _is_alive(leader):
                found.update((p.pid, p) for p in (leader, *leader.children(recursive=True)))
    wearers = Wearers(home, run_ids, up_to_life=up_to_life)
    marks = {worn_by(pid) for pid in leaders} - {None, CONTROLLER}
    # Not psutil's own iterator: its cache is shared by all threads and may hold a number's
    # former owner.
    for pid in psutil.pids():
        if pid not in found:
            with suppress(psutil.Error):
                process = psutil.Process(pid)
                if (
                    _group_of(pid) in leaders
                    or worn_by(pid) in marks
                    or _run_of(process, home, wearers, up_to_life) in run_ids
                ):
                    found[pid] = process
    found.pop(os.getpid(), None)
    return [process for process in found.values() if _is_alive(process)]


def working_for(home: str, run_ids: Collection[str]) -> dict[str, list[psutil.Process]]:
    """Return the living processes that work for runs of a home, by run."""
    import psutil

    found: dict[str, list[psutil.Process]] = {}
    wearers = Wearers(home, run_ids)
    for pid in psutil.pids():
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            run_id = _run_of(process, home, wearers)
            if (
                run_id is not None
                and run_id in run_ids
                and pid != os.getpid()
                and _is_alive(process)
            ):
                found.setdefault(run_id, []).append(process)
    return found


def is_trial(
    pid: int, started: float | None, run_id: str, home: str, place: str | None = None
) -> bool:
    """Whether `pid` is still the process that a trial recorded, and not a later one."""
    import psutil

    try:
        process = psutil.Process(pid)
        if _run_of(process, home, Wearers(home, (run_id,))) == run_id:
            return True
        if place != here() or started is None:
            return False
        return bool(abs(process.create_time() - started) < _SAME_START_S)
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
    """Whether the process group `pid` has members, if only some that wait to be reaped."""
    if not hasattr(os, "killpg"):
        return False
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of members that have ended
        return True
    return True


def ask_to_end(pid: int) -> None:
    """Send a process its first signal: interrupt, or terminate if it has a handler for that."""
    with suppress(OSError):
        os.kill(pid, _first_signal(pid))


def end_all(
    find: Callable[[], Sequence[psutil.Process]],
    grace_s: float = GRACE_S,
    asked: Collection[int] = (),
    wearers: Wearers | None = None,
) -> None:
    """End the processes that `find` finds, until it finds none: first politely, then not.

    They are looked for at every step, because a tree may grow while it is felled.

    Args:
        find: Returns them.
        grace_s: How long they may take; 0 to kill them at once.
        asked: The ids of processes that `ask_to_end` has asked already.
        wearers: The same by their marks, to be killed at last: they may be too quick to be found.
    """
    if grace_s:
        _ask_twice(find, grace_s, asked)
    for _ in range(_ROUNDS):
        processes = find()
        if not processes:
            break
        for process in processes:
            _send(process, _KILL)
        _wait(processes, time.monotonic() + _KILLED_WITHIN_S)
    if wearers is not None:
        wearers.kill(_KILLED_WITHIN_S)


def _ask_twice(
    find: Callable[[], Sequence[psutil.Process]], grace_s: float, asked: Collection[int]
) -> None:
    """Ask the processes that `find` finds to end, and ask again what does not."""
    began_at = time.monotonic()
    for choose, until in (
        (_first_signal, grace_s * _TERMINATED_AFTER),
        (_second_signal, grace_s),
    ):
        processes = find()
        if not processes:
            return
        for process in processes:
            if process.pid not in asked:
                _send(process, choose(process.pid))
        asked = ()
        _wait(processes, began_at + until)


def _first_signal(pid: int) -> int:
    # A script that handles it does so to save its work, in the cloud as here.
    return signal.SIGTERM if os.name == "nt" or _catches_terminate(pid) else signal.SIGINT


def _second_signal(pid: int) -> int | None:
    return None if _catches_terminate(pid) else signal.SIGTERM


def _catches_terminate(pid: int) -> bool:
    """Whether a process has a handler for SIGTERM, as far as the system tells."""
    try:
        with open(f"/proc/{pid}/status", "rb") as status:
            caught = next(line for line in status if line.startswith(b"SigCgt:"))
    except (OSError, StopIteration):  # it is gone, or the system is not Linux
        return False
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def _send(process: psutil.Process, number: int | None) -> None:
    import psutil

    if number is not None:
        with suppress(psutil.Error, ValueError):  # it is gone; or Windows knows no such signal
            process.send_signal(number)


def _wait(processes: Sequence[psutil.Process], until: float) -> None:
    """Wait for the end of processes, but not beyond a time of the monotonic clock."""
    pause = _FIRST_LOOK_S
    # psutil's own wait would reap the leader and take its exit code from the slot.
    while any(map(_is_alive, processes)) and (left := until - time.monotonic()) > 0:
        time.sleep(min(pause, left))
        pause = min(2 * pause, _LATER_LOOKS_S)


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


def _run_of(
    process: psutil.Process, home: str, wearers: Wearers, up_to_life: int | None = None
) -> str | None:
    """Return the run of a home that a process works for, as its mark or its environment says.

    None, too, if it works for a later life than `up_to_life`.
    """
    import psutil

    if worn_by(process.pid) is not None:
        return wearers.run_of(process.pid)
    try:
        environment = process.environ()
    except (psutil.Error, OSError):  # someone else's process, or gone
        return None
    run_id: str | None = environment.get(RUN_VARIABLE)
    if run_id is None:
        return None
    life = environment.get(LIFE_VARIABLE, "").partition(":")[0]
    if up_to_life is not None and life.isdecimal() and int(life) > up_to_life:
        return None
    its_home: str = environment.get(HOME_VARIABLE, "")
    return run_id if os.path.realpath(its_home) == os.path.realpath(home) else None
