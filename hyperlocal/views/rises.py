"""Rises: the moments at which a sweep's best became better.

Of a million points few have to be read: a trial cannot have made the best better if all that it
logged is no better than what trials had reached that ended logging before it began.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.ranking import is_better
from hyperlocal.history.overview import MetricOverview
from hyperlocal.history.store import History
from hyperlocal.views.sweep_data import Rise

__all__ = ["add_rise", "read_rises"]


def read_rises(history: History, told: Iterable[MetricOverview], goal: Goal) -> list[Rise]:
    """Return the rises of one metric, in order of time.

    Args:
        history: What the trials are part of.
        told: What each trial logged of the metric.
        goal: Which way it is better.
    """
    points = [
        (point.key, each.run_id, point.value, point.logged_at)
        for each in _that_matter(told, goal)
        for point in history.overview.curve(each.run_id, each.name)
    ]
    rises: list[Rise] = []
    for _, run_id, value, at in sorted(points, key=lambda point: point[0]):
        add_rise(rises, goal, Rise(run_id, value, at))
    return rises


def add_rise(rises: list[Rise], goal: Goal, new: Rise) -> None:
    """Take in the next number that was logged, if it is better than all before it."""
    if is_better(goal, new.value, rises[-1].value if rises else None):
        rises.append(new)


def _that_matter(told: Iterable[MetricOverview], goal: Goal) -> list[MetricOverview]:
    scored = [(_score(each, goal), each) for each in told if each.n_finite]
    by_end = sorted(scored, key=lambda pair: pair[1].last_key)
    reached = list(accumulate((score for score, _ in by_end), max))
    found, n_before = [], 0
    for score, each in sorted(scored, key=lambda pair: pair[1].first_key):
        while n_before < len(by_end) and by_end[n_before][1].last_key < each.first_key:
            n_before += 1
        if not n_before or score > reached[n_before - 1]:
            found.append(each)
    return found


def _score(told: MetricOverview, goal: Goal) -> float:
    best = told.greatest if goal.wants_greatest else told.least
    assert best is not None, "it has a finite number"
    return goal.score(best)
