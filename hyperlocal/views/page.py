"""Page: where a view is written, with colours in a terminal and as plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any, TextIO, cast

from hyperlocal.views.fitting import Column, fitted, least_width
from hyperlocal.views.text import printable

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["STATUS_STYLES", "Column", "Page", "is_terminal", "make_console", "write_text"]

STATUS_STYLES = {
    "Completed": "green",
    "Failed": "red",
    "Canceled": "yellow",
    "CancelRequested": "yellow",
    "Running": "cyan",
    "Finalizing": "cyan",
}
_MOST_STYLED_ROWS = 500  # laying out more takes rich longer than anybody wants to wait


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

    Attributes:
        is_terminal: Whether a person looks at it.
        width: How many characters fit on a line; None where there is no such limit.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.is_terminal = is_terminal(stream)
        self._console = make_console(stream) if self.is_terminal else None
        self.width = None if self._console is None else self._console.width

    def line(self, text: str = "", style: str = "") -> None:
        """Write one paragraph; a terminal wraps it, a pipe gets it as it is."""
        if self._console is None:
            write_text(self._stream, printable(text) + "\n")
        else:
            self._console.print(printable(text), style=style or None, soft_wrap=True)

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
        if self._console is None:
            write_text(self._stream, f"{label:<{width}}{printable(value)}\n")
            return
        from rich.text import Text

        line = Text.assemble((f"{label:<{width}}", "dim"), (printable(value), style))
        self._console.print(line, soft_wrap=True)

    def block(self, lines: Iterable[str]) -> None:
        """Write lines as they are, indented."""
        for line in lines:
            self.line(f"  {line}")

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Write a table; in a pipe every row is one line and no cell is shortened."""
        if self._console is None or len(rows) > _MOST_STYLED_ROWS:
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

    def _styled_table(
        self, console: Console, columns: Sequence[Column], rows: Sequence[Sequence[str]]
    ) -> None:
        from rich.table import Table
        from rich.text import Text

        safe = [[printable(cell) for cell in row] for row in rows]
        shown, cells = fitted(columns, safe, console.width)
        kept = [columns[place] for place in shown]
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for place, column in enumerate(kept):
            table.add_column(
                column.name,
                justify="right" if column.is_number else "left",
                no_wrap=not column.is_long,
                overflow="fold" if column.is_long else "ellipsis",
                min_width=least_width(column, [row[place] for row in cells]),
            )
        for row in cells:
            styles = (
                STATUS_STYLES.get(cell.partition(" ")[0], "") if column.name == "Status" else ""
                for cell, column in zip(row, kept, strict=True)
            )
            table.add_row(*(Text(cell, style) for cell, style in zip(row, styles, strict=True)))
        console.print(table)
        hidden = [column.name for place, column in enumerate(columns) if place not in shown]
        if hidden:
            names = ", ".join(printable(name) for name in hidden)
            self.line(f"Not shown on so narrow a terminal: {names}. A pipe gets all.", "dim")
