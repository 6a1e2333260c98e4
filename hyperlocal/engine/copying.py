"""Copying: a source folder, cheaply, and data that a trial may change."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from contextlib import suppress

from hyperlocal.engine.contents import Contents, LeavesOut, contents_of

__all__ = ["copy_contents", "copy_tree"]

_CHUNK = 1 << 30
_FICLONE = 0x40049409


def copy_tree(
    source: str, target: str, leaves_out: LeavesOut | None = None, *, follows_links: bool = False
) -> None:
    """Copy a folder with its files' modes and times.

    Sockets and the like are left out. File systems that can share blocks between files do: then a
    copy takes neither time nor space until it is changed.

    Args:
        source: The folder.
        target: Where the copy goes.
        leaves_out: What is not copied.
        follows_links: Copy what links lead to in their place, so that nothing in the copy leads
            out of it. Else links that stay inside the folder stay links, and a link that leads out
            of it becomes an absolute one.
    """
    if follows_links:
        copy_contents(contents_of(source, leaves_out), target)
    else:
        _copy_with_links(source, target, leaves_out)


def copy_contents(contents: Contents, target: str) -> None:
    """Copy what has been found in a folder, with the files' modes and times.

    Raises:
        OSError: Something in it could not be read, or cannot be copied.
    """
    for error in contents.errors:
        raise error
    os.makedirs(target, exist_ok=True)
    for name in contents.folders:
        os.makedirs(_in(target, name), exist_ok=True)
    for path, name in contents.files:
        _copy_file(path, _in(target, name))
    for name, leads_to in contents.inner_links:
        os.symlink(leads_to, _in(target, name))


def _in(folder: str, name: str) -> str:
    return os.path.join(folder, *name.split("/"))


def _copy_with_links(source: str, target: str, leaves_out: LeavesOut | None) -> None:
    top = os.path.realpath(source)
    ahead = [(source, target, "")]
    while ahead:
        folder, copy, prefix = ahead.pop()
        os.makedirs(copy, exist_ok=True)
        with os.scandir(folder) as entries:
            for entry in entries:
                name, there = prefix + entry.name, os.path.join(copy, entry.name)
                if leaves_out and leaves_out(name, entry.is_dir(follow_symlinks=False)):
                    continue
                if entry.is_symlink():
                    real = os.path.realpath(entry.path)
                    os.symlink(_destination(entry.path, real, top), there)
                elif entry.is_dir(follow_symlinks=False):
                    ahead.append((entry.path, there, name + "/"))
                elif entry.is_file(follow_symlinks=False):
                    _copy_file(entry.path, there)


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
        if not _clone(reader.fileno(), writer.fileno()) and not _copy_in_kernel(
            reader.fileno(), writer.fileno()
        ):
            reader.seek(0)
            writer.seek(0)
            shutil.copyfileobj(reader, writer, 1 << 20)
    os.chmod(target, stat.S_IMODE(status.st_mode) | stat.S_IWUSR)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def _clone(reader: int, writer: int) -> bool:
    """Let two files share their blocks until one is changed; few file systems can."""
    if sys.platform != "linux":
        return False
    import fcntl

    with suppress(OSError):
        fcntl.ioctl(writer, _FICLONE, reader)
        return True
    return False


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
