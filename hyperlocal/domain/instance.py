"""Instance: the workflow of one trial, from the workflow that all trials of a sweep share.

Ids of runs and the holes of parameters stand in its texts (arguments, paths, variables) as they
are, and are replaced there; so they must be texts that stand for nothing else.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import uuid

from hyperlocal.domain.codec import plan_from_json, plan_to_json
from hyperlocal.domain.launch import literal_text
from hyperlocal.domain.parameters import Parameters, to_argument
from hyperlocal.domain.sweep import Step, Workflow

__all__ = ["instance_of", "stand_ins"]

_NAMESPACE = uuid.UUID("5f1d0c52-2b9f-4d0b-9d3c-6f6f3a3d9a11")


def stand_ins(workflow: Workflow, trial_id: str, parameters: Parameters) -> dict[str, str]:
    """Return what stands in a trial's workflow in place of the shared workflow's ids and holes."""
    ids = [run_id for step in workflow.steps for run_id in (step.run_id, step.sweep_id) if run_id]
    found = {run_id: _id_in(trial_id, run_id) for run_id in ids}
    found.update({hole: to_argument(parameters[name]) for name, hole in workflow.holes.items()})
    return found


def instance_of(workflow: Workflow, trial_id: str, parameters: Parameters) -> Workflow:
    """Return the workflow that a trial runs: with ids of its own, and values in the holes."""
    text = plan_to_json(
        dataclasses.replace(
            workflow, steps=tuple(_stamped(s, workflow, parameters) for s in workflow.steps)
        )
    )
    for old, new in stand_ins(workflow, trial_id, parameters).items():
        # A launch fills in what a dollar sign begins; a value's own is the user's.
        text = text.replace(old, json.dumps(literal_text(new))[1:-1])
    made = plan_from_json(text)
    assert isinstance(made, Workflow)
    return dataclasses.replace(made, holes={})


def _stamped(step: Step, workflow: Workflow, parameters: Parameters) -> Step:
    """Return the step with a fingerprint that the same values have in this sweep, and only here.

    A step that no sampled value reaches has the same in all trials: one does it for all. Other
    sweeps do not count: what a step reported of their trials would be missing in this one's.
    """
    if not step.fingerprint:
        return step
    text = plan_to_json(Workflow((step,)))
    values = {name: parameters[name] for name, hole in workflow.holes.items() if hole in text}
    told = json.dumps([step.fingerprint, step.run_id, values], sort_keys=True, default=str)
    return dataclasses.replace(step, fingerprint=hashlib.sha256(told.encode()).hexdigest())


def _id_in(trial_id: str, run_id: str) -> str:
    prefix = run_id[: run_id.rfind("_") + 1]
    return f"{prefix}{uuid.uuid5(_NAMESPACE, f'{trial_id} {run_id}')}"
