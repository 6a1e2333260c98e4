"""Lives: how a run that was interrupted begins again."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from hyperlocal.domain.status import Cause, Status
from hyperlocal.history.database import Database
from hyperlocal.history.extremes import refresh_extremes
from hyperlocal.history.rows import dump

__all__ = ["Lives"]

_BLANK = """cause = NULL, reason = NULL, error = NULL, exit_code = NULL, ended_at = NULL,
    pid = NULL, pid_started = NULL"""


class Lives:
    """What a home's runs go through more than once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reopen(
        self,
        run_id: str,
        *,
        pid: int,
        pid_started: float | None,
        again: Mapping[str, Mapping[str, str]],
        forgotten: Collection[str] = (),
    ) -> bool:
        """Let an interrupted run go on, all at once or not at all.

        Args:
            run_id: The run. It is not started yet, and keeps the time that it has run.
            pid: Who answers for it until it has a controller.
            pid_started: When that process started.
            again: The trials that are run again, with the properties that they begin with: of
                what they logged, and of what was decided on them, nothing stays.
            forgotten: Runs that are removed, because the trials that made them make them again.

        Returns:
            Whether it was interrupted; False if somebody else has been here.
        """
        with self._database.writing() as connection:
            n_changed = connection.execute(
                f"UPDATE run SET status = ?, {_BLANK} WHERE run_id = ? AND status = ? "
                "AND cause = ?",
                (
                    Status.NOT_STARTED.value,
                    run_id,
                    Status.FAILED.value,
                    Cause.INTERRUPTED.value,
                ),
            ).rowcount
            if n_changed != 1:
                return False
            connection.execute(
                "UPDATE run SET pid = ?, pid_started = ? WHERE run_id = ?",
                (pid, pid_started, run_id),
            )
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
        return True
