"""Markup: tables and labelled values as HTML, in which whatever people wrote is text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["fields", "heading", "image", "paragraph", "table"]


def heading(words: str) -> str:
    """Return a title."""
    return f"<h4>{escape(words)}</h4>"


def paragraph(words: str) -> str:
    """Return a paragraph."""
    return f"<p>{escape(words)}</p>"


def fields(pairs: Iterable[tuple[str, str]]) -> str:
    """Return labelled values, one a line."""
    rows = (
        f'<tr><th style="text-align:left">{escape(name)}</th>'
        f'<td style="text-align:left">{escape(value)}</td></tr>'
        for name, value in pairs
    )
    return f"<table>{''.join(rows)}</table>"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(f"<tr>{''.join(f'<td>{escape(c)}</td>' for c in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def image(content: str, words: str) -> str:
    """Return a PNG, given in base 64."""
    return f'<img alt="{escape(words)}" src="data:image/png;base64,{content}">'
