"""Fitting: tables for a terminal of any width.

Digits give way before words, and words are not broken: what does not fit beside the rest stands
on lines of its own, below its row. Only then columns are left out that can be missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hyperlocal.views.digits import FEWEST, TERSE, short_numbers
from hyperlocal.views.wrapping import cells, cut, longest_word, wrapped

__all__ = ["NO_COLUMN", "Column", "Layout", "Line", "lay_out", "table_lines"]

GAP = 2
NO_COLUMN = -1
_SHORTEST_NAME = 12
_NOTHING = ("-", "")

Line = list[tuple[str, int]]
"""One line of a table: texts, each with the number of its column, or none between columns."""


@dataclass(frozen=True)
class Column:
    """A table's column.

    Attributes:
        name: What stands above it.
        is_number: Whether it is read from the right, and digits may be cut.
        is_long: Whether its cells are texts of several words, which may be wrapped.
        is_note: Whether it may stand on lines of its own, below its row or, of the first column,
            above it; it is left out where all have nothing.
        optional: Whether it can be missed: not at all (0), or of several the greatest first.
    """

    name: str
    is_number: bool = False
    is_long: bool = False
    is_note: bool = False
    optional: int = 0


@dataclass(frozen=True)
class Layout:
    """Where each column stands.

    Attributes:
        beside: Columns that stand side by side.
        below: Columns that stand on lines of their own.
        widths: Of each column that stands beside others, by its place.
        cells: The cells of all columns.
        names: What stands above each column.
        width: How many cells fit on a line.
        empty: Columns that were left out because they say nothing.
        is_whole: Whether all is there that cannot be missed, in its place.
    """

    beside: list[int]
    below: list[int]
    widths: dict[int, int]
    cells: list[list[str]]
    names: list[str]
    width: int
    empty: tuple[int, ...] = ()
    is_whole: bool = True

    @property
    def hidden(self) -> list[int]:
        """Columns that were left out though they say something."""
        shown = {*self.beside, *self.below, *self.empty}
        return [n for n in range(len(self.names)) if n not in shown]

    @property
    def needed(self) -> int:
        """How many cells a line takes."""
        return sum(self.widths.values()) + GAP * (len(self.widths) - 1)

    @property
    def is_fitting(self) -> bool:
        """Whether no line is too long."""
        return self.needed <= self.width


def lay_out(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    width: int,
    *,
    all_digits: bool = False,
) -> Layout:
    """Return how a table is shown on so many cells.

    Args:
        columns: The columns.
        rows: The cells of each row.
        width: How many cells there are.
        all_digits: Whether numbers keep all of their digits.
    """
    layout = Layout([], [], {}, [], [], width)
    for layout in _attempts(columns, [list(row) for row in rows], width, all_digits):
        if layout.is_fitting:
            break
    return layout if layout.is_fitting else _squeezed(layout)


def _attempts(
    columns: Sequence[Column], rows: list[list[str]], width: int, all_digits: bool
) -> Iterator[Layout]:
    """Yield layouts, each narrower than the one before and with less on it, or further down."""
    empty = tuple(n for n, column in enumerate(columns) if _is_empty_note(column, rows, n))
    beside = [n for n in range(len(columns)) if n not in empty]
    names = [column.name for column in columns]
    short = rows if all_digits else _cut_digits(columns, rows, FEWEST)
    terse = rows if all_digits else _cut_digits(columns, rows, TERSE)
    plain = Layout(beside, [], {}, short, names, width, empty)
    yield _measured(columns, plain, is_wrapped=False)
    notes = [n for n in beside if columns[n].is_note]
    plain = replace(plain, beside=[n for n in beside if n not in notes], below=notes)
    yield _measured(columns, plain, is_wrapped=False)
    yield _measured(columns, plain, is_wrapped=True)
    yield _measured(columns, replace(plain, cells=terse), is_wrapped=True)
    for place in _least_missed_last(columns):
        plain = replace(plain, beside=[n for n in plain.beside if n != place])
        yield _measured(columns, plain, is_wrapped=True)
        yield _measured(columns, replace(plain, cells=terse), is_wrapped=True)
    plain = replace(plain, cells=terse, names=_short_names(plain), is_whole=False)
    yield _measured(columns, plain, is_wrapped=True)
    for place in reversed(plain.beside[1:]):
        if columns[place].is_long:
            left = [n for n in plain.beside if n != place]
            plain = replace(plain, beside=left, below=sorted([*plain.below, place]))
            yield _measured(columns, plain, is_wrapped=True)


def _least_missed_last(columns: Sequence[Column]) -> list[int]:
    places = [n for n, column in enumerate(columns) if column.optional]
    return sorted(places, key=lambda n: (-columns[n].optional, -n))


def _is_empty_note(column: Column, rows: list[list[str]], place: int) -> bool:
    return column.is_note and all(row[place] in _NOTHING for row in rows)


def _cut_digits(columns: Sequence[Column], rows: list[list[str]], fewest: int) -> list[list[str]]:
    kept = [list(row) for row in rows]
    for place, column in enumerate(columns):
        if column.is_number:
            short = short_numbers({row[place] for row in rows}, fewest)
            for row in kept:
                row[place] = short.get(row[place], row[place])
    return kept


def _short_names(layout: Layout) -> list[str]:
    """Return names of columns that are not much wider than what stands below them."""
    names = list(layout.names)
    for place in layout.beside:
        widest = max((cells(row[place]) for row in layout.cells), default=0)
        names[place] = cut(names[place], max(widest, _SHORTEST_NAME))
    return names


def _measured(columns: Sequence[Column], layout: Layout, *, is_wrapped: bool) -> Layout:
    """Return the layout with the widths of its columns; wrapped ones share what is left over."""
    natural = {
        n: max(cells(text) for text in (layout.names[n], *(row[n] for row in layout.cells)))
        for n in layout.beside
    }
    if not is_wrapped:
        return replace(layout, widths=natural)
    widths = dict(natural)
    long = [n for n in layout.beside if columns[n].is_long]
    for n in long:
        widths[n] = max(longest_word((layout.names[n], *(row[n] for row in layout.cells))), 1)
    left = layout.width - replace(layout, widths=widths).needed
    for n in sorted(long, key=lambda place: natural[place]):
        more = max(min(natural[n] - widths[n], left), 0)
        widths[n] += more
        left -= more
    return replace(layout, widths=widths)


def _squeezed(layout: Layout) -> Layout:
    """Return a layout for a terminal that is narrower than the words: the widest are broken."""
    widths = dict(layout.widths)
    while sum(widths.values()) + GAP * (len(widths) - 1) > layout.width:
        widest = max(widths, key=lambda n: widths[n])
        if widths[widest] == 1:
            break
        widths[widest] -= 1
    return replace(layout, widths=widths, is_whole=False)


def table_lines(columns: Sequence[Column], layout: Layout) -> Iterator[list[Line]]:
    """Yield the lines of the names of columns, and then those of each row."""
    yield _row_lines(columns, layout, layout.names, is_head=True)
    for row in layout.cells:
        yield _row_lines(columns, layout, row, is_head=False)


def _row_lines(
    columns: Sequence[Column], layout: Layout, row: Sequence[str], *, is_head: bool
) -> list[Line]:
    blocks = [wrapped(row[n], layout.widths[n]) or [""] for n in layout.beside]
    lines: list[Line] = []
    for number in range(max((len(block) for block in blocks), default=0)):
        line: Line = []
        for n, block in zip(layout.beside, blocks, strict=True):
            text = block[number] if number < len(block) else ""
            padding = " " * (layout.widths[n] - cells(text))
            line.append((" " * GAP if line else "", NO_COLUMN))
            cell = [(text, n), (padding, NO_COLUMN)]
            line += reversed(cell) if columns[n].is_number else cell
        lines.append(line)
    if is_head:
        return lines
    above = [n for n in layout.below if n < layout.beside[0]]
    below = [n for n in layout.below if n not in above]
    indent = " " * min(layout.widths[layout.beside[0]] + GAP, layout.width // 4)
    return [*_apart(layout, row, above, ""), *lines, *_apart(layout, row, below, indent)]


def _apart(layout: Layout, row: Sequence[str], places: list[int], indent: str) -> Iterator[Line]:
    for n in places:
        if row[n] not in _NOTHING:
            for piece in wrapped(row[n], layout.width - len(indent)):
                yield [(indent, NO_COLUMN), (piece, n)]
