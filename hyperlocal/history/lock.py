"""Lock: who owns something of a home, for as long as its process lives.

The system takes a lock back when the last process that holds it is gone, whatever ended it, and
it knows no process numbers: it is the same for all who see the file, in containers, too.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from weakref import WeakSet

from hyperlocal.errors import HistoryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["HANDS_OVER", "Lock", "hold", "is_held", "lock_path"]

HANDS_OVER = os.name != "nt"
"""Whether a process that it starts can be given a lock, without a moment in which it is free."""

_HELD_ELSEWHERE = (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK)


def lock_path(home: str, name: str) -> str:
    """Return the file whose lock says who owns `name`, a run for instance."""
    return os.path.join(home, "locks", f"{name}.lock")


class Lock:
    """A lock that this process holds, until it is released, handed over, or the process ends.

    A fork does not inherit it. Used as a context, it is released at the end.

    Attributes:
        path: Its file.
        descriptor: The open file; None once it is released.
    """

    def __init__(self, path: str, descriptor: int) -> None:
        """Hold the lock of a file that is open, and locked, as `descriptor`."""
        self.path = path
        self.descriptor: int | None = descriptor
        _held.add(self)

    @classmethod
    def take(cls, path: str) -> Lock | None:
        """Take the lock of a file, which is made if need be; None if somebody holds it.

        Raises:
            HistoryError: The file system has no locks, or the file cannot be made.
        """
        try:
            descriptor = _hold_in_folder(path)
        except OSError as error:
            raise HistoryError(
                f"{path} cannot be made or locked: {error.strerror}. It says who controls a run; "
                "set HYPERLOCAL_HOME to a folder on a local disk that you can write."
            ) from error
        return None if descriptor is None else cls(path, descriptor)

    def release(self, *, remove: bool = False) -> None:
        """Let others take it.

        Args:
            remove: Remove its file first: nobody is expected to want it.
        """
        if self.descriptor is None:
            return
        if remove and os.name != "nt":
            with suppress(OSError):  # somebody removed the home, or may not write any more
                os.unlink(self.path)
        _unlock(self.descriptor)  # a fork that has just begun may still have it open
        self.hand_over()

    def hand_over(self) -> None:
        """Leave it to the child that has inherited its descriptor."""
        descriptor, self.descriptor = self.descriptor, None
        _held.discard(self)
        if descriptor is not None:
            os.close(descriptor)

    def __enter__(self) -> Lock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release(remove=True)


def hold(path: str) -> int | None:
    """Hold a file; return its descriptor, which lets go when it is closed.

    The file is made if it is not there. The system lets go of it when the process dies, too.

    Returns:
        The descriptor; None if somebody else holds the file.

    Raises:
        OSError: The file cannot be made, or its file system has no locks.
    """
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        is_ours = False
        try:
            if not _try_lock(descriptor):
                return None
            is_ours = _is_still(path, descriptor)
        finally:
            if not is_ours:
                os.close(descriptor)
        if is_ours:
            return descriptor
        # Its last holder has removed the file: try with the new one.


def is_held(path: str) -> bool:
    """Whether somebody holds a file; one that is not there is nobody's.

    Where that cannot be told, somebody does.
    """
    if not os.path.exists(path):
        return False
    try:
        descriptor = hold(path)
    except OSError:
        return True
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is None


def _hold_in_folder(path: str) -> int | None:
    try:
        return hold(path)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        return hold(path)


def _try_lock(descriptor: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            # Of the open file, not of the process: it can be handed to a child, and closing
            # another descriptor of the same file does not give it back.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD_ELSEWHERE:
            return False
        raise
    return True


def _unlock(descriptor: int) -> None:
    if os.name != "nt":  # there, closing it does
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _is_still(path: str, descriptor: int) -> bool:
    """Whether the file that is locked is still the one that others will open."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


_held: WeakSet[Lock] = WeakSet()


def _leave_to_parent() -> None:
    # A child that kept it open would hold it after the death of the process whose it is.
    for lock in list(_held):
        if lock.descriptor is not None:
            os.close(lock.descriptor)
            lock.descriptor = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)
