"""Checkup: what should always hold of a home, and what to do where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hyperlocal.engine.checkup import places, records
from hyperlocal.engine.checkup.finding import Finding
from hyperlocal.history import History, RunRecord

__all__ = ["Finding", "examine"]

_CHECKS: tuple[Callable[[History, list[RunRecord]], Iterator[Finding]], ...] = (
    records.check_database,
    records.check_statuses,
    records.check_controllers,
    records.check_numbers,
    records.check_parameters,
    records.check_points,
    records.check_decisions,
    places.check_folders,
    places.check_working_copies,
    places.check_processes,
)


def examine(history: History, run_id: str | None = None) -> Iterator[Finding]:
    """Return what is wrong with a home, or with one run of it and all below; changes nothing."""
    runs = history.runs.top(include_children=True)
    if run_id is not None:
        below = history.runs.children(run_id, recursive=True)
        meant = {run_id, *(run.run_id for run in below)}
    for check in _CHECKS:
        for finding in check(history, runs):
            if run_id is None or finding.run_id is None or finding.run_id in meant:
                yield finding
