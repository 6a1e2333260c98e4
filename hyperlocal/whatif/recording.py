"""Recording: the trials of a sweep as they went, with the times of all that they reported."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from hyperlocal.errors import SweepError
from hyperlocal.whatif.recorded import RecordedSweep, RecordedTrial

if TYPE_CHECKING:
    from hyperlocal.history import History

__all__ = ["RecordedTrial", "Recording"]


@dataclass(frozen=True)
class Recording(RecordedSweep):
    """A sweep that ran.

    Attributes:
        name: What it is called in tables.
        metric_name: Its primary metric.
        goal: Which way that is better.
        trials: Its trials, in the order in which they were tried.
        concurrency: How many ran at once.
        policy: Its own policy.
        space: What it searched; None if that is not known.
        reaction_s: Within which time after a report a trial could not be stopped any more.
        notes: What should be known of it.
    """

    @classmethod
    def of_run(cls, run: Any, history: History | None = None) -> Recording:
        """Return the recording of a sweep in the history.

        Args:
            run: A `HyperDriveRun`, or the id of one.
            history: Where it is; by default where `run` is, or the home of this process.

        Raises:
            RunNotFound: There is no such run.
            SweepError: It is no sweep, has not ended, or no trial of it ran.
        """
        from hyperlocal.history import History
        from hyperlocal.whatif.recorded_runs import recording_of

        run_id = run if isinstance(run, str) else getattr(run, "id", None)
        if not isinstance(run_id, str):
            raise SweepError(f"of_run() takes a run, or the id of one, not {run!r}.")
        where = history or getattr(run, "_history", None) or History.open()
        return cls._of(recording_of(where, run_id))

    @classmethod
    def of_file(
        cls,
        path: str | os.PathLike[str],
        *,
        metric: str | None = None,
        goal: str | None = None,
        concurrency: int | None = None,
    ) -> Recording:
        """Return the recording in a CSV or JSON file, whose format is in `curve_files`.

        Args:
            path: The file.
            metric: The primary metric's name.
            goal: `maximize` or `minimize`.
            concurrency: How many trials ran at once, if the file does not say; else one.

        Raises:
            SweepError: The file does not say what it must, or says what cannot be.
        """
        from hyperlocal.whatif.curve_files import read

        told = read(os.fspath(path), metric=metric, goal=goal, concurrency=concurrency)
        return cls._of(told)

    @classmethod
    def _of(cls, recorded: RecordedSweep) -> Recording:
        return cls(**{each.name: getattr(recorded, each.name) for each in fields(recorded)})

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a JSON file, from which `of_file` reads it."""
        from hyperlocal.whatif.curve_files import write

        write(self, os.fspath(path))
