"""Kinds: what a run is that has no trials, and where the trials are that may be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperlocal.domain.sweep import Sweep
from hyperlocal.history.plans import plan_of
from hyperlocal.services.runs.kinds import PIPELINE, STEP

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = ["sweeps_below", "untold"]


def sweeps_below(history: History, run_id: str) -> list[RunRecord]:
    """Return the sweeps among what a run has started, in order."""
    below = reversed(history.runs.children(run_id, recursive=True))
    return [run for run in below if isinstance(plan_of(run), Sweep)]


def untold(history: History, record: RunRecord) -> str:
    """Return what a run is that has no trials, and what to look at instead."""
    run_id, sweeps = record.run_id, sweeps_below(history, record.run_id)
    if record.kind == STEP:
        if sweeps:
            return (
                f"{run_id} is the step {record.display_name!r} of a pipeline (StepRun), whose "
                f"sweep is {sweeps[0].run_id}: pass HyperDriveStepRun(step_run)."
            )
        return (
            f"{run_id} is the step {record.display_name!r} of a pipeline (StepRun), which runs a "
            "script and no sweep: it has no trials."
        )
    if record.kind == PIPELINE:
        steps = [history.runs.get(sweep.parent_id or "").display_name for sweep in sweeps]
        names = ", ".join(map(repr, steps)) or "none"
        return (
            f"{run_id} is the run of a pipeline. Of its steps, these run sweeps: {names}. Pass "
            "HyperDriveStepRun(run.find_step_run(name)[0])."
        )
    parent = history.runs.known(record.parent_id)
    if parent is not None and isinstance(plan_of(parent), Sweep):
        return f"{run_id} is a trial of the sweep {parent.run_id}: pass the sweep, trial.parent."
    if sweeps:
        named = ", ".join(sweep.run_id for sweep in sweeps)
        return f"{run_id} is the run of a script, which has started the sweep {named}: pass that."
    return (
        f"{run_id} is the run of a script: it has no trials. Pass what submit() of a sweep gave."
    )
