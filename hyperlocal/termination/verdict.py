"""Verdict: whether a trial is stopped early, and a reason that a user can check."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Verdict"]


@dataclass(frozen=True)
class Verdict:
    """The decision of a policy about one trial at one interval.

    Attributes:
        stop: Whether the trial is stopped.
        reason: Why it is stopped or goes on, in values of the metric.
        threshold: The metric that it had to reach, if there is one: trials that are worse are
            stopped.
    """

    stop: bool
    reason: str
    threshold: float | None = None
