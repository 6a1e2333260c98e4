"""Leavings: the careful ways into folders that a script has left, and what cannot be helped."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from hyperlocal.history.descent import Descent, is_folder

__all__ = ["Left", "enter", "is_of_the_machine", "noted", "opened"]

_OF_THE_MACHINE = frozenset(
    {
        errno.EAGAIN,
        errno.EDQUOT,
        errno.EIO,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOMEM,
        errno.ENOSPC,
        errno.EROFS,
    }
)


class Left(NamedTuple):
    """What was left where it is, and why."""

    path: str
    why: str


def is_of_the_machine(error: OSError) -> bool:
    """Whether an error is the machine's trouble, as a full disk, which no trial can have made."""
    return error.errno in _OF_THE_MACHINE


def opened(folder: str) -> Descent:
    """Return the way into a folder, which is made accessible if it is not.

    Raises:
        OSError: There is none, or it belongs to somebody else.
    """
    try:
        here = Descent(folder)
    except PermissionError:
        if not is_folder(folder):
            raise
        os.chmod(folder, stat.S_IMODE(os.lstat(folder).st_mode) | stat.S_IRWXU)
        here = Descent(folder)
    _make_writable(here)
    return here


def enter(here: Descent, name: str) -> None:
    """Go into a folder, which is made accessible if it is not.

    Raises:
        OSError: It is none, belongs to somebody else or to another file system.
    """
    try:
        here.enter(name)
    except PermissionError:
        mode = here.status(name).st_mode
        if not stat.S_ISDIR(mode):
            raise
        os.chmod(here.at(name), stat.S_IMODE(mode) | stat.S_IRWXU, dir_fd=here.dir_fd)
        here.enter(name)
    _make_writable(here)


def _make_writable(here: Descent) -> None:
    if here.mode & stat.S_IRWXU != stat.S_IRWXU:
        with suppress(PermissionError):  # it is somebody else's, who may still let us write
            place = here.path if here.dir_fd is None else here.dir_fd
            os.chmod(place, here.mode | stat.S_IRWXU)


@contextmanager
def noted(left: list[Left], where: str | Descent, name: str = "") -> Iterator[None]:
    """Go on after an error that something of a trial's makes, and note what it left."""
    try:
        yield
    except FileNotFoundError:
        return  # somebody else has removed it
    except OSError as error:
        if is_of_the_machine(error):
            raise
        path = where if isinstance(where, str) else os.path.join(where.path, name)
        left.append(Left(path, error.strerror or str(error)))
