"""Judging curves that are all at hand, as a table of them is written in a test."""

from hyperlocal.termination import Ended, Field
from hyperlocal.termination import judge as judge_among

__all__ = ["judge"]


def judge(policy, trial_id, curves, goal):
    """Judge the trial whose curve goes up to where it is judged, among all the others."""
    (own,) = [curve for curve in curves if curve.trial_id == trial_id]
    others = [curve for curve in curves if curve is not own]
    running = [curve for curve in others if not curve.is_finished]
    ended = Ended(curve for curve in others if curve.is_finished)
    return judge_among(policy, own, Field(running, ended), goal)
