"""Median stopping: stop a trial whose best is worse than the median of the trials' averages.

At interval N a trial is stopped if its best report so far is strictly worse than the median, over
all trials, of the mean of their reports 1..N. To compare a best with means is lenient; Azure and
Vizier both define the rule so.

Azure does not define "all trials". Here they are the trial itself, every other trial that has
reached interval N, and every other trial that has ended, with the reports that it made. Trials
that were stopped count too: without them, each stop would raise the median for the other trials.
The median of an even number of values is the mean of the middle two. A trial without others to
compare with is not stopped, and neither is the one with the best average.

References:
    https://learn.microsoft.com/azure/machine-learning/v1/how-to-tune-hyperparameters-v1#median-stopping-policy
    Golovin et al. 2017, "Google Vizier", section 3.2.1
"""

from __future__ import annotations

from collections.abc import Sequence

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.trial import Curve
from hyperlocal.termination.best_so_far import best_so_far, is_worse
from hyperlocal.termination.merged import merged_at
from hyperlocal.termination.peers import Peers
from hyperlocal.termination.verdict import Verdict
from hyperlocal.termination.wording import best_text, side_by_side, worse_side

__all__ = ["judge_median"]


def judge_median(own: Curve, peers: Peers, goal: Goal) -> Verdict:
    """Return the verdict on the trial `own`, which must have reported a finite number."""
    best = best_so_far(own)
    assert best is not None
    interval = best.interval
    ended, running = peers.means(interval)
    own_mean = own.means[-1]
    assert own_mean is not None
    n_trials = len(ended) + len(running) + 1
    if n_trials == 1:
        return Verdict(
            False,
            f"{best_text(best, goal)} has no other trial at this interval to compare with yet",
        )
    median = _median(ended, sorted([own_mean, *running]))
    stop = is_worse(best.score, median, max(abs(best.score), abs(median)))
    metric_text, median_text = side_by_side(goal.metric(best.score), goal.metric(median))
    return Verdict(
        stop,
        f"{best_text(best, goal, metric_text)} is {'' if stop else 'not '}{worse_side(goal)} "
        f"{median_text}, the median of {n_trials} trials' averages up to interval {interval}",
        goal.metric(median),
    )


def _median(many: Sequence[float], few: Sequence[float]) -> float:
    """Return the median of two sorted lists together."""
    n_numbers = len(many) + len(few)
    low, high = (merged_at(many, few, index) for index in ((n_numbers - 1) // 2, n_numbers // 2))
    return low / 2 + high / 2 if low != high else low
