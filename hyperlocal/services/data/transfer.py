"""Transfer: files into a folder and out of one, all of them or none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from hyperlocal.services.advice import warn_caller

__all__ = ["copy_files", "files_below"]


def files_below(folder: Any, pattern: str | None = None) -> list[tuple[str, str]]:
    """Return the files below a folder as pairs of path and name in it, sorted by name.

    Warns of links that lead round in circles or nowhere, and of pipes and devices, which are left
    out.

    Args:
        folder: The folder.
        pattern: A pattern of names, for instance `*.csv`; of all folders.
    """
    from fnmatch import fnmatch

    from hyperlocal.engine.contents import contents_of

    contents = contents_of(folder)
    complaint = contents.complaint()
    if complaint is not None:
        warn_caller(complaint)
    if pattern is None:
        return contents.files
    return [pair for pair in contents.files if fnmatch(os.path.basename(pair[1]), pattern)]


def copy_files(
    pairs: Iterable[tuple[str, str]],
    target: str,
    *,
    home: Any,
    overwrite: bool,
    tell: Callable[[str], object] | None = None,
) -> int:
    """Copy files into a folder under their names there; return how many.

    Files that are there already are left alone unless they are to be overwritten. A trial that
    reads meanwhile sees none of the new files before all have been copied, and never half of one.

    Raises:
        DataError: One is a pointer of Git LFS.
    """
    from hyperlocal.engine.staging import Staging, copy_into
    from hyperlocal.services.data.pointers import check_fetched

    chosen: dict[str, str] = {}
    for path, name in pairs:
        place = os.path.join(target, *name.split("/"))
        if (os.path.lexists(place) or name in chosen) and not overwrite:
            if tell is not None:
                tell(f"{name} is there already; overwrite=True would replace it")
        else:
            chosen[name] = path
    check_fetched(chosen.values())
    moved = [
        (path, name)
        for name, path in chosen.items()
        if not _is_same(path, os.path.join(target, *name.split("/")))
    ]
    with Staging(home) as staging:
        copy_into(staging, moved, target, with_times=True)
    if tell is not None:
        for name, path in chosen.items():
            tell(f"Copied {path} to {os.path.join(target, *name.split('/'))}")
    return len(chosen)


def _is_same(path: str, place: str) -> bool:
    return os.path.exists(place) and os.path.samefile(path, place)
