"""Detached: a controller of its own for a run, detached from whoever asks for it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from hyperlocal._legacy import start_folder
from hyperlocal.engine import marks
from hyperlocal.engine.circumstances import Circumstances
from hyperlocal.engine.invocation import HOME_VARIABLE, LIFE_VARIABLE, RUN_VARIABLE
from hyperlocal.history import RunFolder
from hyperlocal.history.privacy import open_private, salt_of
from hyperlocal.history.runs import FIRST_LIFE

__all__ = ["CONTROLLER_LOG", "environment_for", "reap", "start"]

CONTROLLER_LOG = "controller.log"
"""In the run's folder: what the controller says when something is wrong with itself."""

# The package is found wherever this process found it, but after everything else, and nothing is
# imported from the folder that the controller happens to stand in.
_BOOT = (
    "import sys; sys.path[:] = [p for p in sys.path if p] + [sys.argv.pop(1)]; "
    "from hyperlocal.engine.__main__ import main; main()"
)
_PACKAGE_PARENT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


_OF_KERNELS = ("JPY_PARENT_PID", "JPY_SESSION_NAME", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE")
_BACKENDS_OF_KERNELS = ("module://matplotlib_inline", "module://ipykernel", "module://ipympl")


class _Detached(subprocess.Popen[bytes]):
    """A process that is meant to outlive this one: no warning that it still runs."""

    def __del__(self, *_: object) -> None:
        return


# By process, too: what a fork inherits are not its children.
_spawned: dict[tuple[int, str, str], _Detached] = {}


def start(
    home: Path | str,
    run_id: str,
    variables: Mapping[str, str] | None = None,
    *,
    life: int,
    lock_descriptor: int | None,
) -> int:
    """Start the controller of a recorded run and return its process id at once.

    It has its own session and none of this process's streams: it goes on when this process, its
    terminal or its shell end.

    Args:
        home: The home of the run.
        run_id: The run.
        variables: What its environment has beside this process's.
        life: The life of the run that it controls.
        lock_descriptor: The run's lock, which it inherits; None if it has to take it itself.
    """
    home = os.path.abspath(home)
    folder = RunFolder(home, run_id).path
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**environment_for(home), **(variables or {})}
    first = Circumstances.read(folder) if life > FIRST_LIFE else None
    if first is None:
        first = Circumstances.present(_PACKAGE_PARENT, environment, salt_of(home))
        first.write(folder)
    package = first.package if os.path.isdir(first.package) else _PACKAGE_PARENT
    ownership = [str(life), "" if lock_descriptor is None else str(lock_descriptor)]
    with open(folder / CONTROLLER_LOG, "ab", buffering=0, opener=open_private) as log:
        process = _Detached(
            [first.interpreter(), "-c", _BOOT, package, home, run_id, *ownership],
            cwd=folder,
            env=first.environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=first.umask,
            pass_fds=() if lock_descriptor is None else (lock_descriptor,),
        )
    # Before this returns: a trial that starts a run may end right after that.
    marks.put_on(process.pid, marks.CONTROLLER)
    _spawned[os.getpid(), home, run_id] = process
    return process.pid


def reap(home: Path | str, run_id: str) -> None:
    """Let the system forget a controller that this process has started, once it has ended."""
    process = _spawned.get((os.getpid(), os.path.abspath(home), run_id))
    if process is not None:
        process.poll()


def environment_for(home: str) -> dict[str, str]:
    """Return the variables that a controller gets from this process."""
    environment = dict(os.environ)
    # A trial may itself start a run; that one is nobody's trial.
    environment.pop(RUN_VARIABLE, None)
    environment.pop(LIFE_VARIABLE, None)
    environment[HOME_VARIABLE] = home
    if "JPY_PARENT_PID" in environment:  # a Jupyter kernel, which shows colours and figures
        for name in _OF_KERNELS:
            environment.pop(name, None)
    if environment.get("MPLBACKEND", "").startswith(_BACKENDS_OF_KERNELS):
        del environment["MPLBACKEND"]
    if environment.get("PYTHONPATH"):
        # The controller and its trials stand in other folders than this process.
        folders = map(os.path.abspath, environment["PYTHONPATH"].split(os.pathsep))
        # A trial may itself start a run; its old names are not the controller's.
        kept = (folder for folder in folders if folder != start_folder())
        environment["PYTHONPATH"] = os.pathsep.join(kept)
    return environment
