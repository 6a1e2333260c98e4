"""Facts: tags and properties of a run, the recorded ones and those that the face derives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml.core._ids import derived_uuid
from hyperlocal.azureml.core._run_lookup import HYPERDRIVE, SCRIPT

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = ["DEFINITION", "definition_of", "hyperparameters_text", "properties_of", "tags_of"]

# What the face remembers with a run for itself: a property that nobody is shown.
_PRIVATE = "_hyperlocal."
DEFINITION = f"{_PRIVATE}run_definition"


def hyperparameters_text(record: RunRecord) -> str | None:
    """Return a trial's parameters as JSON text; None if the run is no trial."""
    return None if record.parameters is None else json.dumps(record.parameters, default=str)


def tags_of(history: History, record: RunRecord) -> dict[str, Any]:
    """Return all tags of a run."""
    if record.kind == HYPERDRIVE:
        from hyperlocal.azureml.train.hyperdrive._parent_facts import parent_tags

        return {**parent_tags(history, record), **record.tags}
    text = hyperparameters_text(record)
    return dict(record.tags) if text is None else {"hyperparameters": text, **record.tags}


def properties_of(history: History, record: RunRecord) -> dict[str, Any]:
    """Return all properties of a run."""
    recorded = {k: v for k, v in record.properties.items() if not k.startswith(_PRIVATE)}
    if record.kind == HYPERDRIVE:
        from hyperlocal.azureml.train.hyperdrive._parent_facts import parent_properties

        return {**parent_properties(history, record), **recorded}
    if record.kind == SCRIPT:
        return {**_script_properties(record, definition_of(history, record)), **recorded}
    return recorded


def definition_of(history: History, record: RunRecord) -> dict[str, Any]:
    """Return what was submitted, of a run or of the parent that it is a trial of; maybe empty."""
    text = record.properties.get(DEFINITION)
    if text is None and record.parent_id is not None and record.kind == SCRIPT:
        text = history.runs.get(record.parent_id).properties.get(DEFINITION)
    found: dict[str, Any] = {} if text is None else json.loads(text)
    return found


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
