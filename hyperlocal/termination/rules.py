"""Rules: apply the rule of a policy, after the checks that all rules share."""

from __future__ import annotations

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, MedianStopping, Policy
from hyperlocal.domain.trial import Curve
from hyperlocal.termination.bandit import judge_bandit
from hyperlocal.termination.median import judge_median
from hyperlocal.termination.peers import Peers
from hyperlocal.termination.truncation import judge_truncation
from hyperlocal.termination.verdict import Verdict

__all__ = ["judge"]


def judge(policy: Policy, own: Curve, peers: Peers, goal: Goal) -> Verdict:
    """Return the verdict on one trial at its latest interval.

    The caller must have checked with `policy.schedule` that the trial is judged at this interval.
    NaN and infinite reports count as intervals, but not as metric values: a trial that has
    reported nothing else is not stopped, and others are not compared with it.

    Args:
        policy: The policy and its settings.
        own: The curve of the trial, up to the interval at which it is judged.
        peers: The reports so far of all other trials of the sweep, running or ended.
        goal: Converts scores back to the metric, for the threshold and the reason.

    Returns:
        Whether to stop the trial, and why or why not.
    """
    if not own.scores:
        return Verdict(False, "nothing reported yet")
    if own.best is None:
        return Verdict(False, f"no finite number reported by interval {len(own.scores)}")
    if isinstance(policy, Bandit):
        return judge_bandit(policy, own, peers, goal)
    if isinstance(policy, MedianStopping):
        return judge_median(own, peers, goal)
    return judge_truncation(policy, own, peers, goal)
