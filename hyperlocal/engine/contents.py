"""Contents: all files in a folder, whatever else is in there.

Links are followed, for it is their content that is copied or read. A link back to a folder that it
lies in would lead round and round, and a pipe or a device would be read for ever: they are passed
over, and told.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import NamedTuple

from hyperlocal.history.home import is_draft

__all__ = ["Contents", "contents_of"]

_Identity = tuple[int, int]


class Contents(NamedTuple):
    """What is in a folder.

    Attributes:
        files: Of each file the path, and the name in the folder, with forward slashes; sorted.
        passed_over: Of each thing that is no file its path and why, as a clause.
    """

    files: list[tuple[str, str]]
    passed_over: list[str]

    def complaint(self) -> str | None:
        """Return a sentence about what was passed over, or None."""
        if not self.passed_over:
            return None
        n_more = len(self.passed_over) - _MOST_TOLD
        more = f"; and {n_more} more" if n_more > 0 else ""
        return f"Passed over: {'; '.join(self.passed_over[:_MOST_TOLD])}{more}."


_MOST_TOLD = 5


class _Folder(NamedTuple):
    path: str
    prefix: str
    identity: _Identity
    above: _Folder | None

    def is_within(self, identity: _Identity) -> bool:
        here: _Folder | None = self
        while here is not None:
            if here.identity == identity:
                return True
            here = here.above
        return False


def contents_of(folder: str | os.PathLike[str]) -> Contents:
    """Return the files below a folder, and what is there beside files and folders.

    Raises:
        OSError: There is no such folder, or it cannot be read.
    """
    top = os.fspath(folder)
    found = Contents([], [])
    looping: set[_Identity] = set()
    pending = [_Folder(top, "", _identity(os.stat(top)), None)]
    while pending:
        pending += _look_into(pending.pop(), found, looping)
    found.files.sort(key=lambda pair: pair[1])
    found.passed_over.sort()
    return found


def _look_into(here: _Folder, found: Contents, looping: set[_Identity]) -> list[_Folder]:
    """Note the files of one folder; return the folders in it."""
    try:
        with os.scandir(here.path) as entries:
            inside = sorted(entries, key=lambda entry: entry.name, reverse=True)
    except OSError as error:
        if here.above is None:
            raise
        found.passed_over.append(f"{here.path} cannot be read ({error.strerror})")
        return []
    folders = []
    for entry in inside:
        if is_draft(entry.name):
            continue
        why = _obstacle(entry, here, looping)
        if why is not None:
            found.passed_over.append(f"{entry.path} {why}")
        elif entry.is_dir():
            name = f"{here.prefix}{entry.name}/"
            folders.append(_Folder(entry.path, name, _identity(entry.stat()), here))
        else:
            found.files.append((entry.path, here.prefix + entry.name))
    return folders


def _obstacle(entry: os.DirEntry[str], here: _Folder, looping: set[_Identity]) -> str | None:
    """Return why something is neither a file nor a folder that is looked into, or None."""
    try:
        status = entry.stat()
    except OSError as error:
        if not entry.is_symlink():
            return f"cannot be read ({error.strerror})"
        is_loop = error.errno == errno.ELOOP
        return "is a link to itself" if is_loop else "is a link that leads nowhere"
    if stat.S_ISDIR(status.st_mode):
        return _loop(entry, _identity(status), here, looping)
    return None if stat.S_ISREG(status.st_mode) else "is a pipe, a socket or a device"


def _loop(
    entry: os.DirEntry[str], identity: _Identity, here: _Folder, looping: set[_Identity]
) -> str | None:
    if not entry.is_symlink():
        return None
    if here.is_within(identity):
        # From now on no link to it is followed: among many folders with links to each other the
        # ways without a repetition are too many to be gone.
        looping.add(identity)
    return "is a link back to a folder that leads to it" if identity in looping else None


def _identity(status: os.stat_result) -> _Identity:
    return (status.st_dev, status.st_ino)
