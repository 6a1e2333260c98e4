"""What the database should hold: tables, columns, and in each something that can be read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hyperlocal.engine.doctor.finding import Finding
from hyperlocal.errors import HistoryError, PlanError
from hyperlocal.history import History, RunRecord
from hyperlocal.history.plans import plan_of

__all__ = [
    "SAVE_THE_REST",
    "check_columns",
    "check_database",
    "check_other_tables",
    "check_plans",
    "check_schema",
]

SAVE_THE_REST = (
    "Copy the home; then `sqlite3 history.db .recover | sqlite3 new.db` may save what is "
    "left, or start anew in another home. The files of all runs are in its folder `runs`."
)
_FROM_A_COPY = (
    "Another program wrote it, or the disk failed. What else is known of it is shown; put back "
    "what was there if you have a copy of the home."
)
_MOST_OF_A_KIND = 100


def check_database(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """The file is whole."""
    try:
        damages = history.integrity.damage()
    except HistoryError as error:
        damages = [str(error)]
    for damage in damages[:_MOST_OF_A_KIND]:
        yield Finding(None, f"The database is damaged: {damage.rstrip('.')}.", SAVE_THE_REST)


def check_schema(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """The database has the tables, columns, indexes and triggers that it should have."""
    for missing in history.integrity.missing_from_schema():
        yield Finding(
            None,
            f"The database has no {missing.what}.",
            "--repair makes it anew; what was in it stays lost."
            if missing.statement
            else SAVE_THE_REST,
            None
            if not missing.statement
            else partial(history.integrity.make_anew, missing.statement),
        )


def check_columns(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """Every column of every run can be read."""
    for run in runs:
        for name, why in run.damage:
            yield Finding(run.run_id, f"Its column {name!r} cannot be read: {why}.", _FROM_A_COPY)


def check_plans(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """The settings of every run can be read."""
    for run in runs:
        try:
            plan_of(run)
        except PlanError as error:
            why = str(error.__cause__).rstrip(".")
            yield Finding(run.run_id, f"Its column 'plan' is damaged: {why}.", _FROM_A_COPY)


def check_other_tables(history: History, runs: list[RunRecord]) -> Iterator[Finding]:
    """Every metric point, decision and asset can be read."""
    for run_id, told in history.integrity.unreadable_rows():
        yield Finding(
            run_id,
            told,
            "They are left out wherever the others are shown. Another program wrote them, or the "
            "disk failed: put back what was there if you have a copy of the home.",
        )
