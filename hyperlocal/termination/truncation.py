"""Truncation selection: give up the worst X per cent at each interval.

At interval N a trial is stopped if it is among the worst X % of all trials at N. Each counts with
the best of its own first N reports, though it may have reported more since. All trials are those
that have reached interval N and those that have ended before (with the best that they reached):
Azure's SDK never leaves finished ones out.

Azure leaves rounding and ties open. Here X % of n trials is rounded down to whole trials, and
trials that tie across the cut all go on: never more than X % are in the worst X %.

References:
    https://learn.microsoft.com/azure/machine-learning/v1/how-to-tune-hyperparameters-v1#truncation-selection-policy
"""

from __future__ import annotations

from collections.abc import Sequence

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import TruncationSelection
from hyperlocal.domain.trial import Curve
from hyperlocal.termination.standing import best_by, comparable, standing
from hyperlocal.termination.verdict import Verdict
from hyperlocal.termination.wording import place

__all__ = ["judge_truncation"]


def judge_truncation(
    policy: TruncationSelection, own: Curve, others: Sequence[Curve], goal: Goal
) -> Verdict:
    """Judge the trial `own`, which has reported a finite number."""
    mine = standing(own)
    assert mine is not None
    bests = (best_by(curve, mine.interval) for curve in comparable(others, mine.interval))
    rivals = [best for best in bests if best is not None]
    if not rivals:
        return Verdict(
            False, f"{place(mine, goal)} has no other trial at this interval to compare with yet"
        )
    n_trials = len(rivals) + 1
    n_worst = n_trials * policy.percentage // 100
    # Those that tie share the best rank, so a tie across the cut is above it.
    rank = 1 + sum(score > mine.best for score in rivals)
    stop = rank > n_trials - n_worst
    return Verdict(
        stop,
        f"{place(mine, goal)} is rank {rank} of {n_trials} trials; "
        f"{_who_is_worst(policy.percentage, n_trials, n_worst)}",
    )


def _who_is_worst(percentage: int, n_trials: int, n_worst: int) -> str:
    if n_worst == 0:
        return f"{percentage}% of {n_trials} is less than one trial"
    if n_worst == 1:
        return f"the worst {percentage}% is rank {n_trials}"
    return f"the worst {percentage}% are ranks {n_trials - n_worst + 1} to {n_trials}"
