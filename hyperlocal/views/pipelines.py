"""Pipelines: the steps of a workflow, and the sweeps inside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hyperlocal.domain.sweep import Workflow
from hyperlocal.errors import HyperlocalError
from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views.plans import plan_of, sweep_of

__all__ = ["short_ids", "sweeps_within", "with_sweeps"]

_SHORTEST_ID = 11  # `HD_` and the first eight digits


def sweeps_within(history: History, record: RunRecord) -> list[RunRecord]:
    """Return the sweeps that a pipeline's steps have started, newest first."""
    if not isinstance(plan_of(record), Workflow):
        return []
    steps = history.runs.children(record.run_id)
    below = [run for step in steps for run in history.runs.children(step.run_id)]
    return [run for run in below if sweep_of(run) is not None]


def with_sweeps(history: History, records: Iterable[RunRecord]) -> Iterator[RunRecord]:
    """Return runs, newest first, with the sweeps of pipelines before these."""
    known = list(records)
    listed = {record.run_id for record in known}
    for record in known:
        for sweep in sweeps_within(history, record):
            if sweep.run_id not in listed:
                yield sweep
        yield record


def short_ids(history: History, records: Iterable[RunRecord]) -> dict[str, str]:
    """Return what may be typed in place of the ids of those that are sweeps of pipelines."""
    return {
        record.run_id: _short_id(history, record.run_id)
        for record in records
        if record.parent_id is not None and sweep_of(record) is not None
    }


def _short_id(history: History, run_id: str) -> str:
    for length in range(_SHORTEST_ID, len(run_id)):
        try:
            if history.runs.find(run_id[:length]).run_id == run_id:
                return run_id[:length]
        except HyperlocalError:
            continue
    return run_id
