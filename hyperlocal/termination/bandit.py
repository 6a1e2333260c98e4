"""Bandit: stop a trial that is worse than the best of all trials by more than a slack.

The best report of the trial so far is compared with the incumbent: the best report of any trial so
far, running or ended, at any interval. With the incumbent's metric b, slack factor s and slack
amount a, a trial is stopped if its best is strictly worse than

    maximise    b / (1 + s)              b - a
    minimise    b + |b| * s              b + a

Azure documents only the row for maximising, and only for positive metrics, for which b / (1 + s)
equals b - |b| * s / (1 + s). For a negative b the second form is used, because the first would be
above b, so that the incumbent itself would be stopped.

References:
    https://learn.microsoft.com/azure/machine-learning/v1/how-to-tune-hyperparameters-v1#bandit-policy
"""

from __future__ import annotations

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit
from hyperlocal.domain.trial import Curve
from hyperlocal.termination.best_so_far import BestSoFar, best_so_far, is_worse
from hyperlocal.termination.peers import Peers
from hyperlocal.termination.verdict import Verdict
from hyperlocal.termination.wording import best_text, number, side_by_side, worse_side

__all__ = ["judge_bandit"]


def judge_bandit(policy: Bandit, own: Curve, peers: Peers, goal: Goal) -> Verdict:
    """Return the verdict on the trial `own`, which must have reported a finite number."""
    best = best_so_far(own)
    assert best is not None
    incumbent_curve = peers.incumbent()
    if incumbent_curve is None:
        told = f"{best_text(best, goal)} has no other trial to compare with yet"
        return Verdict(False, told, _threshold(policy, goal.metric(best.score), goal))
    incumbent = best_so_far(incumbent_curve)
    assert incumbent is not None
    if best.score >= incumbent.score:
        n_trials = peers.n_scored() + 1
        told = f"{best_text(best, goal)} is the best of all {n_trials} trials"
        return Verdict(False, told, _threshold(policy, goal.metric(best.score), goal))
    return _compare(policy, best, incumbent, goal)


def _threshold(policy: Bandit, incumbent: float, goal: Goal) -> float:
    """Return the metric below, or above, which a trial is stopped."""
    if policy.slack_amount is not None:
        return goal.metric(goal.score(incumbent) - policy.slack_amount)
    assert policy.slack_factor is not None
    return _factor_threshold(incumbent, policy.slack_factor, goal)


def _compare(policy: Bandit, best: BestSoFar, incumbent: BestSoFar, goal: Goal) -> Verdict:
    incumbent_metric = goal.metric(incumbent.score)
    threshold = _threshold(policy, incumbent_metric, goal)
    if policy.slack_amount is not None:
        formula = _amount_formula(incumbent_metric, policy.slack_amount, goal)
        scale = max(abs(incumbent_metric), policy.slack_amount)
    else:
        assert policy.slack_factor is not None
        formula = _factor_formula(incumbent_metric, policy.slack_factor, goal)
        scale = abs(incumbent_metric)
    stop = is_worse(best.score, goal.score(threshold), scale)
    metric_text, threshold_text = side_by_side(goal.metric(best.score), threshold)
    return Verdict(
        stop,
        f"{best_text(best, goal, metric_text)} is {'' if stop else 'not '}{worse_side(goal)} "
        f"{formula} = {threshold_text}, set by {incumbent.trial_id}",
        threshold,
    )


def _factor_threshold(best: float, slack: float, goal: Goal) -> float:
    if goal is Goal.MINIMIZE:
        return best + abs(best) * slack
    if best >= 0:
        return best / (1 + slack)
    # This is b - |b| * s / (1 + s), written so that it never increases with the slack, not even by
    # rounding: more slack must never stop more trials.
    return best * (2 - 1 / (1 + slack))


def _factor_formula(best: float, slack: float, goal: Goal) -> str:
    b, s, size = number(best), number(slack), number(abs(best))
    if goal is Goal.MINIMIZE:
        return f"{b} * (1 + {s})" if best >= 0 else f"{b} + {size} * {s}"
    return f"{b} / (1 + {s})" if best >= 0 else f"{b} - {size} * {s} / (1 + {s})"


def _amount_formula(best: float, slack: float, goal: Goal) -> str:
    return f"{number(best)} {'-' if goal is Goal.MAXIMIZE else '+'} {number(slack)}"
