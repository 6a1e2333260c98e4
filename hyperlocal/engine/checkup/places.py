"""What should hold of the home's folders, and of the processes that work for it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial

from hyperlocal.engine.checkup.finding import Finding
from hyperlocal.engine.processes import end_all, working_for
from hyperlocal.engine.recovery import kept_folders_of
from hyperlocal.engine.trial import collect
from hyperlocal.errors import RunNotFound
from hyperlocal.history import History, RunRecord
from hyperlocal.history.folder import WORK

__all__ = ["check_folders", "check_processes", "check_working_copies"]

# A submission makes the folder before the record; a controller takes a moment to go home.
_JUST_NOW_S = 60.0
_LOOK_AGAIN_S = 1.0


def check_folders(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """Every folder has its run, and every run that was started its folder."""
    top = history.home / "runs"
    present = set(os.listdir(top))
    for name in sorted(present - {run.run_id for run in runs}):
        if time.time() - os.stat(top / name).st_mtime > _JUST_NOW_S:
            yield Finding(
                None,
                f"The folder {top / name} belongs to no run.",
                "Somebody put it there, or a submission was killed: remove it if you do not "
                "need it.",
            )
    for run in runs:
        is_submitted = run.plan is not None or run.parameters is not None
        if is_submitted and run.started_at is not None and run.run_id not in present:
            yield Finding(
                run.run_id,
                f"Its folder {top / run.run_id} is gone.",
                "Its metrics are still there; its files are lost unless you have a copy.",
            )


def check_working_copies(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """A trial that has ended has left its working copy."""
    by_id = {run.run_id: run for run in runs}
    top = os.path.join(history.home, "runs")
    for run in runs:
        if not os.path.isdir(f"{top}/{run.run_id}/{WORK}") or not run.status.is_terminal:
            continue
        folder = history.folder(run.run_id)
        owner = run if run.plan is not None else by_id.get(run.parent_id or "", run)
        kept = kept_folders_of(owner)
        yield Finding(
            run.run_id,
            f"It has ended, but its working copy {folder.work} is still there.",
            "--repair takes its results out of it and removes it.",
            partial(collect, folder, kept),
        )


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


class _Ended:
    """The runs that have ended by now: asked one by one, for few have processes."""

    def __init__(self, history: History) -> None:
        self._history = history

    def __contains__(self, run_id: object) -> bool:
        try:
            return self._history.runs.get(str(run_id)).status.is_terminal
        except RunNotFound:
            return False
