"""Kinds: what a recorded run is a run of."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hyperlocal.history import RunRecord

__all__ = ["HYPERDRIVE", "INTERACTIVE", "PIPELINE", "SCRIPT", "STEP", "is_script", "type_of"]

HYPERDRIVE = "hyperdrive"
SCRIPT = "azureml.scriptrun"
PIPELINE = "azureml.PipelineRun"
STEP = "azureml.StepRun"
INTERACTIVE = "interactive"  # our own word: elsewhere such a run has no type

_TRIAL = "trial"  # what the engine calls a child of a sweep


def type_of(record: RunRecord) -> str | None:
    """Return the type of a run as others are told it."""
    if record.kind == INTERACTIVE:
        return None
    return SCRIPT if record.kind == _TRIAL else record.kind


def is_script(record: RunRecord) -> bool:
    """Tell whether a run is of a script: submitted on its own, or a trial of a sweep."""
    return record.kind in (SCRIPT, _TRIAL)
