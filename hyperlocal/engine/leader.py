"""Leader: the process that a trial's script runs in, however it was started.

It is waited for in two steps. Between them its number is not given to another process, so that a
signal cannot hit a stranger.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from hyperlocal.engine import offspring
from hyperlocal.engine.marks import mark_in
from hyperlocal.history.privacy import open_private

__all__ = ["FreshLauncher", "FreshLeader", "Launcher", "Leader", "has_ended"]


class Leader(Protocol):
    """The first process of a trial, the leader of its session and of its group."""

    pid: int
    is_buried: bool  # whether the system may have given its number to another process

    def wait(self) -> None:
        """Wait until it has ended, and leave it to be reaped."""

    def reap(self) -> int:
        """Let the system forget it; return its exit code, negative for a signal."""

    def has_ended(self) -> bool:
        """Whether it has ended, although nobody may have noticed yet."""


class Launcher(Protocol):
    """What starts the processes of trials."""

    def wait_until_ready(self, is_pointless: Callable[[], bool]) -> None:
        """Wait until a process can be started, or until there is no point in it any more."""

    def launch(
        self,
        run_id: str,
        command: Sequence[str],
        *,
        folder: str,
        output: str,
        environment: Mapping[str, str],
    ) -> Leader:
        """Start a process.

        Args:
            run_id: The run that it works for.
            command: Its argument vector.
            folder: Its working directory.
            output: The file to which its standard streams are added.
            environment: Its variables, complete.

        Raises:
            OSError: The system does not start it.
            ValueError: An argument or a variable cannot be passed to a process.
        """

    def close(self) -> None:
        """Start no more."""


class FreshLeader:
    """A process that was started like any other."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.pid = process.pid
        self.is_buried = False
        self._process = process

    def wait(self) -> None:
        """Wait until it has ended, and leave it to be reaped."""
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)

    def reap(self) -> int:
        """Let the system forget it; return its exit code, negative for a signal."""
        exit_code = self._process.wait()
        self.is_buried = True
        offspring.disown(self.pid)
        return exit_code

    def has_ended(self) -> bool:
        """Whether it has ended, although nobody may have noticed yet."""
        return self.is_buried or has_ended(self.pid)


class FreshLauncher:
    """Starts an interpreter of its own for every trial."""

    def wait_until_ready(self, is_pointless: Callable[[], bool]) -> None:
        """Return at once: it always is."""

    def launch(
        self,
        run_id: str,
        command: Sequence[str],
        *,
        folder: str,
        output: str,
        environment: Mapping[str, str],
    ) -> Leader:
        """Start a process; see `Launcher`."""
        with open(output, "ab", buffering=0, opener=open_private) as stream:
            process = offspring.start(
                command,
                mark_in(environment, run_id),
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        offspring.own(process.pid)
        return FreshLeader(process)

    def close(self) -> None:
        """Do nothing: there is nothing to end."""


def has_ended(child: int) -> bool:
    """Whether a child of this process has ended, reaped or not."""
    if not hasattr(os, "waitid"):
        return False
    options = os.WEXITED | os.WNOHANG | os.WNOWAIT
    try:
        return os.waitid(os.P_PID, child, options) is not None
    except ChildProcessError:
        return True
