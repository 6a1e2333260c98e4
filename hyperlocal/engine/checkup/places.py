"""What should hold of the home's folders, and of the processes that work for it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from hyperlocal.engine.checkup.finding import Finding
from hyperlocal.engine.files import remove_tree
from hyperlocal.engine.processes import end_all, working_for
from hyperlocal.engine.recovery import kept_folders_of
from hyperlocal.engine.trial import collect
from hyperlocal.history import History, RunRecord

__all__ = ["check_folders", "check_processes", "check_working_copies"]

# A controller takes a moment to go home.
_LOOK_AGAIN_S = 1.0


def check_folders(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """Every folder has its run, and every run that was started its folder."""
    top = history.home / "runs"
    present = set(os.listdir(top))
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
    for run in runs:
        folder = history.folder(run.run_id)
        if not run.status.is_terminal or not folder.work.is_dir():
            continue
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
    home = os.fspath(history.home)
    if not working_for(home, _ended(history)):
        return
    time.sleep(_LOOK_AGAIN_S)
    for run_id, found in working_for(home, _ended(history)).items():
        numbers = ", ".join(str(process.pid) for process in found)
        yield Finding(
            run_id,
            f"It has ended, but processes still work for it: {numbers}.",
            "--repair ends them.",
            partial(_end, home, run_id),
        )


def _end(home: str, run_id: str) -> None:
    end_all(lambda: working_for(home, {run_id}).get(run_id, []))


def _ended(history: History) -> set[str]:
    runs = history.runs.top(include_children=True)
    return {run.run_id for run in runs if run.status.is_terminal}
