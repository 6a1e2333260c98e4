"""Descent: a way through a folder, however deep it is, that follows no link.

Scripts can nest folders deeper than a path may be long, than a recursion may go, and than a
process may have files open. So one folder is open at a time: the next is opened by its name in
it, and the way back is its `..`, which has to be the folder that was come from.
"""

from __future__ import annotations

import errno
import os
import stat

TYPE_CHECKING = False  # `typing` is slow to load, and trials come through here
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

__all__ = ["Descent", "Entry", "is_folder", "walk"]

_HAS_DIR_FD = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_DIRECTORY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)


class Entry:
    """A name in a folder, and what it names; a link is neither file nor folder."""

    __slots__ = ("is_file", "is_folder", "is_link", "name")

    def __init__(self, entry: os.DirEntry[str]) -> None:
        self.name = entry.name
        self.is_link = entry.is_symlink()
        self.is_folder = not self.is_link and entry.is_dir(follow_symlinks=False)
        self.is_file = not self.is_link and entry.is_file(follow_symlinks=False)


class Descent:
    """The folder where one is on the way.

    All methods raise OSError for what the system refuses.

    Args:
        top: The folder to begin with; a link to one is none.
    """

    def __init__(self, top: str) -> None:
        self.top = top
        self.names: list[str] = []
        self._fd: int | None = None
        self._statuses: list[os.stat_result] = []
        self._go_to(*self._opened(top, None))

    def __enter__(self) -> Descent:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    @property
    def path(self) -> str:
        """Where this is, perhaps longer than the system takes it."""
        return os.path.join(self.top, *self.names)

    @property
    def dir_fd(self) -> int | None:
        """What names are relative to in calls of the system; None where it takes only paths."""
        return self._fd

    @property
    def mode(self) -> int:
        """The permissions of this folder when it was entered."""
        return stat.S_IMODE(self._statuses[-1].st_mode)

    @property
    def identity(self) -> tuple[int, int]:
        """What no other folder has."""
        return self._statuses[-1].st_dev, self._statuses[-1].st_ino

    def at(self, name: str) -> str:
        """Return how a name in this folder is given to the system, together with `dir_fd`."""
        return name if _HAS_DIR_FD else os.path.join(self.path, name)

    def entries(self) -> list[Entry]:
        """Return what is in this folder."""
        with os.scandir(self.path if self._fd is None else self._fd) as entries:
            return [Entry(entry) for entry in entries]

    def status(self, name: str) -> os.stat_result:
        """Return what the system says of a name itself, not of what it may link to."""
        return os.stat(self.at(name), dir_fd=self._fd, follow_symlinks=False)

    def enter(self, name: str) -> None:
        """Go into a folder of this one; not into another file system."""
        opened, status = self._opened(self.at(name), self._fd)
        if status.st_dev != self._statuses[-1].st_dev:
            if opened is not None:
                os.close(opened)
            path = os.path.join(self.path, name)
            raise OSError(errno.EXDEV, "It belongs to another file system", path)
        self.names.append(name)
        self._go_to(opened, status)

    def leave(self) -> str:
        """Go back to the folder above; return the name of the one that was left."""
        opened, status = self._opened(os.pardir if _HAS_DIR_FD else self._above(), self._fd)
        self._statuses.pop()
        if not os.path.samestat(status, self._statuses.pop()):
            if opened is not None:
                os.close(opened)
            raise OSError(errno.ESTALE, "Somebody moved it meanwhile", self.path)
        self._go_to(opened, status)
        return self.names.pop()

    def _above(self) -> str:
        return os.path.join(self.top, *self.names[:-1])

    def _opened(self, path: str, dir_fd: int | None) -> tuple[int | None, os.stat_result]:
        if not _HAS_DIR_FD:
            if not is_folder(path):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
            return None, os.stat(path)
        opened = os.open(path, _FLAGS, dir_fd=dir_fd)
        try:
            # Not of the descriptor: without the right to search it, there is no way back.
            return opened, os.stat(os.curdir, dir_fd=opened)
        except OSError:
            os.close(opened)
            raise

    def _go_to(self, opened: int | None, status: os.stat_result) -> None:
        if self._fd is not None:
            os.close(self._fd)
        self._fd = opened
        self._statuses.append(status)


def walk(top: str) -> Iterator[tuple[Descent, list[Entry]]]:
    """Yield each folder that can be read, a folder before those in it, with what is in it.

    Nothing if there is no folder `top`. What is taken out of the list is not entered.
    """
    try:
        here = Descent(top)
    except OSError:
        return
    with here:
        ahead = [_readable(here)]
        yield here, ahead[0]
        while ahead:
            entry = ahead[-1].pop() if ahead[-1] else None
            if entry is None:
                ahead.pop()
                if ahead and not _can_leave(here):
                    return  # what is read changes
            elif entry.is_folder and _can_enter(here, entry.name):
                ahead.append(_readable(here))
                yield here, ahead[-1]


def _readable(here: Descent) -> list[Entry]:
    try:
        return here.entries()
    except OSError:
        return []


def _can_enter(here: Descent, name: str) -> bool:
    try:
        here.enter(name)
    except OSError:
        return False
    return True


def _can_leave(here: Descent) -> bool:
    try:
        here.leave()
    except OSError:
        return False
    return True


def is_folder(path: str) -> bool:
    """Whether there is a folder, and not a link to one."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False
