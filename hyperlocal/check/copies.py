"""Copies: scripts that a notebook writes or copies, which would be told twice."""

from __future__ import annotations

import os
from collections.abc import Iterable

from hyperlocal.check.sources import Source

__all__ = ["copies_in"]


def copies_in(sources: Iterable[Source]) -> dict[int, Source]:
    """Return which sources are copies that a notebook of the project makes, and of what.

    What a cell writes stands for the file that it writes, whatever that still holds. Of others
    with the same text, which a notebook names, the one nearest to the top is told.

    Returns:
        Positions of the copies, each with the source that stands for it.
    """
    known = [*sources]
    books = [source for source in known if source.is_notebook]
    written = {_target(s): s for s in known if s.name != s.file}
    copies: dict[int, Source] = {}
    originals: dict[tuple[str, str], Source] = {}
    order = sorted(range(len(known)), key=lambda n: _rank(known[n]))
    for number in order:
        source = known[number]
        name, text = os.path.basename(_target(source)), source.text.strip()
        if source.is_notebook or not text or not _is_named(name, books):
            continue
        by_cell = written.get(_target(source))
        original = originals.setdefault((name, text), source)
        if by_cell is not None and by_cell is not source:
            copies[number] = by_cell
        elif original is not source and source.name == source.file:
            copies[number] = original
    return copies


def _rank(source: Source) -> tuple[bool, int, str]:
    return source.name == source.file, os.path.abspath(source.file).count(os.sep), source.name


def _target(source: Source) -> str:
    """Return the file that a source is, or that a cell writes it to."""
    if source.name == source.file:
        return os.path.realpath(source.file)
    name = source.name.removeprefix(f"{source.file}: ").rpartition(" (cell")[0]
    return os.path.realpath(os.path.join(os.path.dirname(source.file), name))


def _is_named(name: str, books: list[Source]) -> bool:
    return any(name in book.text or any(name in made for made in book.made) for book in books)
