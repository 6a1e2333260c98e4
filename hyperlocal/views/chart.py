"""Chart: curves drawn with the characters of a terminal.

Braille dots make two columns and four rows of each character, so that a chart of eight lines has
thirty-two heights; where the output's encoding has none of them, asterisks and points do.

By hand, for the libraries that do this either keep one figure for the whole process (plotext) or
need numpy (uniplot), which no command that looks waits for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from hyperlocal.views.digits import short_numbers
from hyperlocal.views.wrapping import cells, cut

if TYPE_CHECKING:
    from rich.text import Text

__all__ = ["Curve", "Drawing", "chart", "is_drawable"]

_BRAILLE = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # by row, then by column
_LOGARITHMIC_FROM = 1000.0  # of the greatest to the least: what differs less would be flat else
_LEAST_WIDTH = 20
_MOST_POINTS = 1_000  # five for each column of dots, of the widest chart that is drawn
_AXES = {True: ("┤", "│", "└", "─"), False: ("|", "|", "`", "-")}


@dataclass(frozen=True)
class Curve:
    """What is drawn.

    Attributes:
        points: Places from left to right, with their heights; what is not finite is left out.
        style: Its colour.
        is_line: Whether points are joined.
        is_stepped: Whether the line keeps its height up to the next point.
    """

    points: Sequence[tuple[float, float]]
    style: str = ""
    is_line: bool = True
    is_stepped: bool = False


class Drawing(NamedTuple):
    """A chart, with what it shows in words; no lines where there is nothing to be drawn."""

    title: str
    lines: list[Text]


def is_drawable(encoding: str | None) -> bool:
    """Whether an encoding has the characters of a fine chart."""
    try:
        "⣿┤".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def chart(
    curves: Sequence[Curve],
    width: int,
    height: int,
    *,
    ends: tuple[str, str] = ("", ""),
    is_fine: bool = True,
) -> list[Text]:
    """Return the lines of a chart; none if there is nothing to draw, or no room.

    Args:
        curves: What is drawn, the last above the others.
        width: How many cells a line has, with the axis.
        height: How many lines there are, with the axis.
        ends: What stands below the left and the right end.
        is_fine: Whether the output has Braille dots and lines.
    """
    kept = [(curve, _finite(curve.points)) for curve in curves]
    heights = [y for _, points in kept for _, y in points]
    if not heights or width < _LEAST_WIDTH or height < 3:
        return []
    scale = _Scale(heights)
    top, bottom = scale.labels()
    margin = max(cells(top), cells(bottom))
    if width - margin - 2 < _LEAST_WIDTH // 2:
        return []
    n_lines = height - 1 - bool(any(ends))
    canvas = _Canvas(width - margin - 2, n_lines, is_fine)
    places = [x for _, points in kept for x, _ in points]
    for curve, points in kept:
        _draw(canvas, curve, points, (min(places), max(places)), scale)
    return list(_framed(canvas, (top, bottom, scale.name), margin, ends))


def _finite(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points that can be drawn; of very many the extremes of each small part."""
    kept = [(x, y) for x, y in points if math.isfinite(y)]
    if len(kept) <= _MOST_POINTS:
        return kept
    size = -(-len(kept) // (_MOST_POINTS // 2))
    parts = (kept[begin : begin + size] for begin in range(0, len(kept), size))
    return [
        extreme
        for part in parts
        for extreme in sorted((min(part, key=_height), max(part, key=_height)))
    ]


def _height(point: tuple[float, float]) -> float:
    return point[1]


class _Scale:
    """Heights between 0 and 1, of their logarithms where they differ by magnitudes."""

    def __init__(self, heights: Sequence[float]) -> None:
        self._least, self._greatest = float(min(heights)), float(max(heights))
        least = self._least
        self._is_log = least > 0 and self._greatest / least >= _LOGARITHMIC_FROM
        self.name = "log" if self._is_log else ""

    def at(self, height: float) -> float:
        if self._least == self._greatest:
            return 0.5
        if self._is_log:
            low, high, own = (math.log(x) for x in (self._least, self._greatest, height))
        else:  # halves: the difference of the greatest and the least numbers is infinite
            low, high, own = self._least / 2, self._greatest / 2, height / 2
        return (own - low) / (high - low)

    def labels(self) -> tuple[str, str]:
        greatest, least = repr(self._greatest), repr(self._least)
        short = short_numbers([greatest, least])
        top, bottom = short.get(greatest, greatest), short.get(least, least)
        return (top, "" if least == greatest else bottom)


class _Canvas:
    """Dots, by their place from the left and from the bottom."""

    def __init__(self, width: int, height: int, is_fine: bool) -> None:
        self.is_fine = is_fine
        self.width, self.height = width, height
        self._across, self._up = (2, 4) if is_fine else (1, 1)
        self.n_columns, self.n_rows = width * self._across, height * self._up
        self._cells: dict[tuple[int, int], tuple[int, str, bool]] = {}

    def dot(self, column: int, row: int, style: str, is_line: bool) -> None:
        from_top = self.n_rows - 1 - row
        place = (from_top // self._up, column // self._across)
        bits = self._cells.get(place, (0, "", False))[0]
        bits |= _DOTS[from_top % self._up][column % self._across]
        self._cells[place] = (bits, style, is_line)

    def line(self, number: int) -> Iterator[tuple[str, str]]:
        for column in range(self.width):
            bits, style, is_line = self._cells.get((number, column), (0, "", False))
            if not bits:
                yield " ", ""
            elif self.is_fine:
                yield chr(_BRAILLE + bits), style
            else:
                yield "*" if is_line else ".", style


def _draw(
    canvas: _Canvas,
    curve: Curve,
    points: Sequence[tuple[float, float]],
    ends: tuple[float, float],
    scale: _Scale,
) -> None:
    first, last = ends
    is_thick = canvas.is_fine and not curve.is_line and len(points) <= canvas.width
    before: tuple[int, int] | None = None
    for x, y in points:
        share = (x - first) / (last - first) if last > first else 0.0
        column = round(share * (canvas.n_columns - 1))
        row = round(scale.at(y) * (canvas.n_rows - 1))
        for place in _joined(before if curve.is_line else None, (column, row), curve.is_stepped):
            canvas.dot(*place, curve.style, curve.is_line)
            if is_thick:  # one dot alone is easily overlooked
                canvas.dot(column ^ 1, row, curve.style, curve.is_line)
                canvas.dot(column, row ^ 1, curve.style, curve.is_line)
                canvas.dot(column ^ 1, row ^ 1, curve.style, curve.is_line)
        before = column, row


def _joined(
    before: tuple[int, int] | None, point: tuple[int, int], is_stepped: bool
) -> Iterator[tuple[int, int]]:
    """Yield the dots from one point to the next."""
    if before is None:
        yield point
        return
    (left, low), (right, high) = before, point
    for column in range(left, right if is_stepped else left):
        yield column, low
    if is_stepped:
        left = right
    n_dots = max(abs(right - left), abs(high - low), 1)
    for number in range(n_dots + 1):
        share = number / n_dots
        yield round(left + share * (right - left)), round(low + share * (high - low))


def _framed(
    canvas: _Canvas, labels: tuple[str, str, str], margin: int, ends: tuple[str, str]
) -> Iterator[Text]:
    from rich.text import Text

    tick, side, corner, floor = _AXES[canvas.is_fine]
    top, bottom, scale = labels
    if bottom == "":  # one height only, which is drawn in the middle
        at = {canvas.height // 2: top}
    else:
        at = {canvas.height // 2: scale, 0: top, canvas.height - 1: bottom}
    for number in range(canvas.height):
        label = at.get(number, "")
        line = Text.assemble((f"{label:>{margin}} {tick if label else side}", "dim"))
        for sign, style in canvas.line(number):
            line.append(sign, style)
        line.rstrip()
        yield line
    yield Text(" " * margin + f" {corner}{floor * canvas.width}", "dim")
    if any(ends):
        left, right = (cut(end, canvas.width // 2 - 1) for end in ends)
        gap = " " * (canvas.width - cells(left) - cells(right))
        yield Text(" " * (margin + 2) + left + gap + right, "dim")
