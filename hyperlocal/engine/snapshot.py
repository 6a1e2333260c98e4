"""Snapshot: the submitted source, as it was when it was submitted.

Links are followed: whatever is changed later, here or by a trial, there is no way from the one to
the other.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hyperlocal.engine.contents import Contents, contents_of
from hyperlocal.engine.copying import copy_contents
from hyperlocal.errors import HyperlocalError
from hyperlocal.history.home import DATABASE_NAME, HOME_NAME

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

__all__ = ["take_snapshot"]

_NEVER = frozenset({".git", HOME_NAME, "__pycache__", ".ipynb_checkpoints"})


def take_snapshot(
    source: Path | str,
    target: Path | str,
    *,
    ignore_files: Sequence[str] = (".gitignore",),
    inspect: Callable[[Contents], object] | None = None,
) -> None:
    """Copy a source folder.

    Version control's own folder, homes, `__pycache__` and notebook checkpoints are left out.

    Args:
        source: The folder.
        target: Where the copy goes: a draft, if anybody may look there before it is whole.
        ignore_files: Names of files at the top of `source` that tell, in gitignore's syntax, what
            else is left out. Only the first that exists counts.
        inspect: Called with what is in the folder before any of it is copied.

    Raises:
        HyperlocalError: There is no such folder, or something in it cannot be read or copied.
    """
    top = os.path.abspath(source)
    if not os.path.isdir(top):
        raise HyperlocalError(f"The source folder {top} does not exist or is not a folder.")
    ignored = _ignored_by(top, ignore_files)
    own_copy = os.path.abspath(target)

    def leaves_out(name: str, is_folder: bool) -> bool:
        last = name.rpartition("/")[2]
        if last in _NEVER:
            return True
        if ignored is not None and ignored.match_file(name + "/" if is_folder else name):
            return True
        path = os.path.join(top, name)
        return is_folder and (path == own_copy or _is_home(path))

    try:
        contents = contents_of(top, leaves_out)
        if inspect is not None:
            inspect(contents)
        copy_contents(contents, own_copy)
    except OSError as error:
        raise HyperlocalError(_explain(error, top, own_copy)) from error


def _explain(error: OSError, source: str, target: str) -> str:
    failed = f"The source folder {source} could not be copied to {target}: {error.strerror}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{failed}. Free some space, or list what a trial does not need in an ignore file."
    if error.errno == errno.EROFS:
        return f"{failed}. Set HYPERLOCAL_HOME to a folder that you can write."
    return f"{failed}: {error.filename}. List what a trial does not need in an ignore file."


def _ignored_by(top: str, ignore_files: Sequence[str]) -> GitIgnoreSpec | None:
    for name in ignore_files:
        path = Path(top, name)
        if path.is_file():
            from pathspec import GitIgnoreSpec

            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            return GitIgnoreSpec.from_lines(lines)
    return None


def _is_home(folder: str) -> bool:
    """Whether this is a home under another name: a snapshot of it would grow with every run."""
    return os.path.isfile(os.path.join(folder, DATABASE_NAME)) and os.path.isdir(
        os.path.join(folder, "runs")
    )
