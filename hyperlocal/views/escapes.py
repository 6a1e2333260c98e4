"""Escapes: what a log says to a terminal, without what it would have the terminal do."""

from __future__ import annotations

import re

__all__ = ["Disarmed"]

# Colours and the end of a line that a progress bar erases stay; titles, clipboards, cursor moves,
# questions that the terminal would answer as if they had been typed, and the bell do not.
_COMMAND = re.compile(
    rb"(?P<kept>\x1b\[[0-9;:]*[mK])"
    rb"|\x1b\[[0-?]*[ -/]*[@-~]"  # any other control sequence
    rb"|\x1b[\]PX^_][^\x1b\x07]*(?:\x07|\x1b\\)"  # a string for the terminal
    rb"|\x1b[ -/]*[0-~]?"
    rb"|[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]"
    rb"|\xc2[\x80-\x9f]"  # the same controls as one character of UTF-8
)
_UNFINISHED = re.compile(rb"(?:\x1b(?:\[[0-?]{0,64}[ -/]{0,8})?|\xc2)\Z")


class Disarmed:
    """Takes a log in pieces, which may end within a command."""

    def __init__(self) -> None:
        self._rest = b""

    def piece(self, block: bytes, is_last: bool = False) -> bytes:
        """Return what a terminal can be given of the next piece.

        Args:
            block: The piece.
            is_last: Whether nothing follows.
        """
        told = self._rest + block
        unfinished = None if is_last else _UNFINISHED.search(told)
        end = len(told) if unfinished is None else unfinished.start()
        self._rest = told[end:]
        return _COMMAND.sub(lambda found: found["kept"] or b"", told[:end])
