"""Bandit: give up what is worse than the best of all trials by more than a slack.

Compared are the trial's best report so far and the incumbent, the best report of any trial so far,
running or ended, at whatever interval. With best b, slack factor s and slack amount a, a trial is
stopped if its best is strictly beyond

    maximise    b / (1 + s)              b - a
    minimise    b + |b| * s              b + a

Azure documents the maximise row only, and only for positive metrics. b / (1 + s) equals
b - |b| * s / (1 + s) there; for a negative b we use the latter, because the former would lie above
b and stop the incumbent itself.

References:
    https://learn.microsoft.com/azure/machine-learning/v1/how-to-tune-hyperparameters-v1#bandit-policy
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit
from hyperlocal.domain.trial import Curve
from hyperlocal.termination.standing import Standing, best_by, falls_short, standing
from hyperlocal.termination.verdict import Verdict
from hyperlocal.termination.wording import beyond, number, place, side_by_side

__all__ = ["judge_bandit"]


def judge_bandit(policy: Bandit, own: Curve, others: Sequence[Curve], goal: Goal) -> Verdict:
    """Judge the trial `own`, which has reported a finite number."""
    mine = standing(own)
    assert mine is not None
    bests = ((best_by(curve, len(curve.scores)), curve.trial_id) for curve in others)
    rivals = [(best, trial_id) for best, trial_id in bests if best is not None]
    if not rivals:
        return Verdict(False, f"{place(mine, goal)} has no other trial to compare with yet")
    best, incumbent = max(rivals, key=itemgetter(0))
    if mine.best >= best:
        return Verdict(False, f"{place(mine, goal)} is the best of all {len(rivals) + 1} trials")
    return _compare(policy, mine, best, incumbent, goal)


def _compare(
    policy: Bandit, mine: Standing, best_score: float, incumbent: str, goal: Goal
) -> Verdict:
    best = goal.metric(best_score)
    if policy.slack_amount is not None:
        threshold = goal.metric(best_score - policy.slack_amount)
        formula = _amount_formula(best, policy.slack_amount, goal)
        scale = max(abs(best), policy.slack_amount)
    else:
        assert policy.slack_factor is not None
        threshold = _factor_threshold(best, policy.slack_factor, goal)
        formula = _factor_formula(best, policy.slack_factor, goal)
        scale = abs(best)
    stop = falls_short(mine.best, goal.score(threshold), scale)
    metric_text, threshold_text = side_by_side(goal.metric(mine.best), threshold)
    return Verdict(
        stop,
        f"{place(mine, goal, metric_text)} is {'' if stop else 'not '}{beyond(goal)} "
        f"{formula} = {threshold_text}, set by {incumbent}",
    )


def _factor_threshold(best: float, slack: float, goal: Goal) -> float:
    if goal is Goal.MINIMIZE:
        return best + abs(best) * slack
    if best >= 0:
        return best / (1 + slack)
    # b - |b| * s / (1 + s), in a form that never rises with the slack, also after rounding.
    return best * (2 - 1 / (1 + slack))


def _factor_formula(best: float, slack: float, goal: Goal) -> str:
    b, s, size = number(best), number(slack), number(abs(best))
    if goal is Goal.MINIMIZE:
        return f"{b} * (1 + {s})" if best >= 0 else f"{b} + {size} * {s}"
    return f"{b} / (1 + {s})" if best >= 0 else f"{b} - {size} * {s} / (1 + {s})"


def _amount_formula(best: float, slack: float, goal: Goal) -> str:
    return f"{number(best)} {'-' if goal is Goal.MAXIMIZE else '+'} {number(slack)}"
