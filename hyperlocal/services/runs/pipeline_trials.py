"""Pipeline trials: what is known of the trials of a sweep whose trials are runs of a pipeline.

The sweep's run keeps one definition for all of them; here it becomes that of one trial.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hyperlocal.services.runs.kinds import PIPELINE

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = ["definition_below", "is_trial", "trial_definition", "trial_properties"]


def is_trial(record: RunRecord) -> bool:
    """Tell whether a run is a run of a pipeline that a sweep has started."""
    return record.kind == PIPELINE and record.parameters is not None


def trial_definition(history: History, trial: RunRecord, shared: str) -> dict[str, Any]:
    """Return a trial's definition, from the one that its sweep's run keeps, as JSON text."""
    from hyperlocal.domain.instance import stand_ins
    from hyperlocal.domain.sweep import Sweep
    from hyperlocal.history.plans import plan_of

    parent = history.runs.known(trial.parent_id)
    sweep = None if parent is None else plan_of(parent)
    if not isinstance(sweep, Sweep) or sweep.workflow is None:
        return {}  # only of a damaged history
    for old, new in stand_ins(sweep.workflow, trial.run_id, trial.parameters or {}).items():
        shared = shared.replace(old, json.dumps(new)[1:-1])
    definition: dict[str, Any] = json.loads(shared)
    return definition


def definition_below(history: History, record: RunRecord, trial_of: Any) -> dict[str, Any]:
    """Return the definition of what runs below such a trial: a step, or a trial of its sweep.

    Args:
        history: Where the runs are.
        record: The run.
        trial_of: Given a trial's record, its definition.
    """
    ids, above = [record.run_id], record
    while (parent := history.runs.known(above.parent_id)) is not None:
        if parent.run_id in ids:
            break  # a damaged history may know no top
        above = parent
        if is_trial(above):
            scripts = trial_of(above).get("scripts", {})
            return next((scripts[run_id] for run_id in ids if run_id in scripts), {})
        ids.append(above.run_id)
    return {}


def trial_properties(definition: dict[str, Any]) -> dict[str, str]:
    """Return the properties that the service gives to a trial."""
    return {
        **definition.get("properties", {}),
        "azureml.parameters": json.dumps(definition.get("parameters", {})),
    }
