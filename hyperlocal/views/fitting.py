"""Fitting: tables for narrow terminals, which lose digits and parameters before anything else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Column", "fitted", "least_width"]

_GAP = 2
_FEWEST_DIGITS = 2
_MOST_DIGITS = 17
_LONGEST_WORD = 16
_FRACTION = re.compile(r"-?\d+(\.\d+(e[-+]\d+)?|e[-+]\d+)$")


@dataclass(frozen=True)
class Column:
    """A table's column.

    Where a terminal is narrow, `is_long` ones are folded, and `is_optional` ones left out.
    """

    name: str
    is_number: bool = False
    is_long: bool = False
    is_optional: bool = False


def fitted(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> tuple[list[int], list[list[str]]]:
    """Return which columns to show in a terminal, and the cells of these.

    Numbers are cut to the digits in which they differ; then columns that can be missed are left
    out, the last ones first.
    """
    cells = [list(row) for row in rows]
    shown = list(range(len(columns)))
    if _needed(columns, cells, shown) > width:
        for place, column in enumerate(columns):
            if column.is_number:
                _cut_digits(cells, place)
    for place in reversed(range(len(columns))):
        if _needed(columns, cells, shown) <= width:
            break
        if columns[place].is_optional:
            shown.remove(place)
    return shown, [[row[place] for place in shown] for row in cells]


def least_width(column: Column, cells: Sequence[str]) -> int:
    """Return how narrow a column may become: long texts are folded between words."""
    texts = [column.name, *cells]
    if not column.is_long:
        return max(map(len, texts))
    words = (len(word) for text in texts for word in text.split())
    return min(max(words, default=1), max(_LONGEST_WORD, len(column.name)))


def _needed(columns: Sequence[Column], cells: list[list[str]], shown: list[int]) -> int:
    widths = [least_width(columns[place], [row[place] for row in cells]) for place in shown]
    return sum(widths) + _GAP * (len(widths) - 1)


def _cut_digits(cells: list[list[str]], place: int) -> None:
    numbers = {row[place] for row in cells if _FRACTION.match(row[place])}
    for digits in range(_FEWEST_DIGITS, _MOST_DIGITS):
        short = {text: f"{float(text):.{digits}g}" for text in numbers}
        if len(set(short.values())) == len(numbers):
            break
    else:
        return
    for row in cells:
        if row[place] in short and len(short[row[place]]) < len(row[place]):
            row[place] = short[row[place]]
