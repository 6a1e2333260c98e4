"""Verdict: whether a trial is stopped, and the reason as a user can check it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Verdict"]


@dataclass(frozen=True)
class Verdict:
    """What a policy says of one trial at one interval.

    Attributes:
        stop: Whether the trial is given up.
        reason: Why, or why not, in the metric's own numbers.
    """

    stop: bool
    reason: str
