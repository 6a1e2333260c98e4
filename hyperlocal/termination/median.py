"""Median stopping: give up what is worse than half of the trials were on average.

At interval N a trial is stopped if its best report so far is strictly worse than the median, over
all trials, of the mean of their reports 1..N. Best against averages: lenient on purpose.

Azure leaves open who belongs to "all trials". Here: the trial itself, every other that has reached
interval N, and every other that has ended (with the reports it made), also if it was stopped, so
that the bar does not rise by stopping. Of an even number the median is the mean of the middle two.
With no other trial in the pool nothing is stopped; the best of the averages never is.

References:
    https://learn.microsoft.com/azure/machine-learning/v1/how-to-tune-hyperparameters-v1#median-stopping-policy
    Golovin et al. 2017, "Google Vizier", section 3.2.1
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.trial import Curve
from hyperlocal.termination.field import Field
from hyperlocal.termination.standing import falls_short, standing
from hyperlocal.termination.verdict import Verdict
from hyperlocal.termination.wording import beyond, place, side_by_side

__all__ = ["judge_median"]


def judge_median(own: Curve, others: Field, goal: Goal) -> Verdict:
    """Judge the trial `own`, which has reported a finite number."""
    mine = standing(own)
    assert mine is not None
    interval = mine.interval
    ended, running = others.means(interval)
    average = own.means[-1]
    assert average is not None
    n_known = len(ended) + len(running) + 1
    if n_known == 1:
        return Verdict(
            False, f"{place(mine, goal)} has no other trial at this interval to compare with yet"
        )
    median = _median(ended, sorted([average, *running]))
    stop = falls_short(mine.best, median, max(abs(mine.best), abs(median)))
    metric_text, median_text = side_by_side(goal.metric(mine.best), goal.metric(median))
    return Verdict(
        stop,
        f"{place(mine, goal, metric_text)} is {'' if stop else 'not '}{beyond(goal)} "
        f"{median_text}, the median of {n_known} trials' averages up to interval {interval}",
    )


def _median(many: Sequence[float], few: Sequence[float]) -> float:
    """Return the median of all numbers of two sorted lists, of which one may be very long."""
    n_numbers = len(many) + len(few)
    low, high = (_at(many, few, place) for place in ((n_numbers - 1) // 2, n_numbers // 2))
    return low / 2 + high / 2 if low != high else low


def _at(many: Sequence[float], few: Sequence[float], place: int) -> float:
    """Return the number that would be at a place of both lists, merged."""
    for n_before, number in enumerate(few):
        own_place = n_before + bisect_left(many, number)
        if own_place == place:
            return number
        if own_place > place:
            return many[place - n_before]
    return many[place - len(few)]
