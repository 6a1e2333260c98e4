"""Options: what a submission is asked for beside its configuration.

Those of `hyperlocal run`, which concern the sweeps that a driver submits, reach the driver as
environment variables; without them nothing changes. What they did is said on standard error, and
recorded with the sweep.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterable

from hyperlocal.azureml._translate.refusal import refused
from hyperlocal.domain.sweep import Sweep
from hyperlocal.services.advice import advise

__all__ = [
    "FAIL_FAST_VARIABLE",
    "REUSE_VARIABLE",
    "TRIALS_VARIABLE",
    "advise_unused",
    "reuses",
    "shortened",
    "told_of",
]

FAIL_FAST_VARIABLE = "HYPERLOCAL_FAIL_FAST"
REUSE_VARIABLE = "HYPERLOCAL_REUSE"
TRIALS_VARIABLE = "HYPERLOCAL_TRIALS"


def advise_unused(options: Iterable[str], where: str = "; submit returns at once") -> None:
    """Say once of each further argument of `Experiment.submit` that it has no effect."""
    for name in options:
        advise(f"Experiment.submit({name}=...)", f"it has no effect{where}.")


def reuses() -> bool:
    """Tell whether an identical sweep may stand for one that is submitted."""
    return os.environ.get(REUSE_VARIABLE, "") not in ("", "0")


def shortened(sweep: Sweep) -> Sweep:
    """Return the sweep with the limits that were asked for, and say what they do.

    Raises:
        TrainingException: A variable holds no number of trials.
    """
    most, most_failures = _number(TRIALS_VARIABLE), _number(FAIL_FAST_VARIABLE)
    if most is not None:
        sweep = _rehearsal(sweep, most)
    if most_failures is not None:
        limits = dataclasses.replace(sweep.limits, max_equal_failures=most_failures)
        sweep = dataclasses.replace(sweep, limits=limits)
        trials = "trial fails" if most_failures == 1 else f"{most_failures} trials fail alike"
        _say(f"the sweep is cancelled if its first {trials}", "--fail-fast", most_failures)
    return sweep


def told_of(sweep: Sweep, n_asked: int) -> str | None:
    """Return what is to be recorded of a sweep whose configuration asks for more trials."""
    n_trials = sweep.limits.max_trials
    if _number(TRIALS_VARIABLE) is None or n_trials >= n_asked:
        return None
    return f"This was a rehearsal: {n_trials} of up to {n_asked} trials, by {TRIALS_VARIABLE}."


def _rehearsal(sweep: Sweep, most: int) -> Sweep:
    """Return the sweep with so many resumed and so many new trials at most."""
    resumed = sweep.resumed[:most]
    n_new = min(sweep.limits.max_trials - len(sweep.resumed), most)
    n_trials = len(resumed) + n_new
    if n_trials == sweep.limits.max_trials:
        return sweep
    _say(
        f"a rehearsal, with {n_trials} of up to {sweep.limits.max_trials} trials", "--trials", most
    )
    limits = dataclasses.replace(sweep.limits, max_trials=n_trials)
    return dataclasses.replace(sweep, limits=limits, resumed=resumed)


def _number(variable: str) -> int | None:
    text = os.environ.get(variable, "").strip()
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise refused(f"{variable} is {text!r}, but must be a number of trials, at least 1.")
    return int(text)


def _say(what: str, option: str, number: int) -> None:
    print(f"hyperlocal run {option} {number}: {what}.", file=sys.stderr, flush=True)
