"""History: what is written and what is asked, over one database."""

from __future__ import annotations

from hyperlocal.history.database import Database
from hyperlocal.history.home import locate_home
from hyperlocal.history.metrics import Metrics

TYPE_CHECKING = False  # importing `typing` for it would take as long as the first metric
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from hyperlocal.history.assets import Assets
    from hyperlocal.history.decisions import Decisions
    from hyperlocal.history.fence import Fence
    from hyperlocal.history.folder import RunFolder
    from hyperlocal.history.integrity import Integrity
    from hyperlocal.history.listing import Listing
    from hyperlocal.history.overview import Overview
    from hyperlocal.history.ranking import Ranking
    from hyperlocal.history.resumptions import Resumptions
    from hyperlocal.history.runs import Runs
    from hyperlocal.history.series import SeriesReader
    from hyperlocal.history.tail import Tail

__all__ = ["History"]


class History:
    """Everything that a home remembers.

    Safe to share between threads, and to carry over a fork. The parts that a trial's `log` does
    not need are loaded when they are first asked for.

    Attributes:
        metrics: What runs logged.
    """

    def __init__(self, home: Path | str, **settings: Any) -> None:
        self._database = Database(str(home), **settings)
        self.metrics = Metrics(self._database)
        self._runs: Runs | None = None
        self._decisions: Decisions | None = None
        self._assets: Assets | None = None

    @classmethod
    def open(cls, home: Path | str | None = None, **settings: Any) -> History:
        """Open the history of `home`, or of this process's home; made if there is none.

        Args:
            home: The home.
            **settings: `clock`, `is_durable` and `fence` of `Database`.

        Raises:
            HistoryError: It cannot be used; the text says why and what to do.
        """
        return cls(home if home is not None else locate_home(), **settings)

    @property
    def home(self) -> Path:
        """The folder of this history."""
        from pathlib import Path

        return Path(self._database.home)

    @property
    def fence(self) -> Fence | None:
        """For which life of a run this process writes; None if it may write for all."""
        return self._database.fence

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be written here, as far as the system tells."""
        return self._database.is_read_only

    @property
    def notes(self) -> dict[str, str | None]:
        """What could not be read so far, as sentences, with the run that each is about."""
        return self._database.notes

    @property
    def runs(self) -> Runs:
        """Runs and their statuses."""
        if self._runs is None:
            from hyperlocal.history.runs import Runs

            self._runs = Runs(self._database)
        return self._runs

    @property
    def listing(self) -> Listing:
        """Runs page by page."""
        from hyperlocal.history.listing import Listing

        return Listing(self._database)

    @property
    def ranking(self) -> Ranking:
        """The children of runs by what they logged."""
        from hyperlocal.history.ranking import Ranking

        return Ranking(self._database)

    @property
    def series(self) -> SeriesReader:
        """What runs logged, by the list."""
        from hyperlocal.history.series import SeriesReader

        return SeriesReader(self._database)

    @property
    def overview(self) -> Overview:
        """What runs logged, in a few numbers each."""
        from hyperlocal.history.overview import Overview

        return Overview(self._database)

    @property
    def resumptions(self) -> Resumptions:
        """Runs that were interrupted and go on."""
        from hyperlocal.history.resumptions import Resumptions

        return Resumptions(self._database)

    @property
    def integrity(self) -> Integrity:
        """What should never be in the database."""
        from hyperlocal.history.integrity import Integrity

        return Integrity(self._database)

    @property
    def decisions(self) -> Decisions:
        """What policies decided."""
        if self._decisions is None:
            from hyperlocal.history.decisions import Decisions

            self._decisions = Decisions(self._database)
        return self._decisions

    @property
    def assets(self) -> Assets:
        """What scripts created beside runs."""
        if self._assets is None:
            from hyperlocal.history.assets import Assets

            self._assets = Assets(self._database)
        return self._assets

    def tail(self, parent_id: str, name: str | None) -> Tail:
        """Return what follows one metric of a run's children; all of theirs for None."""
        from hyperlocal.history.tail import Tail

        return Tail(self._database, parent_id, name)

    def folder(self, run_id: str) -> RunFolder:
        """Return the folder of a run."""
        from hyperlocal.history.folder import RunFolder

        return RunFolder(self._database.home, run_id)

    def change_counter(self) -> int:
        """Return a number that changes when another process has written."""
        return self._database.change_counter()

    def close(self, *, obstacle: str | None = None) -> None:
        """Close the database; the next use opens it again.

        Args:
            obstacle: Why it must not be used again; None if it may be.
        """
        self._database.close(obstacle=obstacle)
