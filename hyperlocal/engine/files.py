"""Files: moving and removing what a trial leaves behind, whatever that is.

Nothing here follows a link, enters what is mounted, or minds how deep folders are. What cannot be
moved or removed stays and is returned; an error is raised only for what is no trial's doing, such
as a full disk.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Container, Iterable
from contextlib import suppress

from hyperlocal.engine.copying import copy_tree
from hyperlocal.engine.leavings import Left, enter, noted, opened
from hyperlocal.engine.mounts import mounts_below
from hyperlocal.history.descent import Descent, is_folder

__all__ = ["copy_tree", "disk_is_full", "move_into", "remove_tree", "set_aside"]

_ALL_BUT_FULL = 1 << 16
_LONGEST_NUMBER = 9


def move_into(source: str, target: str) -> list[Left]:
    """Move what is at `source` to `target`; return what could not be moved.

    If both are folders, their contents are merged: newer files replace older ones, but neither
    does a file replace a folder nor a folder anything else.
    """
    left: list[Left] = []
    above, name = os.path.split(source)
    above_target, new_name = os.path.split(target)
    with noted(left, source), opened(above) as here, opened(above_target) as there:
        if not _merges(here, name, there, new_name):
            _rename(here, name, there, new_name)
            return left
        enter(there, new_name)
        enter(here, name)
        _merge(here, there, left)
        here.leave()
        if not left:
            os.rmdir(here.at(name), dir_fd=here.dir_fd)
    return left


def _merge(here: Descent, there: Descent, left: list[Left]) -> None:
    """Move what is in a folder to another one, at any depth; what is empty then is removed."""
    ahead, before = [_move_entries(here, there, left)], [len(left)]
    while True:
        if ahead[-1]:
            name = ahead[-1].pop()
            with noted(left, here, name):
                enter(there, name)
                try:
                    enter(here, name)
                except OSError:
                    there.leave()
                    raise
                before.append(len(left))
                ahead.append(_move_entries(here, there, left))
            continue
        ahead.pop()
        if not ahead:
            return
        there.leave()
        name = here.leave()
        if len(left) == before.pop():
            with noted(left, here, name):
                os.rmdir(here.at(name), dir_fd=here.dir_fd)


def _move_entries(here: Descent, there: Descent, left: list[Left]) -> list[str]:
    """Move what can be moved as a whole; return the folders that are on both sides."""
    both = []
    for entry in here.entries():
        with noted(left, here, entry.name):
            if _merges(here, entry.name, there, entry.name):
                both.append(entry.name)
            else:
                _rename(here, entry.name, there, entry.name)
    return both


def _merges(here: Descent, name: str, there: Descent, new_name: str) -> bool:
    """Whether there are folders on both sides.

    Raises:
        OSError: There is something in the way.
    """
    is_folder_here = stat.S_ISDIR(here.status(name).st_mode)
    try:
        is_folder_there = stat.S_ISDIR(there.status(new_name).st_mode)
    except FileNotFoundError:
        return False
    if is_folder_here != is_folder_there:
        what = "a folder" if is_folder_there else "something that is no folder"
        raise FileExistsError(errno.EEXIST, f"There is {what} in its place")
    return is_folder_here


def _rename(here: Descent, name: str, there: Descent, new_name: str) -> None:
    source, target = here.at(name), there.at(new_name)
    try:
        os.replace(source, target, src_dir_fd=here.dir_fd, dst_dir_fd=there.dir_fd)
    except PermissionError:
        # Of a folder the entry `..` changes, for which it has to be writable itself.
        mode = here.status(name).st_mode
        if not stat.S_ISDIR(mode) or mode & stat.S_IWUSR:
            raise
        os.chmod(source, stat.S_IMODE(mode) | stat.S_IRWXU, dir_fd=here.dir_fd)
        os.replace(source, target, src_dir_fd=here.dir_fd, dst_dir_fd=there.dir_fd)
        os.chmod(target, stat.S_IMODE(mode), dir_fd=there.dir_fd)


def set_aside(names: Iterable[str], source: str, shelf: str) -> list[Left]:
    """Move what there is of `names` in `source` to a new numbered folder in `shelf`.

    Returns:
        What could not be moved.
    """
    left: list[Left] = []
    with noted(left, source), opened(source) as here:
        present = [name for name in names if os.path.lexists(os.path.join(source, name))]
        if present:
            with noted(left, shelf), opened(_new_folder_on(shelf)) as there:
                for name in present:
                    with noted(left, here, name):
                        _rename(here, name, there, name)
    return left


def _new_folder_on(shelf: str) -> str:
    above, name = os.path.split(shelf)
    if os.path.isdir(os.path.dirname(above)):  # a home that was removed does not come back
        with suppress(FileExistsError):
            os.mkdir(above)
    in_the_way = os.path.join(above, f".{name}")
    with opened(above):
        if os.path.lexists(shelf) and not is_folder(shelf):
            os.replace(shelf, in_the_way)
        with suppress(FileExistsError):
            os.mkdir(shelf)
    with opened(shelf) as here:
        taken = [entry.name for entry in here.entries()]
    numbers = [int(n) for n in taken if n.isdecimal() and len(n) <= _LONGEST_NUMBER]
    target = os.path.join(shelf, str(1 + max(numbers, default=0)))
    os.mkdir(target)
    if os.path.lexists(in_the_way):
        os.rename(in_the_way, os.path.join(target, name))
    return target


def remove_tree(folder: str, spared: Container[str] = ()) -> list[Left]:
    """Remove a folder and everything in it, also what a script made unwritable.

    Args:
        folder: The folder; a link is removed, and not what it leads to.
        spared: What is right in it and stays.

    Returns:
        What could not be removed.
    """
    left: list[Left] = []
    if not os.path.lexists(folder):
        return left
    with noted(left, folder):
        if not is_folder(folder):
            os.unlink(folder)
            return left
        with opened(folder) as here:
            _empty(here, spared, left)
            has_spared = any(entry.name in spared for entry in here.entries())
        if not left and not has_spared:
            os.rmdir(folder)
    return left


def _empty(here: Descent, spared: Container[str], left: list[Left]) -> None:
    mounted = mounts_below(here.top)
    _check_is_own(here.identity, mounted)
    ahead, before = [_remove_entries(here, spared, left)], [len(left)]
    while True:
        if ahead[-1]:
            name = ahead[-1].pop()
            with noted(left, here, name):
                status = here.status(name) if mounted else None
                if status is not None:
                    _check_is_own((status.st_dev, status.st_ino), mounted)
                enter(here, name)
                before.append(len(left))
                ahead.append(_remove_entries(here, (), left))
            continue
        ahead.pop()
        if not ahead:
            return
        name = here.leave()
        if len(left) == before.pop():
            with noted(left, here, name):
                os.rmdir(here.at(name), dir_fd=here.dir_fd)


def _remove_entries(here: Descent, spared: Container[str], left: list[Left]) -> list[str]:
    """Remove what is no folder; return the folders."""
    folders = []
    for entry in here.entries():
        if entry.name in spared:
            continue
        if entry.is_folder:
            folders.append(entry.name)
            continue
        with noted(left, here, entry.name):
            if os.name == "nt":  # where a file itself has to be writable
                os.chmod(here.at(entry.name), stat.S_IWRITE)
            os.unlink(here.at(entry.name), dir_fd=here.dir_fd)
    return folders


def _check_is_own(identity: tuple[int, int], mounted: set[tuple[int, int]]) -> None:
    if identity in mounted:
        raise OSError(errno.EBUSY, "Something is mounted there")


def disk_is_full(folder: str) -> bool:
    """Whether the disk of a folder takes next to nothing any more."""
    try:
        return shutil.disk_usage(folder).free < _ALL_BUT_FULL
    except OSError:
        return False
