"""Truncation selection: stop the worst X per cent of the trials at each interval.

At interval N a trial is stopped if it is among the worst X % of all trials at N. Each trial is
ranked by the best of its first N reports, even if it has reported more since. All trials are those
that have reached interval N and those that ended before it, with the best that they reached:
Azure's SDK compares with finished trials too.

Azure does not define rounding and ties. Here X % of n trials is rounded down to whole trials, and
trials that tie across the cut-off all go on, so that never more than X % are stopped.

References:
    https://learn.microsoft.com/azure/machine-learning/v1/how-to-tune-hyperparameters-v1#truncation-selection-policy
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import TruncationSelection
from hyperlocal.domain.trial import Curve
from hyperlocal.termination.best_so_far import best_so_far
from hyperlocal.termination.merged import merged_at
from hyperlocal.termination.peers import Peers
from hyperlocal.termination.verdict import Verdict
from hyperlocal.termination.wording import best_text

__all__ = ["judge_truncation"]


def judge_truncation(policy: TruncationSelection, own: Curve, peers: Peers, goal: Goal) -> Verdict:
    """Return the verdict on the trial `own`, which must have reported a finite number."""
    best = best_so_far(own)
    assert best is not None
    ended, running = peers.bests(best.interval)
    n_peers = len(ended) + len(running)
    if not n_peers:
        return Verdict(
            False,
            f"{best_text(best, goal)} has no other trial at this interval to compare with yet",
        )
    n_trials = n_peers + 1
    n_worst = n_trials * policy.percentage // 100
    # Trials that tie share the best of their ranks, so a tie across the cut-off is above it.
    n_better = len(ended) - bisect_right(ended, best.score) + sum(x > best.score for x in running)
    rank = 1 + n_better
    stop = rank > n_trials - n_worst
    return Verdict(
        stop,
        f"{best_text(best, goal)} is rank {rank} of {n_trials} trials; "
        f"{_cut_off_text(policy.percentage, n_trials, n_worst)}",
        _threshold(ended, [best.score, *running], n_worst, goal),
    )


def _threshold(
    ended: Sequence[float], others: Sequence[float], n_worst: int, goal: Goal
) -> float | None:
    """Return the metric of the worst trial that goes on; None if none is stopped."""
    return goal.metric(merged_at(ended, sorted(others), n_worst)) if n_worst else None


def _cut_off_text(percentage: int, n_trials: int, n_worst: int) -> str:
    if n_worst == 0:
        return f"{percentage}% of {n_trials} is less than one trial"
    if n_worst == 1:
        return f"the worst {percentage}% is rank {n_trials}"
    return f"the worst {percentage}% are ranks {n_trials - n_worst + 1} to {n_trials}"
