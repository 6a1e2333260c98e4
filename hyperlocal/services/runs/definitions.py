"""Definitions: what was submitted, remembered for whoever asks, without its secrets."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.secrecy import shown_definition
from hyperlocal.services.runs import pipeline_trials

if TYPE_CHECKING:
    from hyperlocal.history import History, RunRecord

__all__ = ["definition_of", "remember_definition"]

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
