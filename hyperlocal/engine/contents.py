"""Contents: all files in a folder, whatever else is in there.

Links are followed, for it is their content that is copied or read. A link back to a folder that it
lies in would lead round and round, and a pipe or a device would be read for ever: they are passed
over, and told. Of such links a copy can have those that lead to something in the copy itself.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from hyperlocal.history.home import is_draft

__all__ = ["Contents", "LeavesOut", "contents_of"]

LeavesOut = Callable[[str, bool], bool]
"""Given a name relative to the top (forward slashes) and whether it is a folder: leave it out?"""

_Identity = tuple[int, int]


class Contents(NamedTuple):
    """What is in a folder.

    Attributes:
        files: Of each file the path, and the name in the folder, with forward slashes; sorted.
        passed_over: Of each thing that is no file its path and why, as a clause.
        folders: The names of the folders, those above others first.
        inner_links: Of links that are not followed the names, and what they lead to: only those
            that lead to nothing outside, wherever the folder is copied to.
        sizes: How many bytes each file has, by its name.
        errors: Why folders could not be read.
    """

    files: list[tuple[str, str]]
    passed_over: list[str]
    folders: list[str]
    inner_links: list[tuple[str, str]]
    sizes: dict[str, int]
    errors: list[OSError]

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
    prefix: str | None
    identity: _Identity
    above: _Folder | None

    def leading_here(self, identity: _Identity) -> _Folder | None:
        """Return this folder or one above it, if that is the one."""
        here: _Folder | None = self
        while here is not None:
            if here.identity == identity:
                return here
            here = here.above
        return None

    def name_of(self, entry: os.DirEntry[str]) -> str:
        assert self.prefix is not None
        return self.prefix + entry.name


class _Obstacle(NamedTuple):
    """Why something is neither a file nor a folder that is looked into.

    Attributes:
        why: The clause.
        leads_to: Where a link in the same place of a copy has to lead, if it may be there.
    """

    why: str
    leads_to: str | None = None


def contents_of(folder: str | os.PathLike[str], leaves_out: LeavesOut | None = None) -> Contents:
    """Return the files below a folder, and what is there beside files and folders.

    Args:
        folder: The folder.
        leaves_out: What is not looked at, by name; what a link leads to has the link's name.

    Raises:
        OSError: There is no such folder, or it cannot be read.
    """
    top = os.fspath(folder)
    found = Contents([], [], [], [], {}, [])
    looping: dict[_Identity, _Folder] = {}
    pending = [_Folder(top, "", _identity(os.stat(top)), _above(top))]
    while pending:
        pending += _look_into(pending.pop(), found, looping, leaves_out)
    found.files.sort(key=lambda pair: pair[1])
    found.passed_over.sort()
    return found


def _above(top: str) -> _Folder | None:
    """Return the folders that hold the top one: a link to them leads back to it, too."""
    chain: _Folder | None = None
    path, ahead = os.path.realpath(top), []
    while path != os.path.dirname(path):
        path = os.path.dirname(path)
        ahead.append(path)
    for path in reversed(ahead):
        with suppress(OSError):
            chain = _Folder(path, None, _identity(os.stat(path)), chain)
    return chain


def _look_into(
    here: _Folder, found: Contents, looping: dict[_Identity, _Folder], leaves_out: LeavesOut | None
) -> list[_Folder]:
    """Note the files of one folder; return the folders in it."""
    try:
        with os.scandir(here.path) as entries:
            inside = sorted(entries, key=lambda entry: entry.name, reverse=True)
    except OSError as error:
        if here.prefix == "":
            raise
        found.passed_over.append(f"{here.path} cannot be read ({error.strerror})")
        found.errors.append(error)
        return []
    folders = []
    for entry in inside:
        name = here.name_of(entry)
        if is_draft(entry.name) or (leaves_out and leaves_out(name, _is_folder(entry))):
            continue
        obstacle = _obstacle(entry, here, looping)
        if obstacle is not None:
            found.passed_over.append(f"{entry.path} {obstacle.why}")
            if obstacle.leads_to is not None:
                found.inner_links.append((name, obstacle.leads_to))
        elif entry.is_dir():
            folders.append(_Folder(entry.path, f"{name}/", _identity(entry.stat()), here))
            found.folders.append(name)
        else:
            found.files.append((entry.path, name))
            found.sizes[name] = entry.stat().st_size
    return folders


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it leads to a folder; of a link to itself, or into what is locked, it does not."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _obstacle(
    entry: os.DirEntry[str], here: _Folder, looping: dict[_Identity, _Folder]
) -> _Obstacle | None:
    """Return why something is neither a file nor a folder that is looked into, or None."""
    try:
        status = entry.stat()
    except OSError as error:
        if not entry.is_symlink():
            return _Obstacle(f"cannot be read ({error.strerror})")
        is_loop = error.errno == errno.ELOOP
        why = "is a link to itself" if is_loop else "is a link that leads nowhere"
        return _Obstacle(why, _inner(os.readlink(entry.path), here))
    if stat.S_ISDIR(status.st_mode):
        return _loop(entry, _identity(status), here, looping)
    if stat.S_ISREG(status.st_mode):
        return None
    return _Obstacle("is a pipe, a socket or a device")


def _inner(leads_to: str, here: _Folder) -> str | None:
    """Return where a link to nothing leads, if that is in the top folder whatever is there."""
    parts = leads_to.split(os.sep)
    n_up = next((n for n, part in enumerate(parts) if part != os.pardir), len(parts))
    assert here.prefix is not None
    is_inner = not os.path.isabs(leads_to) and n_up <= here.prefix.count("/")
    return leads_to if is_inner and os.pardir not in parts[n_up:] else None


def _loop(
    entry: os.DirEntry[str], identity: _Identity, here: _Folder, looping: dict[_Identity, _Folder]
) -> _Obstacle | None:
    if not entry.is_symlink():
        return None
    back = here.leading_here(identity)
    if back is not None:
        # From now on no link to it is followed: among many folders with links to each other the
        # ways without a repetition are too many to be gone.
        looping[identity] = back
    back = looping.get(identity)
    if back is None:
        return None
    why = "is a link back to a folder that leads to it"
    if back.prefix is None:
        return _Obstacle(why)
    return _Obstacle(why, os.path.relpath(back.prefix or ".", here.prefix or "."))


def _identity(status: os.stat_result) -> _Identity:
    return (status.st_dev, status.st_ino)
