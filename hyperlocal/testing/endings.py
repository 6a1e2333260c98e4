"""What stands, in a trial's function, for the end of its process and for what is not logged."""

from __future__ import annotations

__all__ = ["DROPPED", "TrialEnded", "exit_code_of"]

DROPPED = object()
"""In place of a value that is not logged."""


class TrialEnded(BaseException):
    """Ends a function in place of its process; like a signal, nothing should catch it.

    Args:
        exit_code: What its process would have returned.
    """

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


def exit_code_of(ended: SystemExit) -> int:
    """Return what an interpreter makes of `sys.exit(...)`."""
    if ended.code is None:
        return 0
    return ended.code & 0xFF if isinstance(ended.code, int) else 1
