"""Sides: a table with what is compared as its columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from hyperlocal.views.compared import Line

__all__ = ["sides"]

_LONGEST = 2000  # of a cell; what is longer is on the run's own page


def sides(heads: Sequence[Any], parts: Sequence[tuple[str, Sequence[Line]]], caption: str) -> Any:
    """Return the table.

    Args:
        heads: What stands above each column.
        parts: Lines under headings; a heading without a line is left out.
        caption: What the table is, for who does not see it.
    """
    head = [html.Td(""), *(html.Th(each, scope="col") for each in heads)]
    body: list[Any] = []
    for title, lines in parts:
        if lines:
            told = html.Th(title, colSpan=str(len(heads) + 1), scope="colgroup")
            body.append(html.Tr(told, className="part"))
            body += [_row(line) for line in lines]
    table = html.Table(
        [html.Thead(html.Tr(head)), html.Tbody(body)],
        className="sides-table",
        **{"aria-label": caption},
    )
    return html.Div(
        table, className="sides", tabIndex="0", role="region", **{"aria-label": caption}
    )


def _row(line: Line) -> Any:
    whole = line.whole or line.cells
    cells = [
        html.Td(
            _cell(line, place),
            className="top" if place == line.best else "",
            **({"title": whole[place]} if whole[place] != line.cells[place] else {}),
        )
        for place in range(len(line.cells))
    ]
    # Of one alone nothing differs.
    kind = "differs" if line.differs else "alike" if len(line.cells) > 1 else ""
    return html.Tr([html.Th(line.name, scope="row"), *cells], className=kind)


def _cell(line: Line, place: int) -> str:
    held = line.cells[place]
    shown = held if len(held) <= _LONGEST else f"{held[:_LONGEST]}..."
    return f"★ {shown} (best)" if place == line.best else shown
