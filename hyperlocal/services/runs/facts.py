"""Facts: tags and properties of a run, the recorded ones and those that the face derives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hyperlocal.services.runs import pipeline_trials
from hyperlocal.services.runs.definitions import definition_of, hyperparameters_text, snapshot_id
from hyperlocal.services.runs.kinds import HYPERDRIVE, STEP, is_script

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = [
    "properties_of",
    "tags_of",
]


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


def _script_properties(record: RunRecord, definition: dict[str, Any]) -> dict[str, str]:
    return {
        "_azureml.ComputeTargetType": "local"
        if definition.get("target") == "local"
        else "amlcompute",
        "ContentSnapshotId": snapshot_id(record),
        "ProcessInfoFile": "azureml-logs/process_info.json",
        "ProcessStatusFile": "azureml-logs/process_status.json",
    }
