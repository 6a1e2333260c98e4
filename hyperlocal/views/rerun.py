"""Rerun: what to type to run a trial once more, by hand."""

from __future__ import annotations

import os
import shlex

from hyperlocal._doors import shim_folder
from hyperlocal.domain.status import Status
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views.plans import command_of
from hyperlocal.views.standing import Standing, trial_number

__all__ = ["rerun_commands"]


def rerun_commands(history: History, standing: Standing) -> list[str]:
    """Return shell lines that run a failed trial outside of its sweep; none if nothing failed.

    A trial's own working copy is gone, so they make a new one from the submitted source.
    """
    failed = _failed_trial(standing)
    if failed is None:
        return []
    source = history.folder(failed.parent_id or failed.run_id).snapshot
    folder = f"rerun_{trial_number(failed)}"
    return [
        f"cp -r {shlex.quote(str(source))} {folder} && cd {folder}",
        _start(command_of(failed)),
    ]


def _failed_trial(standing: Standing) -> RunRecord | None:
    candidates = [standing.parent, *(entry.record for entry in standing.entries)]
    return next((r for r in candidates if r.status is Status.FAILED and command_of(r)), None)


def _start(command: list[str]) -> str:
    is_script = len(command) > 1 and command[1].endswith(".py")
    if is_script and os.path.basename(command[0]).startswith("python"):
        return shlex.join(["hyperlocal", "run", *command[1:]])
    return f"PYTHONPATH={shlex.quote(shim_folder())} {shlex.join(command)}"
