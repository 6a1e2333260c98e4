"""Copying: a source folder, cheaply, and data that a trial may change."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable
from typing import NamedTuple

__all__ = ["LeavesOut", "copy_tree"]

LeavesOut = Callable[[str, bool], bool]
"""Given a name relative to the top (forward slashes) and whether it is a folder: leave it out?"""

_CHUNK = 1 << 30


class _Ahead(NamedTuple):
    """A folder that is still to be copied, and the real ones that it was reached through."""

    source: str
    target: str
    prefix: str
    through: frozenset[str]


def copy_tree(
    source: str, target: str, leaves_out: LeavesOut | None = None, *, follows_links: bool = False
) -> None:
    """Copy a folder with its files' modes and times.

    Links that stay inside the folder stay links; a link that leads out of it becomes an absolute
    one, so that a link to a big data folder does not copy the data. Sockets and the like are left
    out.

    Args:
        source: The folder.
        target: Where the copy goes.
        leaves_out: What is not copied.
        follows_links: Copy what links lead to in their place, but where that is nothing, no file,
            or a folder that the link itself is in.
    """
    top = os.path.realpath(source)
    ahead = [_Ahead(source, target, "", frozenset([top]))]
    while ahead:
        folder = ahead.pop()
        os.makedirs(folder.target, exist_ok=True)
        with os.scandir(folder.source) as entries:
            for entry in entries:
                name = folder.prefix + entry.name
                if leaves_out and leaves_out(name, entry.is_dir(follow_symlinks=False)):
                    continue
                there = os.path.join(folder.target, entry.name)
                if entry.is_symlink():
                    below = _copy_link(entry.path, there, top, folder, follows_links)
                    ahead += [] if below is None else [below]
                elif entry.is_dir(follow_symlinks=False):
                    through = folder.through
                    if follows_links:
                        through |= {os.path.realpath(entry.path)}
                    ahead.append(_Ahead(entry.path, there, name + "/", through))
                elif entry.is_file(follow_symlinks=False):
                    _copy_file(entry.path, there)


def _copy_link(
    link: str, target: str, top: str, folder: _Ahead, follows_links: bool
) -> _Ahead | None:
    """Copy a link, or what it leads to; return that if it is a folder."""
    real = os.path.realpath(link)
    if follows_links and os.path.isfile(real):
        _copy_file(real, target)
    elif follows_links and os.path.isdir(real) and real not in folder.through:
        prefix = f"{folder.prefix}{os.path.basename(link)}/"
        return _Ahead(real, target, prefix, folder.through | {real})
    else:
        os.symlink(_destination(link, real, top), target)
    return None


def _destination(link: str, real: str, top: str) -> str:
    leads_to = os.readlink(link)
    if not os.path.isabs(leads_to):
        if os.path.commonpath([real, top]) != top:
            return real
        if os.pardir in leads_to.split(os.sep):
            # It may go through a folder above and back by name, and the copy's name is another.
            return os.path.relpath(real, os.path.realpath(os.path.dirname(link)))
    return leads_to


def _copy_file(source: str, target: str) -> None:
    with open(source, "rb") as reader, open(target, "wb") as writer:
        status = os.fstat(reader.fileno())
        if not _copy_in_kernel(reader.fileno(), writer.fileno()):
            reader.seek(0)
            writer.seek(0)
            shutil.copyfileobj(reader, writer, 1 << 20)
    os.chmod(target, stat.S_IMODE(status.st_mode) | stat.S_IWUSR)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def _copy_in_kernel(reader: int, writer: int) -> bool:
    """Copy without a detour through this process; file systems that can share the blocks do."""
    if not hasattr(os, "copy_file_range"):
        return False
    try:
        while os.copy_file_range(reader, writer, _CHUNK):
            pass
    except OSError as error:
        # Some pairs of file systems cannot; a full disk is a full disk either way.
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        return False
    return True
