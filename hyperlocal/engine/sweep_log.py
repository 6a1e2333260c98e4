"""Sweep log: what the controller did, in the file and the format that the plan asks for."""

from __future__ import annotations

import os
import time
from pathlib import Path

__all__ = ["CONTROLLER", "ENFORCER", "GENERATOR", "SCHEDULER", "SweepLog"]

# Who writes a record: what chooses parameters, what starts trials, what stops them, and the rest.
GENERATOR = "GENERATOR"
SCHEDULER = "SCHEDULER"
ENFORCER = "ENFORCER"
CONTROLLER = "CONTROLLER"


class SweepLog:
    """A file to which several threads add whole records."""

    def __init__(self, path: Path | None, record_format: str) -> None:
        self._format = record_format
        self._descriptor = -1
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)

    def write(self, source: str, text: str, *, level: str = "INFO") -> None:
        """Add one record. A log that cannot be written does not end a sweep."""
        if self._descriptor < 0:
            return
        record = self._format.format(
            time=_now(), source=source, level=level, text=" ".join(text.splitlines())
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


def _now() -> str:
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{nanoseconds // 1000:06d}"
