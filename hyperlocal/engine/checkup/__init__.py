"""Checkup: what should always hold of a home, and what to do where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from hyperlocal.engine.checkup import drafts, places, records
from hyperlocal.engine.checkup.finding import Finding
from hyperlocal.history import History, RunRecord

__all__ = ["Check", "Finding", "examine"]

Check = Callable[[History, list[RunRecord]], Iterator[Finding]]
"""Looks at a home, with its runs, newest first; changes nothing by itself."""

_CHECKS: tuple[Check, ...] = (
    records.check_database,
    records.check_statuses,
    records.check_controllers,
    records.check_numbers,
    records.check_parameters,
    records.check_points,
    records.check_decisions,
    drafts.check_drafts,
    places.check_folders,
    places.check_working_copies,
    places.check_processes,
)


def examine(
    history: History, run_id: str | None = None, more: Sequence[Check] = ()
) -> Iterator[Finding]:
    """Return what is wrong with a home; changes nothing.

    Args:
        history: The home's history.
        run_id: Look at this run and all below only; findings about the home are told all the same.
        more: Checks of what the rooms above keep in the home.
    """
    runs = history.runs.top(include_children=True)
    if run_id is not None:
        below = history.runs.children(run_id, recursive=True)
        meant = {run_id, *(run.run_id for run in below)}
    for check in (*_CHECKS, *more):
        for finding in check(history, runs):
            if run_id is None or finding.run_id is None or finding.run_id in meant:
                yield finding
