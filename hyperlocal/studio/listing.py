"""Listing: all runs of the home, read when something was written and not for each open page."""

from __future__ import annotations

import threading
import time

from hyperlocal.history.records import RunRecord
from hyperlocal.history.store import History
from hyperlocal.views.tables import RunRow, read_run_rows

__all__ = ["Listing"]

_MOST_RUNS = 5000
_LOOKS_ANYWAY_S = 10.0  # what this process itself writes does not count as a change


class Listing:
    """The newest runs of a home. Safe to share between threads."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._lock = threading.Lock()
        self._counter: int | None = None
        self._looked_at = 0.0
        self._rows: list[RunRow] = []
        self._ended: dict[str, tuple[RunRecord, RunRow]] = {}

    def read(self) -> list[RunRow]:
        """Return what the list says of each run, newest first."""
        with self._lock:
            counter, now = self._history.change_counter(), time.monotonic()
            if counter != self._counter or now - self._looked_at > _LOOKS_ANYWAY_S:
                self._counter, self._looked_at = counter, now
                records = self._history.listing.page(limit=_MOST_RUNS)
                self._rows = [self._row(record) for record in records]
                there = {record.run_id for record in records}
                self._ended = {key: self._ended[key] for key in self._ended if key in there}
            return self._rows

    def forget(self) -> None:
        """Read all anew the next time: this process has written."""
        with self._lock:
            self._counter = None

    def _row(self, record: RunRecord) -> RunRow:
        known = self._ended.get(record.run_id)
        if known is not None and known[0] == record:
            return known[1]
        (row,) = read_run_rows(self._history, [record])
        # Trials end before their sweep does: of that, nothing changes that is not in its record.
        if record.status.is_terminal:
            self._ended[record.run_id] = record, row
        return row
