"""Pointers: what Git LFS leaves in the place of a file that has not been fetched."""

from __future__ import annotations

import os
from collections.abc import Iterable

from hyperlocal.errors import DataError

__all__ = ["check_fetched"]

_FIRST_LINE = b"version https://git-lfs.github.com/spec/"
_MOST_BYTES = 1024  # of a pointer, says its specification
_MOST_NAMED = 3


def check_fetched(paths: Iterable[str]) -> None:
    """Refuse files that are not there but for a pointer of Git LFS.

    Raises:
        DataError: One is; its name and what to do are in the message.
    """
    pointers = [path for path in paths if _is_pointer(path)]
    if not pointers:
        return
    n_more = len(pointers) - _MOST_NAMED
    more = f" and {n_more} more" if n_more > 0 else ""
    verb = "is a Git LFS pointer" if len(pointers) == 1 else "are Git LFS pointers"
    folder = os.path.dirname(os.path.abspath(pointers[0]))
    raise DataError(
        f"{', '.join(pointers[:_MOST_NAMED])}{more} {verb} and no data: the content has not been "
        f"fetched. Run `git lfs pull` in {folder}."
    )


def _is_pointer(path: str) -> bool:
    try:
        if os.path.getsize(path) > _MOST_BYTES or not os.path.isfile(path):
            return False
        with open(path, "rb") as file:
            return file.read(len(_FIRST_LINE)) == _FIRST_LINE
    except OSError:  # whoever reads it says so
        return False
