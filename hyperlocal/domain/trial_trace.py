"""Trial trace: what a simulated trial does, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hyperlocal.errors import SweepError

_LONGEST_S = 1e12  # thirty thousand years, of which microseconds can still be counted

__all__ = ["Report", "TrialTrace"]


@dataclass(frozen=True)
class Report:
    """What a trial logs at one moment.

    Attributes:
        at_s: When, in seconds since the trial began to run.
        metrics: What: metric name to value.
    """

    at_s: float
    metrics: Mapping[str, Any]


@dataclass(frozen=True)
class TrialTrace:
    """A whole trial, from its place in the queue to its end if nothing stops it.

    Attributes:
        reports: What it logs, in order.
        duration_s: For how long it runs; None if it never ends by itself.
        delay_s: How long it is prepared before it runs.
        stop_lag_s: How long it takes to end when it is stopped.
        exit_code: What its process returns at its end.
        error: What it fails with, as the last line of its output.
        is_cut: Whether it was recorded, and something else than itself ended it.
        files: What it leaves if it comes to its own end: the name of a file to its content.
    """

    reports: tuple[Report, ...]
    duration_s: float | None
    delay_s: float = 0.0
    stop_lag_s: float = 0.0
    exit_code: int = 0
    error: str | None = None
    is_cut: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        earlier = 0.0
        for number, report in enumerate(self.reports, start=1):
            if not earlier <= report.at_s <= _LONGEST_S:
                raise SweepError(
                    f"Report {number} of a curve is at {report.at_s!r} s, but must not be before "
                    f"the one before it, at {earlier!r} s."
                )
            earlier = report.at_s
        for name in ("duration_s", "delay_s", "stop_lag_s"):
            seconds = getattr(self, name)
            if seconds is not None and not 0 <= seconds <= _LONGEST_S:
                raise SweepError(
                    f"{name} of a curve is {seconds!r}, but must be a finite number of seconds "
                    "and not negative."
                )
        if self.duration_s is not None and self.duration_s < earlier:
            raise SweepError(
                f"A curve ends at {self.duration_s!r} s, but its last report is at {earlier!r} s."
            )
