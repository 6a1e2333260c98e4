"""Files: copying a source folder cheaply, and moving what a trial leaves behind."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterable

__all__ = ["copy_tree", "disk_is_full", "move_into", "remove_tree", "set_aside"]

LeavesOut = Callable[[str, bool], bool]
"""Given a name relative to the top (forward slashes) and whether it is a folder: leave it out?"""

_CHUNK = 1 << 30
_ALL_BUT_FULL = 1 << 16


def copy_tree(source: str, target: str, leaves_out: LeavesOut | None = None) -> None:
    """Copy a folder with its files' modes and times.

    Links that stay inside the folder stay links; a link that leads out of it becomes an absolute
    one, so that a link to a big data folder does not copy the data. Sockets and the like are left
    out.
    """
    _copy_folder(source, target, "", leaves_out, os.path.realpath(source))


def _copy_folder(
    source: str, target: str, prefix: str, leaves_out: LeavesOut | None, top: str
) -> None:
    os.makedirs(target, exist_ok=True)
    with os.scandir(source) as entries:
        for entry in entries:
            is_link = entry.is_symlink()
            is_folder = entry.is_dir(follow_symlinks=False)
            name = prefix + entry.name
            if leaves_out is not None and leaves_out(name, is_folder):
                continue
            there = os.path.join(target, entry.name)
            if is_link:
                _copy_link(entry.path, there, top)
            elif is_folder:
                _copy_folder(entry.path, there, name + "/", leaves_out, top)
            elif entry.is_file(follow_symlinks=False):
                _copy_file(entry.path, there)


def _copy_link(link: str, target: str, top: str) -> None:
    leads_to = os.readlink(link)
    if not os.path.isabs(leads_to):
        real = os.path.realpath(link)
        if os.path.commonpath([real, top]) != top:
            leads_to = real
        elif os.pardir in leads_to.split(os.sep):
            # It may go through a folder above and back by name, and the copy's name is another.
            leads_to = os.path.relpath(real, os.path.realpath(os.path.dirname(link)))
    os.symlink(leads_to, target)


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
        import errno

        # Some pairs of file systems cannot; a full disk is a full disk either way.
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        return False
    return True


def move_into(source: str, target: str) -> None:
    """Move a folder's content into `target`, which may exist; newer files replace older ones."""
    if os.path.islink(source) or not os.path.isdir(source):
        return
    if not os.path.lexists(target):
        shutil.move(source, target)
        return
    with os.scandir(source) as entries:
        for entry in entries:
            there = os.path.join(target, entry.name)
            if entry.is_dir(follow_symlinks=False) and os.path.isdir(there):
                move_into(entry.path, there)
            elif os.path.isdir(there):
                continue  # a file cannot replace a folder of the same name
            else:
                os.replace(entry.path, there)
    shutil.rmtree(source, ignore_errors=True)


def set_aside(names: Iterable[str], source: str, shelf: str) -> None:
    """Move what there is of `names` in `source` to a new numbered folder in `shelf`."""
    present = [name for name in names if os.path.lexists(os.path.join(source, name))]
    if not present:
        return
    taken = os.listdir(shelf) if os.path.isdir(shelf) else []
    number = 1 + max((int(name) for name in taken if name.isdecimal()), default=0)
    target = os.path.join(shelf, str(number))
    os.makedirs(target)
    for name in present:
        os.rename(os.path.join(source, name), os.path.join(target, name))


def disk_is_full(folder: str) -> bool:
    """Whether the disk of a folder takes next to nothing any more."""
    try:
        return shutil.disk_usage(folder).free < _ALL_BUT_FULL
    except OSError:
        return False


def remove_tree(folder: str) -> None:
    """Remove a folder and everything in it, also what a script made unwritable."""
    shutil.rmtree(folder, ignore_errors=True)
    if not os.path.lexists(folder):
        return
    for parent, folders, _ in os.walk(folder):
        for name in folders:
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                os.chmod(path, stat.S_IRWXU)
    shutil.rmtree(folder, ignore_errors=True)
