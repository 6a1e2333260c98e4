"""Resumptions: how a run comes to its next owner.

The life of a run that is controlled is a number. Whoever takes the run over begins a new life
before anything else, and holds the run's lock meanwhile; from then on the database refuses what
is written for an older life (`fence`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from hyperlocal.domain.status import Cause, Status
from hyperlocal.history.database import Database
from hyperlocal.history.extremes import refresh_extremes
from hyperlocal.history.rows import dump
from hyperlocal.history.runs import TERMINAL_SQL

if TYPE_CHECKING:
    import sqlite3

__all__ = ["Resumptions"]

_BLANK = """cause = NULL, reason = NULL, error = NULL, exit_code = NULL, ended_at = NULL,
    pid = NULL, pid_started = NULL, place = NULL, owner = NULL"""


class Resumptions:
    """What a home's runs go through more than once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, run_id: str) -> int | None:
        """Begin a new life of a run that has not ended, and return its number; else None.

        To be called by who holds the run's lock.
        """
        with self._database.writing() as connection:
            n_changed = connection.execute(
                "UPDATE run SET life = life + 1 WHERE run_id = ? "
                f"AND status NOT IN {TERMINAL_SQL}",
                (run_id,),
            ).rowcount
            return _life(connection, run_id) if n_changed else None

    def reopen(
        self,
        run_id: str,
        *,
        again: Mapping[str, Mapping[str, str]],
        forgotten: Collection[str] = (),
    ) -> int | None:
        """Let an interrupted run go on, all at once or not at all.

        Args:
            run_id: The run. It is not started yet, and keeps the time that it has run.
            again: The trials that are run again, with the properties that they begin with: of
                what they logged, and of what was decided on them, nothing stays.
            forgotten: Runs that are removed, because the trials that made them make them again.

        Returns:
            The number of its new life; None if it was not interrupted, or goes on already.
        """
        with self._database.writing() as connection:
            n_changed = connection.execute(
                f"UPDATE run SET status = ?, life = life + 1, {_BLANK} "
                "WHERE run_id = ? AND status = ? "
                "AND cause = ?",
                (
                    Status.NOT_STARTED.value,
                    run_id,
                    Status.FAILED.value,
                    Cause.INTERRUPTED.value,
                ),
            ).rowcount
            if n_changed != 1:
                return None
            for emptied in (*again, *forgotten):
                for table in ("metric", "decision"):
                    connection.execute(
                        f"DELETE FROM {table} WHERE run = (SELECT id FROM run WHERE run_id = ?)",
                        (emptied,),
                    )
            refresh_extremes(connection)
            connection.executemany(
                f"""UPDATE run SET status = ?, {_BLANK}, started_at = NULL, elapsed = NULL,
                    warnings = '[]', properties = ? WHERE run_id = ?""",
                [
                    (Status.QUEUED.value, dump(dict(properties)), trial_id)
                    for trial_id, properties in again.items()
                ],
            )
            connection.executemany(
                "DELETE FROM run WHERE run_id = ?", [(gone,) for gone in forgotten]
            )
            return _life(connection, run_id)


def _life(connection: sqlite3.Connection, run_id: str) -> int:
    row = connection.execute("SELECT life FROM run WHERE run_id = ?", (run_id,)).fetchone()
    return int(row[0])
