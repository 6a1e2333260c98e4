"""Transfer: files into a folder and out of one, each whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable

__all__ = ["copy_files", "files_below"]


def files_below(folder: str, pattern: str | None = None) -> list[tuple[str, str]]:
    """Return the files below a folder as pairs of path and name in it, sorted by name.

    Args:
        folder: The folder.
        pattern: A pattern of names, for instance `*.csv`; of all folders.
    """
    from fnmatch import fnmatch

    found = []
    for inner, _, names in os.walk(folder, followlinks=True):
        for name in names:
            if pattern is None or fnmatch(name, pattern):
                path = os.path.join(inner, name)
                found.append((path, os.path.relpath(path, folder).replace(os.sep, "/")))
    return sorted(found, key=lambda pair: pair[1])


def copy_files(
    pairs: Iterable[tuple[str, str]], target: str, *, overwrite: bool, shows_progress: bool
) -> int:
    """Copy files into a folder under their names there; return how many.

    Files that are there already are left alone unless they are to be overwritten.
    """
    n_copied = 0
    for path, name in pairs:
        place = os.path.join(target, *name.split("/"))
        if os.path.lexists(place) and not overwrite:
            if shows_progress:
                print(f"{name} is there already; overwrite=True would replace it")
            continue
        _copy(path, place)
        n_copied += 1
        if shows_progress:
            print(f"Copied {path} to {place}")
    return n_copied


def _copy(path: str, place: str) -> None:
    if os.path.exists(place) and os.path.samefile(path, place):
        return
    os.makedirs(os.path.dirname(place), exist_ok=True)
    # A trial that reads the file meanwhile sees the old one or the new one, never half of it.
    draft = f"{place}.{os.getpid()}.draft"
    try:
        shutil.copy2(path, draft)
        os.replace(draft, place)
    except BaseException:
        if os.path.exists(draft):
            os.remove(draft)
        raise
