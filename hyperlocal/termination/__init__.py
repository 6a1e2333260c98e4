"""Termination: early stopping rules, which decide from the reports so far whether a trial goes on.

The rules are pure functions: the same curves give the same verdict. Whether a trial is judged at
an interval at all is decided by the `Schedule` of its policy.
"""

from hyperlocal.termination.peers import EndedTrials, Peers
from hyperlocal.termination.rules import judge
from hyperlocal.termination.verdict import Verdict

__all__ = ["EndedTrials", "Peers", "Verdict", "judge"]
