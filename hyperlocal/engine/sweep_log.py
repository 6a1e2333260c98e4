"""Sweep log: what the controller did, in the file and the format that the plan asks for."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["CONTROLLER", "ENFORCER", "GENERATOR", "SCHEDULER", "SweepLog"]

# Who writes a record: what chooses parameters, what starts trials, what stops them, and the rest.
GENERATOR = "GENERATOR"
SCHEDULER = "SCHEDULER"
ENFORCER = "ENFORCER"
CONTROLLER = "CONTROLLER"


class SweepLog:
    """A file to which several threads add whole records, by a clock."""

    def __init__(
        self, path: Path | None, record_format: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        self._format = record_format
        self._descriptor = -1
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, source: str, text: str, *, level: str = "INFO") -> None:
        """Add one record. A log that cannot be written does not end a sweep."""
        if self._descriptor < 0:
            return
        record = self._format.format(
            time=_moment(self._clock()),
            source=source,
            level=level,
            text=" ".join(text.splitlines()),
        )
        try:
            os.write(self._descriptor, record.encode("utf-8", "replace"))
        except OSError:
            return

    def close(self) -> None:
        """Close the file; later records are dropped."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _moment(now: float) -> str:
    seconds, microseconds = divmod(int(now * 1_000_000), 1_000_000)
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{microseconds:06d}"
