"""Watchdog: a small process that ends the trials if their controller dies without a word.

It is forked before the controller starts a thread or imports anything big, and sleeps in a read
on a pipe. The system closes the pipe's other end when the controller dies, whatever killed it.
"""

from __future__ import annotations

import os

__all__ = ["Watchdog"]

_GOODBYE = b"."
_GRACE_S = 1.0
_START_FIELD = 19  # of what `stat` says after the command's name; see proc(5), "starttime"


class Watchdog:
    """The controller's end of the pipe; without effect where processes cannot fork."""

    def __init__(self, pid: int | None = None, pipe: int | None = None) -> None:
        self._pid = pid
        self._pipe = pipe

    @classmethod
    def hire(cls, home: str, run_id: str, life: int, lock_descriptor: int | None) -> Watchdog:
        """Fork the watchdog of a run; call it before any thread exists.

        Args:
            home: The home of the run.
            run_id: The run.
            life: The life of the run that this process controls.
            lock_descriptor: The run's lock, which is the controller's alone.
        """
        if not hasattr(os, "fork"):
            return cls()
        reader, writer = os.pipe()
        pid = os.fork()
        if pid:
            os.close(reader)
            return cls(pid, writer)
        code = 1
        try:
            os.close(writer)
            if lock_descriptor is not None:
                os.close(lock_descriptor)
            _stand_by(reader, home, run_id, life)
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            # The controller's own cleaning up at exit is none of this process's business.
            os._exit(code)

    def look_after(self, pid: int) -> None:
        """Tell it of a trial's process group."""
        self._say(b"+%d\n" % pid)

    def release(self, pid: int) -> None:
        """Tell it that a group has ended."""
        self._say(b"-%d\n" % pid)

    def dismiss(self) -> None:
        """Send it home: the controller ends as it should."""
        if self._pipe is None or self._pid is None:
            return
        self._say(_GOODBYE)
        os.close(self._pipe)
        self._pipe = None
        try:
            os.waitpid(self._pid, 0)
        except ChildProcessError:
            return

    def _say(self, word: bytes) -> None:
        if self._pipe is None:
            return
        try:
            os.write(self._pipe, word)
        except OSError:  # somebody killed it; the sweep can do without
            return


def _stand_by(reader: int, home: str, run_id: str, life: int) -> None:
    import signal

    os.setsid()
    os.chdir("/")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[int, bytes] = {}
    unread = b""
    while heard := os.read(reader, 65536):
        *lines, unread = (unread + heard).split(b"\n")
        for line in lines:
            pid = int(line[1:])
            if line.startswith(b"+"):
                groups[pid] = _start_of(pid)
            else:
                groups.pop(pid, None)
    if unread != _GOODBYE:
        # This process may have been paused for long, and the numbers be others' since.
        same = {pid for pid, start in groups.items() if _start_of(pid) in (start, b"")}
        _stand_in(same, home, run_id, life)


def _start_of(pid: int) -> bytes:
    """Return when a process was started, in ticks since the machine was; b"" if there is none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as facts:
            return facts.read().rpartition(b")")[2].split()[_START_FIELD]
    except OSError:  # it has ended, or the system is not Linux
        return b""


def _stand_in(groups: set[int], home: str, run_id: str, life: int) -> None:
    """Do what the controller can no longer do."""
    from hyperlocal.engine.processes import belonging, end_all
    from hyperlocal.engine.recovery import settle_life
    from hyperlocal.history import History

    # The pipe says that the controller is gone; these are its own groups, whoever has the run now.
    end_all(lambda: belonging(groups, (), home), grace_s=_GRACE_S)
    if os.path.isdir(os.path.join(home, "runs", run_id)):  # else somebody removed it
        settle_life(History.open(home), run_id, life)
