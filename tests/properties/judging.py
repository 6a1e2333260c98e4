"""Judging a trial from a list of the curves of all trials, as tests write it down."""

from hyperlocal.termination import EndedTrials, Peers
from hyperlocal.termination import judge as judge_among

__all__ = ["judge"]


def judge(policy, trial_id, curves, goal):
    """Judge the trial at the end of its curve, compared with all the others."""
    (own,) = [curve for curve in curves if curve.trial_id == trial_id]
    others = [curve for curve in curves if curve is not own]
    running = [curve for curve in others if not curve.is_finished]
    ended = EndedTrials(curve for curve in others if curve.is_finished)
    return judge_among(policy, own, Peers(running, ended), goal)
