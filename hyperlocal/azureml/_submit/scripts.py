"""Single scripts: a checked ScriptRunConfig becomes a run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml._submit.options import advise_unused
from hyperlocal.azureml._submit.preflight import warn_of_packages
from hyperlocal.azureml._submit.recording import NewRun, begin
from hyperlocal.azureml._translate.script import Script
from hyperlocal.azureml.core._run_waiting import tell_if_it_goes_on
from hyperlocal.azureml.core.script_run import ScriptRun
from hyperlocal.domain.sweep import Job
from hyperlocal.services.ids import random_uuid
from hyperlocal.services.runs.definitions import remember_definition
from hyperlocal.services.runs.kinds import SCRIPT
from hyperlocal.services.runs.source import take_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hyperlocal.domain.sweep import Plan

__all__ = ["submit_script", "take_script"]


def submit_script(
    experiment: Any,
    config: Any,
    tags: Mapping[str, Any] | None,
    parent_id: str | None,
    options: Mapping[str, Any],
) -> ScriptRun:
    """Check a ScriptRunConfig, record a run of it and start it; return at once.

    Args:
        experiment: What the run is part of.
        config: The ScriptRunConfig.
        tags: Tags of the run.
        parent_id: The run that it becomes a child of.
        options: Other arguments of `Experiment.submit`, which have no effect.

    Raises:
        TrainingException: The service would refuse it.
        UserErrorException: Source folder or script is not there.
        NotEmulatedError: It asks for something that hyperlocal does not do.
    """
    advise_unused(options)
    script = Script(config)
    script.check()
    job = Job(script.launch(experiment.workspace, experiment, is_sweep=False))
    run_id = f"{experiment.name}_{int(time.time())}_{random_uuid()[:8]}"
    record = begin(
        experiment,
        NewRun(run_id, SCRIPT, tags, parent_id),
        lambda draft: take_script(experiment, script, job, run_id, draft),
    )
    tell_if_it_goes_on(experiment._history, run_id)
    return ScriptRun(experiment, run_id, _record=record)


def take_script(
    experiment: Any, script: Script, plan: Plan, run_id: str, draft: str
) -> tuple[Plan, list[str]]:
    """Copy the source of a script, and remember what belongs to its run.

    Returns:
        The plan, and what the run's user should know.

    Raises:
        UserErrorException: An ignore file leaves out the script.
    """
    told = take_folder(script.source, draft)
    script.check_snapshot(draft)
    told += warn_of_packages(script, draft)
    remember_definition(experiment._history, run_id, script.definition)
    script.promise(run_id)
    return plan, told
