"""Goal: which way the primary metric is better. The only place where a sign flips."""

from __future__ import annotations

from enum import Enum

__all__ = ["Goal"]


class Goal(Enum):
    """Whether larger or smaller values of the primary metric are better."""

    MAXIMIZE = "maximize"
    MINIMIZE = "minimize"

    @property
    def wants_greatest(self) -> bool:
        """Whether the greatest metric is the best, and not the least."""
        return self is Goal.MAXIMIZE

    def score(self, metric: float) -> float:
        """Return `metric` turned so that larger is better."""
        return metric if self is Goal.MAXIMIZE else -metric

    def metric(self, score: float) -> float:
        """Return the metric whose score is `score`."""
        return score if self is Goal.MAXIMIZE else -score
