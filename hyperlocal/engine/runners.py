"""Runners: who brings the recorded runs of a home to their end.

By default every run gets a controller of its own, detached from this process. A test puts a
runner of its own in charge of its home (`put_in_charge`); runs of other homes are not affected.
Whoever starts a run or asks after its controller (`ownership`) asks for it here first, and whoever
waits for the end of a run says so (`hasten`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

__all__ = [
    "Runner",
    "admit",
    "hasten",
    "hint_about",
    "put_in_charge",
    "runner_of",
    "stands_in_for",
]


class Runner(Protocol):
    """What is in charge of a home's runs in place of detached controllers."""

    def admit(self) -> None:
        """Somebody is about to submit a run: raise what that fails with, if it is to fail."""

    def start(self, run_id: str) -> int:
        """Begin a recorded run, or bring it to its end; return the id of the process it is in."""

    def is_alive(self, run_id: str, asked_id: str) -> bool | None:
        """Whether a run goes on in this process; None if it does not. A look may move it on.

        `asked_id` is the run that somebody looked at: this one, or one below it.
        It is asked before the run is read, so that what a look changes is seen by it.
        """

    def hasten(self, run_id: str) -> None:
        """Bring a run to its end now, if that is in this runner's hands: somebody waits for it."""

    def stands_in_for(self, script: str, *, is_sweep: bool) -> bool:
        """Whether something else is run in place of a script, which then need not exist."""

    def hint_about(self, script: str) -> str:
        """Return what to do about a script that is not there, as a sentence."""


_in_charge: dict[str, Runner] = {}


def put_in_charge(home: Path | str, runner: Runner | None) -> None:
    """Let `runner` bring the runs of a home to their end from now on; None for controllers."""
    if runner is None:
        _in_charge.pop(os.path.abspath(home), None)
    else:
        _in_charge[os.path.abspath(home)] = runner


def runner_of(home: Path | str) -> Runner | None:
    """Return what is in charge of the runs of a home in place of controllers."""
    return _in_charge.get(os.path.abspath(home))


def admit(home: Path | str) -> None:
    """Say that a run of a home is about to be submitted; raises where that is to fail."""
    runner = runner_of(home)
    if runner is not None:
        runner.admit()


def hasten(home: Path | str, run_id: str) -> None:
    """Say that somebody waits for the end of a run."""
    runner = runner_of(home)
    if runner is not None:
        runner.hasten(run_id)


def stands_in_for(home: Path | str, script: str, *, is_sweep: bool) -> bool:
    """Whether something else is run in place of a script, of a sweep's trials or a single one."""
    runner = runner_of(home)
    return runner is not None and runner.stands_in_for(script, is_sweep=is_sweep)


def hint_about(home: Path | str, script: str) -> str:
    """Return what else can be done about a script that is not there; "" for nothing."""
    runner = runner_of(home)
    return "" if runner is None else runner.hint_about(script)
