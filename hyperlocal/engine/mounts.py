"""Mounts: folders that show what is elsewhere, and that nothing may be removed from."""

from __future__ import annotations

import os
import re
from contextlib import suppress

__all__ = ["mounts_below"]

_TABLE = "/proc/self/mountinfo"
_POINT = 4  # the field that says where it is mounted
_ESCAPED = re.compile(rb"\\([0-7]{3})")


def mounts_below(folder: str) -> set[tuple[int, int]]:
    """Return the device and the number of what is mounted somewhere in a folder.

    A folder of the same file system can be mounted, too, which nothing else shows. Empty where
    the system has no such table; other file systems are told by their devices.
    """
    top = os.fsencode(os.path.join(os.path.realpath(folder), ""))
    found = set()
    with suppress(OSError), open(_TABLE, "rb") as table:
        for line in table:
            point = _ESCAPED.sub(_character, line.split(b" ")[_POINT])
            if point.startswith(top):
                with suppress(OSError):
                    status = os.lstat(point)
                    found.add((status.st_dev, status.st_ino))
    return found


def _character(escaped: re.Match[bytes]) -> bytes:
    return bytes([int(escaped[1], 8)])
