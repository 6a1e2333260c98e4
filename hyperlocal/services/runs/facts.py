"""Facts: tags and properties of a run, the recorded ones and those that the face derives."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml.core._run_lookup import HYPERDRIVE, STEP, is_script
from hyperlocal.domain.secrecy import shown_definition, shown_values
from hyperlocal.services.ids import derived_uuid
from hyperlocal.services.runs import pipeline_trials

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = [
    "definition_of",
    "hyperparameters_text",
    "properties_of",
    "remember_definition",
    "snapshot_id",
    "tags_of",
]

# What the face remembers for itself is no property: viewers show those.
_DEFINITION_KIND = "run definition"


def hyperparameters_text(record: RunRecord) -> str | None:
    """Return a trial's parameters as JSON text; None if the run is no trial."""
    if record.parameters is None:
        return None
    return json.dumps(shown_values(record.parameters), default=str)


def tags_of(history: History, record: RunRecord) -> dict[str, Any]:
    """Return all tags of a run."""
    if record.kind == HYPERDRIVE:
        from hyperlocal.services.runs.parent_facts import parent_tags

        return {**parent_tags(history, record), **record.tags}
    text = hyperparameters_text(record)
    return dict(record.tags) if text is None else {"hyperparameters": text, **record.tags}


def properties_of(history: History, record: RunRecord) -> dict[str, Any]:
    """Return all properties of a run."""
    recorded = dict(record.properties)
    if record.kind == HYPERDRIVE:
        from hyperlocal.services.runs.parent_facts import parent_properties

        return {**parent_properties(history, record), **recorded}
    if is_script(record):
        return {**_script_properties(record, definition_of(history, record)), **recorded}
    if record.kind == STEP:
        return {**_step_properties(record), **recorded}
    if pipeline_trials.is_trial(record):
        definition = definition_of(history, record)
        return {**pipeline_trials.trial_properties(definition), **recorded}
    return recorded


def _step_properties(record: RunRecord) -> dict[str, str]:
    properties = {
        "ContentSnapshotId": snapshot_id(record),
        "azureml.pipelinerunid": str(record.parent_id),
    }
    reused = record.properties.get("hyperlocal.reused_run")
    if reused is not None:
        properties.update({"azureml.isreused": "true", "azureml.reusedrunid": reused})
    return properties


def remember_definition(history: History, run_id: str, definition: dict[str, Any]) -> None:
    """Keep what was submitted, for `get_details()` in whatever process, without its secrets."""
    history.assets.add(_DEFINITION_KIND, run_id, shown_definition(definition))


def definition_of(history: History, record: RunRecord) -> dict[str, Any]:
    """Return what was submitted, of a run or of the parent that it is a trial of; maybe empty."""
    for run_id in (record.run_id, record.parent_id):
        known = None if run_id is None else history.assets.get(_DEFINITION_KIND, run_id)
        if known is not None:
            if pipeline_trials.is_trial(record) and run_id == record.parent_id:
                shared = json.dumps(known.body)
                return pipeline_trials.trial_definition(history, record, shared)
            return known.body
    return pipeline_trials.definition_below(history, record, partial(definition_of, history))


def snapshot_id(record: RunRecord) -> str:
    """Return the id of the source that a run was submitted with; trials share their parent's."""
    return derived_uuid("snapshot", record.parent_id or record.run_id)


def _script_properties(record: RunRecord, definition: dict[str, Any]) -> dict[str, str]:
    return {
        "_azureml.ComputeTargetType": "local"
        if definition.get("target") == "local"
        else "amlcompute",
        "ContentSnapshotId": snapshot_id(record),
        "ProcessInfoFile": "azureml-logs/process_info.json",
        "ProcessStatusFile": "azureml-logs/process_status.json",
    }
