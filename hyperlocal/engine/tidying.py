"""Tidying: what is kept of a trial when it has ended, and what is told when that is impossible.

A script may leave anything behind. Whatever it is costs at most what it is about: it stays where
it is, and a sentence on the trial's run says so. Only the machine's own trouble is an error.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable

from hyperlocal.domain.launch import Launch
from hyperlocal.engine.files import move_into, remove_tree, set_aside
from hyperlocal.engine.leavings import Left, is_of_the_machine, opened
from hyperlocal.history import RunFolder
from hyperlocal.history.descent import is_folder

__all__ = ["clear_folder", "collect", "keep", "told"]

_LONGEST_PATH = 300


def collect(folder: RunFolder, kept_folders: Iterable[str]) -> list[str]:
    """Move what is kept of a trial's working copy into its run's folder; remove the rest.

    Returns:
        What its run should be warned of: what could not be moved or removed, and is still there.

    Raises:
        OSError: The machine is in trouble, as when the disk is full.
    """
    work = os.fspath(folder.work)
    sentences = _open_up(os.fspath(folder.path))
    if sentences or not os.path.lexists(work):
        return sentences
    if not is_folder(work):
        what = _kind(work)
        return [
            f"Its working copy {_text(work)} had become {what}: nothing was kept of it.",
            *told(remove_tree(work), "could not be removed"),
        ]
    unkept = keep(folder, kept_folders)
    spared = [name for name in kept_folders if unkept and os.path.lexists(folder.work / name)]
    return [
        *told(unkept, "could not be put in its place"),
        *told(remove_tree(work, spared), "could not be removed"),
    ]


def keep(folder: RunFolder, kept_folders: Iterable[str]) -> list[Left]:
    """Move what is kept of a working copy into its run's folder; return what stays there.

    Raises:
        OSError: The machine is in trouble.
    """
    left = []
    for name in kept_folders:
        left += move_into(os.path.join(folder.work, name), os.path.join(folder.path, name))
    return left


def clear_folder(folder: RunFolder, launch: Launch) -> str | None:
    """Set aside what an earlier life of a trial has left in its folder.

    Returns:
        Why the trial cannot run there again; None if it can.

    Raises:
        OSError: The machine is in trouble.
    """
    path = os.fspath(folder.path)
    if not os.path.lexists(path):
        return None
    collect(folder, launch.kept_folders)
    output = launch.output_file.partition("/")[0]
    names = sorted({*launch.kept_folders, output, folder.work.name})
    left = set_aside(names, path, os.fspath(folder.interrupted))
    obstacles = _open_up(path) or told(left, "could not be set aside")
    return f"It cannot be run again. {obstacles[0]}" if obstacles else None


def told(left: list[Left], what: str) -> list[str]:
    """Return a sentence on what was left where it is; none if nothing was.

    Args:
        left: What was left.
        what: What could not be done to it.
    """
    if not left:
        return []
    first = left[0]
    more = "" if len(left) == 1 else f" The same holds for {len(left) - 1:,} more."
    return [
        f"What the script left at {_text(first.path)} {what} and stays there: {first.why}.{more} "
        "Move what you need, and remove the rest or let `hyperlocal doctor --repair` try again."
    ]


def _open_up(path: str) -> list[str]:
    """Make the folder of a run accessible; return what keeps it from that."""
    if not os.path.lexists(path):
        return []
    if not is_folder(path):
        return [f"Its folder {_text(path)} has become {_kind(path)}: nothing was done there."]
    try:
        with opened(path):
            return []
    except OSError as error:
        if is_of_the_machine(error):
            raise
        return told([Left(path, error.strerror or str(error))], "could not be opened")


def _kind(path: str) -> str:
    """Return what is at a path, in words."""
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            return f"a link to {_text(os.readlink(path))}"
    except OSError:
        return "something that cannot be read"
    return "a file" if stat.S_ISREG(mode) else "something that is no folder"


def _text(path: str) -> str:
    """Return a path as every terminal and the history can hold it."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    if len(text) <= _LONGEST_PATH:
        return text
    return f"{text[: _LONGEST_PATH // 2]}...{text[-_LONGEST_PATH // 2 :]}"
