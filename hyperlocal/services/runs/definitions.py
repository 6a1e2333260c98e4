"""Definitions: what was submitted, and a trial's parameters, for whoever asks, without secrets."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.secrecy import shown_definition, shown_values
from hyperlocal.services.ids import derived_uuid
from hyperlocal.services.runs import pipeline_trials

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = ["definition_of", "hyperparameters_text", "remember_definition", "snapshot_id"]

# It is no property of the run: viewers show those.
_DEFINITION_KIND = "run definition"


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


def hyperparameters_text(record: RunRecord) -> str | None:
    """Return a trial's parameters as JSON text; None if the run is no trial."""
    if record.parameters is None:
        return None
    return json.dumps(shown_values(record.parameters), default=str)


def snapshot_id(record: RunRecord) -> str:
    """Return the id of the source that a run was submitted with; trials share their parent's."""
    return derived_uuid("snapshot", record.parent_id or record.run_id)
