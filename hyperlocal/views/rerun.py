"""Rerun: what to type to run a trial once more, by hand."""

from __future__ import annotations

import os
import sys
from string import Template

from hyperlocal._doors import shim_folder
from hyperlocal._legacy import is_wanted, start_folder
from hyperlocal.domain.parameters import to_argument
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Workflow
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views.leaderboard import Leaderboard, failed_trials, trial_number
from hyperlocal.views.plans import command_of, plan_of
from hyperlocal.views.shell import assignments, quoted, words

__all__ = ["rerun_commands"]

# What describes the trial's place in a sweep, or the machine: not its author's, and not the same
# outside of the sweep. A script that finds it set would take itself for a part of that sweep.
_OF_THE_PLACE = ("AZUREML_", "AZ_")
_OF_THE_MACHINE = frozenset({"PATH"})
_PATH = "PYTHONPATH"


def rerun_commands(history: History, leaderboard: Leaderboard) -> list[str]:
    """Return shell lines that run a failed trial outside of its sweep; none if nothing failed.

    A trial's own working copy is gone, so they make a new one from the submitted source.
    """
    failed = _failed_trial(history, leaderboard)
    if failed is None:
        return []
    is_own = failed.plan is not None or failed.parent_id is None
    owner = failed if is_own else history.runs.known(failed.parent_id)
    if owner is None:
        return []
    source = history.folder(owner.run_id).snapshot
    folder = quoted(f"rerun_{trial_number(failed)}")
    copy = f"cp -r {quoted(str(source))} {folder} && cd {folder}"
    variables = dict(_variables(owner, failed))
    start, folders = _start(command_of(failed), is_wanted(variables))
    if folders:
        given = [variables[_PATH]] if variables.get(_PATH) else []
        variables[_PATH] = os.pathsep.join([*folders, *given])
    return [copy, " ".join([*assignments(variables), words(start)])]


def _failed_trial(history: History, leaderboard: Leaderboard) -> RunRecord | None:
    own = leaderboard.parent
    if own.status is Status.FAILED and command_of(own):
        return own
    if not leaderboard.counts:
        return None
    return next((r for r in failed_trials(history, leaderboard) if command_of(r)), None)


def _variables(owner: RunRecord, trial: RunRecord) -> list[tuple[str, str]]:
    plan = plan_of(owner)
    if plan is None or isinstance(plan, Workflow):
        return []
    launch, given = plan.launch, trial.parameters or {}
    variables = [
        (name, Template(held).safe_substitute())
        for name, held in launch.environment.items()
        if not name.startswith(_OF_THE_PLACE) and name not in _OF_THE_MACHINE
    ]
    return variables + [
        (variable, to_argument(given[name]))
        for name, variable in launch.parameter_variables.items()
        if name in given
    ]


def _start(command: list[str], has_old_names: bool) -> tuple[list[str], list[str]]:
    """Return what to run in place of a trial's command, and where it finds modules first."""
    if len(command) < 2 or command[0] != sys.executable or not command[1].endswith(".py"):
        return command, [shim_folder(), *([start_folder()] if has_old_names else []), "."]
    script = command[1] if not command[1].startswith("-") else os.path.join(".", command[1])
    # A trial finds modules beside it in its working folder, wherever in there the script is.
    folders = ["."] if os.path.dirname(command[1]) else []
    return ["hyperlocal", "run", script, *command[2:]], folders
