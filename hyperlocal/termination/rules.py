"""Rules: which one a policy stands for, and what holds for all of them."""

from __future__ import annotations

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, MedianStopping, Policy
from hyperlocal.domain.trial import Curve
from hyperlocal.termination.bandit import judge_bandit
from hyperlocal.termination.field import Field
from hyperlocal.termination.median import judge_median
from hyperlocal.termination.truncation import judge_truncation
from hyperlocal.termination.verdict import Verdict

__all__ = ["judge"]


def judge(policy: Policy, own: Curve, others: Field, goal: Goal) -> Verdict:
    """Judge one trial at its latest interval.

    The caller has asked `policy.schedule` whether the trial is judged at this interval. NaN and
    infinite reports count as intervals, but are no metric: a trial that reported nothing else is
    not stopped, and is nothing to compare with.

    Args:
        policy: The rule and its settings.
        own: The trial's curve, up to the interval at which it is judged.
        others: What all others of the sweep have reported so far, running or ended.
        goal: Turns scores back into the metric, for the threshold and the reason.

    Returns:
        Whether to stop the trial, and why or why not.
    """
    if not own.scores:
        return Verdict(False, "nothing reported yet")
    if own.best is None:
        return Verdict(False, f"no finite number reported by interval {len(own.scores)}")
    if isinstance(policy, Bandit):
        return judge_bandit(policy, own, others, goal)
    if isinstance(policy, MedianStopping):
        return judge_median(own, others, goal)
    return judge_truncation(policy, own, others, goal)
