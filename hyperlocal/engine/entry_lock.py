"""Entry lock: a file that a process holds for as long as it lives, and not a moment longer."""

from __future__ import annotations

import os
import sys

__all__ = ["take"]


def take(path: str, *, waits: bool) -> int | None:
    """Hold a file; return its descriptor, which lets go when it is closed.

    The system closes it when the process dies, however it does.

    Args:
        path: The file, which is made if it is not there.
        waits: Whether to wait for a process that holds it.

    Returns:
        The descriptor; None if another process holds the file, and we do not wait.

    Raises:
        OSError: The file cannot be opened, or the file system knows no locks.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, waits)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, waits: bool) -> None:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if waits else msvcrt.LK_NBLCK, 1)
        except PermissionError as error:  # so it says that somebody else has it
            raise BlockingIOError(*error.args) from error

else:
    import fcntl

    def _lock(descriptor: int, waits: bool) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
