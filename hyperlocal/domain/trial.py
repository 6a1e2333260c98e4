"""What samplers and policies are told of trials."""

from __future__ import annotations

from dataclasses import dataclass

from hyperlocal.domain.parameters import Parameters

__all__ = ["Curve", "Observation"]


@dataclass(frozen=True)
class Observation:
    """A trial that has ended.

    Attributes:
        parameters: What it was started with.
        score: Its best primary metric, turned so that larger is better; None if it never
            logged a finite one (it failed, or logged nothing or NaN).
        is_stopped: Whether it was stopped early, so that the score may be short of what a
            whole run would have reached.
    """

    parameters: Parameters
    score: float | None
    is_stopped: bool = False


@dataclass(frozen=True)
class Curve:
    """What one trial reported of the primary metric, in order.

    Attributes:
        trial_id: The child run.
        scores: One per interval, turned so that larger is better; NaN where it logged NaN.
        is_finished: Whether the trial has ended.
    """

    trial_id: str
    scores: tuple[float, ...]
    is_finished: bool = False
