"""Termination: given what trials reported so far, whether one of them goes on.

Pure: the same curves give the same verdict. When a trial is judged at all is for its policy's
`Schedule` to say.
"""

from hyperlocal.termination.field import Ended, Field
from hyperlocal.termination.rules import judge
from hyperlocal.termination.verdict import Verdict

__all__ = ["Ended", "Field", "Verdict", "judge"]
