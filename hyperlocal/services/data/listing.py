"""Listing: the files of a file dataset, after its steps."""

from __future__ import annotations

from hyperlocal.services.data.definitions import Definition
from hyperlocal.services.data.files import Found, find
from hyperlocal.services.data.selection import kept

__all__ = ["listed"]


def listed(definition: Definition, home: str) -> list[Found]:
    """Return the files that a file dataset has now.

    Raises:
        DataError: One of its sources has none, or cannot be had.
    """
    files = find(definition.sources, home)
    for step in definition.steps:
        files = [files[position] for position in kept(len(files), step)]
    return files
