"""Rules: apply the rule of a policy, after the checks that all rules share."""

from __future__ import annotations

from collections.abc import Sequence

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, MedianStopping, Policy
from hyperlocal.domain.trial import Curve
from hyperlocal.termination.bandit import judge_bandit
from hyperlocal.termination.median import judge_median
from hyperlocal.termination.peers import EndedTrials, Peers
from hyperlocal.termination.truncation import judge_truncation
from hyperlocal.termination.verdict import Verdict

__all__ = ["judge", "judge_among"]


def judge(policy: Policy, trial_id: str, curves: Sequence[Curve], goal: Goal) -> Verdict:
    """Return the verdict on one trial at its latest interval.

    The caller must have checked with `policy.schedule` that the trial is judged at this interval.
    NaN and infinite reports count as intervals, but not as metric values: a trial that has
    reported nothing else is not stopped, and others are not compared with it.

    Args:
        policy: The policy and its settings.
        trial_id: The trial; its curve ends at the interval at which it is judged.
        curves: The reports so far of every trial of the sweep, including ended ones.
        goal: Converts scores back to the metric, for the threshold and the reason.

    Returns:
        Whether to stop the trial, and why or why not.

    Raises:
        KeyError: `trial_id` has no curve.
    """
    own = {curve.trial_id: curve for curve in curves}[trial_id]
    peers = [curve for curve in curves if curve.trial_id != trial_id]
    running = [curve for curve in peers if not curve.is_finished]
    ended = EndedTrials(curve for curve in peers if curve.is_finished)
    return judge_among(policy, own, Peers(running, ended), goal)


def judge_among(policy: Policy, own: Curve, peers: Peers, goal: Goal) -> Verdict:
    """Return the verdict on one trial, as `judge` does, with its peers given as an object."""
    if not own.scores:
        return Verdict(False, "nothing reported yet")
    if own.best is None:
        return Verdict(False, f"no finite number reported by interval {len(own.scores)}")
    if isinstance(policy, Bandit):
        return judge_bandit(policy, own, peers, goal)
    if isinstance(policy, MedianStopping):
        return judge_median(own, peers, goal)
    return judge_truncation(policy, own, peers, goal)
