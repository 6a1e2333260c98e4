"""History: what is written and what is asked, over one database."""

from __future__ import annotations

from pathlib import Path

from hyperlocal.history.assets import Assets
from hyperlocal.history.database import Database
from hyperlocal.history.decisions import Decisions
from hyperlocal.history.home import RunFolder, find_home
from hyperlocal.history.metrics import Metrics
from hyperlocal.history.runs import Runs

__all__ = ["History"]


class History:
    """Everything that a home remembers.

    Attributes:
        home: The folder.
        runs: Runs and their statuses.
        metrics: What runs logged.
        decisions: What policies decided.
        assets: What scripts created beside runs.
    """

    def __init__(self, home: Path | str) -> None:
        self._database = Database(Path(home))
        self.home = self._database.home
        self.runs = Runs(self._database)
        self.metrics = Metrics(self._database)
        self.decisions = Decisions(self._database)
        self.assets = Assets(self._database)

    @classmethod
    def open(cls, home: Path | str | None = None) -> History:
        """Open the history of `home`, or of this process's home; made if there is none.

        Raises:
            HistoryError: It cannot be used; the text says why and what to do.
        """
        return cls(home if home is not None else find_home())

    def folder(self, run_id: str) -> RunFolder:
        """Return the folder of a run."""
        return RunFolder(self.home, run_id)

    def change_counter(self) -> int:
        """Return a number that changes when another process has written."""
        return self._database.change_counter()

    def close(self) -> None:
        """Close the database; the next use opens it again."""
        self._database.close()
