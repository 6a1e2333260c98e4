"""What should hold of the home's folders, and of the processes that work for it."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path

from hyperlocal.engine.doctor.finding import Finding
from hyperlocal.engine.files import remove_tree
from hyperlocal.engine.processes import end_all, working_for
from hyperlocal.engine.recovery import kept_folders_of
from hyperlocal.engine.tidying import collect
from hyperlocal.errors import HyperlocalError
from hyperlocal.history import History, RunFolder, RunRecord
from hyperlocal.history.descent import is_folder
from hyperlocal.history.folder import WORK

__all__ = ["check_folders", "check_processes", "check_working_copies"]

# A controller takes a moment to go home.
_LOOK_AGAIN_S = 1.0


def check_folders(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """Every folder has its run, and every run that was started its folder."""
    top = history.home / "runs"
    try:
        present = set(os.listdir(top))
    except OSError as error:
        yield Finding(
            None,
            f"The folder of all runs, {top}, cannot be read: {error.strerror}.",
            "Without it nothing is there of the files of runs: put it back if you have a copy.",
        )
        return
    # The runs were asked for a while ago; new ones may have come since.
    for name in history.integrity.unknown(sorted(present - {run.run_id for run in runs})):
        yield _without_run(history, top / name)
    for run in runs:
        is_submitted = run.plan is not None or run.parameters is not None
        if is_submitted and run.started_at is not None and run.run_id not in present:
            yield Finding(
                run.run_id,
                f"Its folder {top / run.run_id} is gone.",
                "Its metrics are still there; its files are lost unless you have a copy.",
            )
        elif run.run_id in present:
            yield from _check_folder(run.run_id, history.folder(run.run_id))


def _check_folder(run_id: str, folder: RunFolder) -> Iterator[Finding]:
    if not is_folder(os.fspath(folder.path)):
        yield Finding(
            run_id,
            f"In place of its folder {folder.path} there is something else.",
            "A script has put it there: look at it, and remove it.",
        )
    elif not os.access(folder.path, os.R_OK | os.X_OK):
        yield Finding(
            run_id,
            f"Its folder {folder.path} cannot be read.",
            f"--repair, or `chmod u+rwx {shlex.quote(os.fspath(folder.path))}`, gives you access.",
            partial(_collect, folder, ()),
        )


def check_access(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """The folder of a run is a folder, and its own, and can be read."""
    for run in runs:
        path = history.folder(run.run_id).path
        told = _obstacle(os.fspath(path)) if os.path.lexists(path) else None
        if told is not None:
            yield Finding(run.run_id, *told)


def _obstacle(path: str) -> tuple[str, str] | None:
    """Return what is wrong with the folder of a run, and what to do."""
    if os.path.islink(path):
        return (
            f"Its folder {path} is a link to {os.readlink(path)!r}.",
            "Move the folder itself there if it is the run's, else remove the link.",
        )
    if not os.path.isdir(path):
        return f"Its folder {path} is no folder.", "Move away what is there: its files are lost."
    if not os.access(path, os.R_OK | os.X_OK):
        return f"Its folder {path} cannot be read.", f"`chmod u+rwx {path}` lets you read it."
    return None


def _without_run(history: History, folder: Path) -> Finding:
    what = f"The folder {folder} belongs to no run."
    if folder.is_symlink() or not folder.is_dir() or set(os.listdir(folder)) - {"snapshot"}:
        return Finding(
            None,
            what,
            "Somebody put it there, or its run was forgotten: remove it if you do not need it.",
        )
    return Finding(
        None,
        what,
        "It is all that a killed submission left; --repair removes it.",
        partial(_remove_unless_known, history, folder),
    )


def _remove_unless_known(history: History, folder: Path) -> None:
    if history.integrity.unknown([folder.name]):
        remove_tree(os.fspath(folder))


def check_working_copies(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """A trial that has ended has left its working copy."""
    by_id = {run.run_id: run for run in runs}
    top = os.path.join(history.home, "runs")
    for run in runs:
        if not run.status.is_terminal or not os.path.lexists(f"{top}/{run.run_id}/{WORK}"):
            continue
        folder = history.folder(run.run_id)
        owner = run if run.plan is not None else by_id.get(run.parent_id or "", run)
        kept = kept_folders_of(owner)
        yield Finding(
            run.run_id,
            f"It has ended, but its working copy {folder.work} is still there.",
            "--repair takes its results out of it and removes it, as far as that is possible.",
            partial(_collect, folder, kept),
        )


def _collect(folder: RunFolder, kept_folders: tuple[str, ...]) -> None:
    left = collect(folder, kept_folders)
    if left:
        raise HyperlocalError(" ".join(left))


def check_processes(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """No process works for a run that has ended."""
    home, ended = os.fspath(history.home), _Ended(history)
    if not working_for(home, ended):
        return
    time.sleep(_LOOK_AGAIN_S)
    for run_id, found in working_for(home, ended).items():
        numbers = ", ".join(str(process.pid) for process in found)
        yield Finding(
            run_id,
            f"It has ended, but processes still work for it: {numbers}.",
            "--repair ends them.",
            partial(_end, home, run_id),
        )


def _end(home: str, run_id: str) -> None:
    end_all(lambda: working_for(home, {run_id}).get(run_id, []))


class _Ended(Collection[str]):
    """The runs that have ended by now: mostly asked one by one, for few have processes."""

    def __init__(self, history: History) -> None:
        self._history = history

    def __contains__(self, run_id: object) -> bool:
        run = self._history.runs.known(str(run_id))
        return run is not None and run.status.is_terminal

    def __iter__(self) -> Iterator[str]:
        runs = self._history.listing.each(include_children=True)
        return (run.run_id for run in runs if run.status.is_terminal)

    def __len__(self) -> int:
        return sum(1 for _ in self)
