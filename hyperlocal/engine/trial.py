"""Trial: one process of the user's script, from its working copy to its last descendant."""

from __future__ import annotations

import errno
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from hyperlocal._legacy import start_folder
from hyperlocal.domain.launch import StagedInput
from hyperlocal.domain.status import Cause
from hyperlocal.engine import offspring, processes
from hyperlocal.engine.files import copy_tree, remove_tree
from hyperlocal.engine.input_staging import place
from hyperlocal.engine.invocation import HOME_VARIABLE
from hyperlocal.engine.leader import FreshLauncher, Launcher, Leader
from hyperlocal.engine.marks import mark_in
from hyperlocal.engine.outcome import Outcome, after_exit, after_stop, not_started
from hyperlocal.engine.tidying import collect, told
from hyperlocal.engine.wearers import Wearers
from hyperlocal.history import RunFolder
from hyperlocal.history.privacy import open_private

if TYPE_CHECKING:
    import psutil

__all__ = ["AnyTrial", "Trial", "TrialSpec"]

# Of a script that ended by itself, helpers may be tidying up, such as joblib's resource tracker.
_LINGER_S = 0.5
_MOST_LOOKS = 5


@dataclass(frozen=True)
class TrialSpec:
    """Everything that is needed to start one trial.

    Attributes:
        run_id: The trial's run.
        folder: Its folder.
        source: The snapshot that it works on a copy of.
        command: Its argument vector.
        environment: Its environment, complete.
        output_file: Where in the folder its output goes.
        kept_folders: What of its working copy is kept.
        max_duration_s: How long it may run; None for no limit.
        staged_inputs: What stands in its working copy beside the source.
        life: The life of the sweep, or of the single run, that it is part of.
        obstacle: Why it cannot be started, if that is known already.
    """

    run_id: str
    folder: RunFolder
    source: str
    command: list[str]
    environment: dict[str, str]
    output_file: str
    kept_folders: tuple[str, ...]
    max_duration_s: float | None
    staged_inputs: tuple[StagedInput, ...] = ()
    life: int | None = None
    obstacle: str | None = None


class AnyTrial(Protocol):
    """What slots and the supervisor need of a trial, whatever it runs.

    Attributes:
        run_id: Its run.
    """

    run_id: str

    @property
    def pid(self) -> int | None:
        """The process id of its leader; None if it has none."""

    @property
    def max_duration_s(self) -> float | None:
        """How long it may run; None for no limit."""

    @property
    def is_stopped(self) -> bool:
        """Whether policy, limit or user have ended it, perhaps before it starts."""

    def set_variable(self, name: str, text: str) -> None:
        """Give it a variable that was not known when it was assigned."""

    def prepare(self) -> None:
        """Make ready what it needs."""

    def start(self) -> bool:
        """Start it; False if that is impossible or it has been stopped before."""

    def stop(self, cause: Cause, reason: str) -> bool:
        """Ask for its end; return at once, whether this will be what ended it."""

    def wait(self) -> Outcome:
        """Return how it ended, when all of it has."""

    def tidy(self) -> list[str]:
        """Put away what is kept of it; return warnings."""


class Trial:
    """A trial that is started, waited for, and may be stopped from another thread."""

    def __init__(self, spec: TrialSpec, launcher: Launcher | None = None) -> None:
        self.spec = spec
        self._launcher = launcher or FreshLauncher()
        self.run_id = spec.run_id
        self._output = os.path.join(spec.folder.path, spec.output_file)
        self._work = os.fspath(spec.folder.work)
        self._home = spec.environment[HOME_VARIABLE]
        self._mark = mark_in(spec.environment, self.run_id)
        self._leader: Leader | None = None
        self._obstacle = spec.obstacle
        self._has_output = False
        self._lock = threading.Lock()
        self._has_ended = False
        self._stop: tuple[Cause, str] | None = None
        self._more_variables: dict[str, str] = {}
        self._ending: threading.Thread | None = None

    @property
    def max_duration_s(self) -> float | None:
        """How long it may run; None for no limit."""
        return self.spec.max_duration_s

    @property
    def pid(self) -> int | None:
        """The process id of its leader; None if it was not started."""
        return None if self._leader is None else self._leader.pid

    @property
    def is_stopped(self) -> bool:
        """Whether policy, limit or user have ended it, perhaps before it starts."""
        return self._stop is not None

    def set_variable(self, name: str, text: str) -> None:
        """Give it a variable that was not known when it was assigned."""
        self._more_variables[name] = text

    def prepare(self) -> None:
        """Make its folders and its working copy, with what is placed in it; await the launcher.

        Raises:
            OSError: The home cannot take it.
        """
        if self._obstacle is not None:
            return
        os.makedirs(os.path.dirname(self._output), exist_ok=True)
        self._has_output = True
        left = remove_tree(self._work)
        if left:
            (self._obstacle,) = told(left, "could not be removed")
            return
        if os.path.isdir(self.spec.source):
            copy_tree(self.spec.source, self._work)
        # Scripts save to these without making them.
        for name in self.spec.kept_folders:
            with suppress(FileExistsError):  # the source has a file of that name
                os.makedirs(os.path.join(self._work, name), exist_ok=True)
        for staged_input in self.spec.staged_inputs:
            self._obstacle = self._obstacle or place(staged_input, self._work)
        if self._obstacle is None:
            self._launcher.wait_until_ready(lambda: self.is_stopped)

    def start(self) -> bool:
        """Start its process; False if that is impossible or it has been stopped before."""
        self._obstacle = self._obstacle or self._missing_script()
        if self._has_output:
            with open(self._output, "ab", opener=open_private):
                pass  # there is an output, if only an empty one, also of a trial that cannot start
        with self._lock:
            if self._stop is None and self._obstacle is None:
                self._launch()
        return self._leader is not None

    def _launch(self) -> None:
        command = self.spec.command
        try:
            self._leader = self._launcher.launch(
                self.run_id,
                command,
                folder=self._work,
                output=self._output,
                environment={**self.spec.environment, **self._more_variables},
            )
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN):
                raise  # the machine's trouble, not the command's
            self._obstacle = f"{command[0]!r} could not be started: {error.strerror}."
        except ValueError as error:  # a text that the system cannot pass to a process
            self._obstacle = f"{command[0]!r} could not be started: {error}."

    def _missing_script(self) -> str | None:
        """Say so if the command is to run a script that the source does not have.

        The interpreter would say it too, but with an exit code that scripts use themselves.
        """
        command = self.spec.command
        if len(command) < 2 or not command[1].endswith(".py"):
            return None
        if os.path.isfile(os.path.join(self._work, command[1])):
            return None
        present = sorted(name for name in os.listdir(self._work) if name.endswith(".py"))
        found = f"It has {', '.join(present[:8])}." if present else "It has no scripts at its top."
        return f"The script {command[1]!r} is not in the submitted source folder. {found}"

    def stop(self, cause: Cause, reason: str) -> bool:
        """Begin to end it and everything that it started; return at once.

        Returns:
            Whether this will be what ended it; False if it has ended by itself or is being
            stopped already.
        """
        with self._lock:
            is_over = self._leader is not None and self._leader.has_ended()
            if self._stop is not None or self._has_ended or is_over:
                return False
            self._stop = (cause, reason)
            if self._leader is not None:
                processes.ask_to_end(self._leader.pid)
                self._ending = threading.Thread(
                    target=processes.end_all,
                    args=(self._processes, processes.GRACE_S, (self._leader.pid,)),
                    name=f"end {self.run_id}",
                    daemon=True,
                )
                self._ending.start()
            return True

    def wait(self) -> Outcome:
        """Wait until it and everything that it started has ended; return how."""
        exit_code = None
        if self._leader is not None:
            self._leader.wait()
            with self._lock:
                self._has_ended = True
                exit_code = self._leader.reap()
            self._end_rest(self._leader.pid)
        if self._stop is not None:
            return after_stop(*self._stop, exit_code)
        if exit_code is None:
            return not_started(self._obstacle or "It was never started.")
        folders = self.spec.environment.get("PYTHONPATH", "").split(os.pathsep)
        return after_exit(exit_code, self._output, has_old_names=start_folder() in folders)

    def tidy(self) -> list[str]:
        """Keep what is kept of its working copy; return what its run should be warned of.

        Raises:
            OSError: The machine is in trouble.
        """
        folder = self.spec.folder
        if not os.path.lexists(folder.path):
            return [f"Its folder {folder.path} was removed while it ran: its files are lost."]
        return collect(folder, self.spec.kept_folders)

    def _end_rest(self, pid: int) -> None:
        if self._ending is not None:
            self._ending.join()
            processes.end_all(self._processes, grace_s=0.0, wearers=self._wearers())
        elif processes.group_exists(pid) or offspring.has_left(self._mark):
            processes.end_all(self._processes, grace_s=_LINGER_S, wearers=self._wearers())
        for _ in range(_MOST_LOOKS):  # again only for what has been too quick so far
            if not offspring.has_left(self._mark, for_certain=True):
                break
            processes.end_all(self._processes, grace_s=0.0, wearers=self._wearers())

    def _wearers(self) -> Wearers:
        return Wearers(self._home, (self.run_id,), up_to_life=self.spec.life)

    def _processes(self) -> list[psutil.Process]:
        assert self._leader is not None
        pid = self._leader.pid
        # Once it is reaped, the number may be a stranger's, unless its group still holds it.
        is_its_own = not self._leader.is_buried or processes.group_exists(pid)
        own = processes.belonging(
            (pid,) if is_its_own else (),
            (self.run_id,),
            self._home,
            up_to_life=self.spec.life,
        )
        return [*own, *offspring.strays()]
