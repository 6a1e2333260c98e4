"""Doctor: what should always hold of a home, and what to do where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from hyperlocal.engine.doctor import contents, drafts, places, records
from hyperlocal.engine.doctor.finding import Finding
from hyperlocal.errors import HistoryError
from hyperlocal.history import History, RunRecord

__all__ = ["Check", "Finding", "examine"]

Check = Callable[[History, list[RunRecord]], Iterator[Finding]]
"""Looks at a home, with its runs, newest first; changes nothing by itself."""

_CHECKS: tuple[Check, ...] = (
    contents.check_columns,
    contents.check_plans,
    contents.check_other_tables,
    records.check_statuses,
    records.check_controllers,
    records.check_numbers,
    records.check_parameters,
    records.check_points,
    records.check_decisions,
    drafts.check_drafts,
    places.check_folders,
    places.check_access,
    places.check_working_copies,
    places.check_processes,
)


def examine(
    history: History, run_id: str | None = None, more: Sequence[Check] = ()
) -> Iterator[Finding]:
    """Return what is wrong with a home; changes nothing.

    A check that cannot be made is something wrong as well, and does not keep the others from
    being made.

    Args:
        history: The home's history.
        run_id: Look at this run and all below only; findings about the home are told all the same.
        more: Checks of what the rooms above keep in the home.
    """
    yield from _guarded(contents.check_database, history, [])
    yield from _guarded(contents.check_schema, history, [])
    try:
        runs = history.runs.top(include_children=True)
        meant = None
        if run_id is not None:
            below = history.runs.children(run_id, recursive=True)
            meant = {run_id, *(run.run_id for run in below)}
    except HistoryError as error:
        yield Finding(None, f"The runs cannot be read: {error}", contents.SAVE_THE_REST)
        return
    for check in (*_CHECKS, *more):
        for finding in _guarded(check, history, runs):
            if meant is None or finding.run_id is None or finding.run_id in meant:
                yield finding


def _guarded(check: Check, history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    try:
        yield from check(history, runs)
    except Exception as error:
        what = (check.__doc__ or check.__name__).partition("\n")[0].rstrip(".")
        told = str(error) or type(error).__name__
        yield Finding(
            None,
            f"It cannot be checked whether this holds: {what[:1].lower()}{what[1:]}. {told}",
            "If nothing else is wrong that explains it, please report it.",
        )
