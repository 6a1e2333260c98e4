"""Assignments: what a slot needs to start a trial, from the plan and the history."""

from __future__ import annotations

import os

from hyperlocal.domain.launch import Launch
from hyperlocal.domain.parameters import Parameters
from hyperlocal.engine.invocation import (
    TemplateValues,
    environment_of,
    inherited,
    staged_inputs_of,
)
from hyperlocal.engine.limits import thread_variables
from hyperlocal.engine.trial import TrialSpec
from hyperlocal.history import History, RunRecord

__all__ = ["template_values_of", "trial_spec_of"]


def template_values_of(
    history: History, record: RunRecord, run_id: str | None = None
) -> TemplateValues:
    """Return what a run fills into its launch; all but the number for a `run_id` to come."""
    folder = history.folder(run_id or record.run_id)
    template_values = TemplateValues(
        run_id=run_id or record.run_id,
        parent_id=(record.run_id if run_id else record.parent_id) or record.run_id,
        run_folder=os.fspath(folder.path),
        working_folder=os.fspath(folder.work),
        home=os.fspath(history.home),
    )
    if history.fence is not None:
        template_values["life"] = history.fence.text
    if run_id is None:
        template_values["run_number"] = str(record.number)
    return template_values


def trial_spec_of(
    history: History,
    record: RunRecord,
    launch: Launch,
    command: list[str],
    template_values: TemplateValues,
    *,
    source_id: str,
    sharers: int,
    parameters: Parameters | None = None,
    obstacle: str | None = None,
) -> TrialSpec:
    """Return all that is needed to start one trial.

    Args:
        history: What the trial is part of.
        record: Its run.
        launch: How it is started.
        command: Its argument vector.
        template_values: What was filled into that, and is into the rest of its launch.
        source_id: The run whose source it works on.
        sharers: Among how many scripts the machine's cores are shared.
        parameters: What it is started with.
        obstacle: Why it cannot be started, if that is known already.
    """
    known = inherited()
    shares = thread_variables(sharers, {**known, **launch.environment})
    return TrialSpec(
        run_id=record.run_id,
        folder=history.folder(record.run_id),
        source=os.fspath(history.folder(source_id).snapshot),
        command=command,
        environment=environment_of(launch, parameters or {}, template_values, {**known, **shares}),
        staged_inputs=staged_inputs_of(launch, template_values),
        output_file=launch.output_file,
        kept_folders=launch.kept_folders,
        max_duration_s=launch.max_duration_s,
        life=None if history.fence is None else history.fence.life,
        obstacle=obstacle,
    )
