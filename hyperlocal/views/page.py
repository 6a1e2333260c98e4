"""Page: where a view is written, with colours in a terminal and as plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, TextIO, cast

from hyperlocal.views.chart import Drawing, is_drawable
from hyperlocal.views.fitting import NO_COLUMN, Column, Layout, Line, lay_out, table_lines
from hyperlocal.views.text import printable
from hyperlocal.views.wrapping import command_lines, longest_word, paragraph

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = [
    "STATUS_STYLES",
    "Column",
    "Page",
    "is_terminal",
    "make_console",
    "styled_rows",
    "write_text",
]

STATUS_STYLES = {
    "Completed": "green",
    "Failed": "red",
    "Canceled": "yellow",
    "CancelRequested": "yellow",
    "Running": "cyan",
    "Finalizing": "cyan",
    "stopped": "yellow",  # by a policy
}
_LINES_AT_ONCE = 200
_WIDEST_CHART = 100
_LEAST_ROOM = 24  # beside a label


def is_terminal(stream: TextIO) -> bool:
    """Tell whether a person is looking at `stream` through something that can move a cursor."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):  # a stand-in for a stream, or a closed one
        return False


def make_console(stream: TextIO) -> Console:
    """Return rich's console over `stream`, which leaves our texts as they are."""
    from rich.console import Console

    tolerant = cast("IO[str]", _AnyText(stream))
    return Console(file=tolerant, highlight=False, markup=False, emoji=False)


class _AnyText:
    """A stream that takes any text, for who writes to it by itself."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        write_text(self._stream, text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def write_text(stream: TextIO, text: str) -> None:
    """Write `text` to a stream whose encoding may not know all of its characters."""
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


class Page:
    """Lines, labelled values and tables, one after the other.

    Args:
        stream: Where to.
        all_digits: Whether numbers keep all of their digits in a terminal, too.

    Attributes:
        is_terminal: Whether a person looks at it.
        width: How many characters fit on a line; None where there is no such limit.
        all_digits: Whether numbers keep all of their digits.
        is_fine: Whether the output has the characters that charts are drawn with.
    """

    def __init__(self, stream: TextIO, *, all_digits: bool = False) -> None:
        self._stream = stream
        self.is_terminal = is_terminal(stream)
        self.all_digits = all_digits or not self.is_terminal
        self.is_fine = is_drawable(getattr(stream, "encoding", None))
        self._console = make_console(stream) if self.is_terminal else None
        self.width = None if self._console is None else self._console.width

    def line(self, text: str = "", style: str = "", indent: str = "") -> None:
        """Write one paragraph; a pipe gets it as one line.

        A terminal gets it wrapped between words, with `indent` before all lines but the first.
        """
        if self._console is None or self.width is None:
            write_text(self._stream, printable(text) + "\n")
            return
        for part in printable(text).split("\n"):
            for line in paragraph(part, self.width, indent):
                self._console.print(line, style=style or None, soft_wrap=True)

    def verbatim(self, lines: Iterable[str]) -> None:
        """Write lines as they are, such as those of a log, indented."""
        for line in lines:
            if self._console is None:
                write_text(self._stream, f"  {printable(line)}\n")
            else:
                self._console.print(f"  {printable(line)}", soft_wrap=True)

    def command(self, command: str) -> None:
        """Write what can be pasted into a shell, indented."""
        lines = [command] if self.width is None else command_lines(command, self.width - 2)
        self.verbatim(lines)

    def chart(self, draw: Callable[[int, bool], Drawing]) -> None:
        """Draw a chart below its title; nothing in a pipe, or if there is nothing to be drawn.

        Args:
            draw: What draws it: told the width, and whether the output has all its characters.
        """
        if self._console is None or self.width is None:
            return
        drawing = draw(min(self.width, _WIDEST_CHART), self.is_fine)
        if drawing.lines:
            self.heading(drawing.title)
            for line in drawing.lines:
                self._console.print(line, soft_wrap=True)

    def heading(self, text: str) -> None:
        """Write an empty line and a title."""
        self.line()
        self.line(text, "bold")

    def fields(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Write labels with their values; further lines of a value stand below its first."""
        kept = list(pairs)
        width = max((len(label) for label, _ in kept), default=0) + 2
        for label, value in kept:
            style = STATUS_STYLES.get(value.partition(" ")[0], "") if label == "Status" else ""
            for index, part in enumerate(value.split("\n")):
                self._field(label if index == 0 else "", part, width, style)

    def _field(self, label: str, value: str, width: int, style: str) -> None:
        if self._console is None or self.width is None:
            write_text(self._stream, f"{label:<{width}}{printable(value)}\n")
            return
        from rich.text import Text

        shown = printable(value)
        room = max(self.width - width, _LEAST_ROOM)
        if longest_word([shown]) > room:  # a path, say: it is whole on lines of its own
            lines = ["", *paragraph(f"  {shown}", self.width)]
        else:
            lines = paragraph(shown, room)
        for number, line in enumerate(lines):
            lead = f"{label if number == 0 else '':<{width}}" if lines[0] or not number else ""
            line_of_text = Text.assemble((lead, "dim"), (line, style))
            line_of_text.rstrip()
            self._console.print(line_of_text, soft_wrap=True)

    def block(self, lines: Iterable[str]) -> None:
        """Write paragraphs, indented."""
        for line in lines:
            self.line(f"  {line}")

    def fits(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> bool:
        """Whether a table loses nothing here but digits and what can be missed."""
        return self.width is None or self._laid_out(columns, rows, self.width).is_whole

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Write a table; in a pipe every row is one line and no cell is shortened."""
        if self._console is None:
            self._plain_table(columns, rows)
        else:
            self._styled_table(self._console, columns, rows)

    def _plain_table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        cells = [[column.name for column in columns], *([printable(c) for c in r] for r in rows)]
        widths = [max(map(len, cells_of_column)) for cells_of_column in zip(*cells, strict=True)]
        for row in cells:
            parts = [
                cell.rjust(width) if column.is_number else cell.ljust(width)
                for cell, width, column in zip(row, widths, columns, strict=True)
            ]
            write_text(self._stream, "  ".join(parts).rstrip() + "\n")

    def _laid_out(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
    ) -> Layout:
        safe = [[printable(cell) for cell in row] for row in rows]
        named = [replace(column, name=printable(column.name)) for column in columns]
        return lay_out(named, safe, width, all_digits=self.all_digits)

    def _styled_table(
        self, console: Console, columns: Sequence[Column], rows: Sequence[Sequence[str]]
    ) -> None:
        from rich.text import Text

        layout = self._laid_out(columns, rows, console.width)
        lines = chain.from_iterable(styled_rows(columns, layout))
        while some := list(islice(lines, _LINES_AT_ONCE)):
            console.print(Text("\n").join(some), soft_wrap=True)
        if layout.hidden:
            names = ", ".join(printable(columns[n].name) for n in layout.hidden)
            self.line(f"Not shown on so narrow a terminal: {names}. A pipe gets all.", "dim")


def styled_rows(columns: Sequence[Column], layout: Layout) -> Iterator[list[Text]]:
    """Yield the lines of the names of columns, which are bold, and of each row in colours."""
    for number, lines in enumerate(table_lines(columns, layout)):
        yield [_styled(columns, line, is_head=number == 0) for line in lines]


def _styled(columns: Sequence[Column], line: Line, *, is_head: bool) -> Text:
    from rich.text import Text

    text = Text()
    for piece, place in line:
        style = "bold" if is_head else _style(columns, place, piece)
        text.append(piece, style if place != NO_COLUMN else "")
    text.rstrip()
    return text


def _style(columns: Sequence[Column], place: int, piece: str) -> str:
    first = piece.split(maxsplit=1)[:1]
    return STATUS_STYLES.get(first[0], "") if first and columns[place].name == "Status" else ""
