"""Wrapping: texts broken between words, measured in the cells of a terminal.

A word is broken only if it is longer than any line could be: an id or a path stays whole, so that
it can be copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

__all__ = ["cells", "command_lines", "cut", "longest_word", "paragraph", "wrapped"]

_ELLIPSIS = "…"


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def longest_word(texts: Iterable[str]) -> int:
    """Return the cells of the longest word."""
    return max((cells(word) for text in texts for word in text.split()), default=0)


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines of at most so many cells; what no line could hold is broken."""
    lines = paragraph(text.lstrip(" "), width) if text.split() else []
    return [piece for line in lines for piece in _broken(line, width)]


def paragraph(text: str, width: int, indent: str = "") -> list[str]:
    """Return a text as lines that keep its own indentation and add `indent` to all but the first.

    A word that is longer than a line stands on one by itself, unbroken and without indentation: a
    terminal lets it be copied as one.
    """
    begin = text[: len(text) - len(text.lstrip(" "))]
    lines: list[str] = []
    used = 0
    for word in text.split():
        size = cells(word)
        if lines and used + 1 + size <= width:
            lines[-1] += f" {word}"
            used += 1 + size
            continue
        lead = begin + (indent if lines else "")
        if len(lead) + size > width:
            lead = ""
        lines.append(lead + word)
        used = len(lead) + size
    return lines or [""]


def command_lines(command: str, width: int) -> list[str]:
    """Return a command line as lines that a POSIX shell takes as one; it breaks between words."""
    lines: list[str] = []
    room = width - 2  # for the backslash that continues a line
    for word in _shell_words(command):
        indent = "  " if lines else ""
        if lines and cells(lines[-1]) + 1 + cells(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(indent + word)
    return [f"{line} \\" for line in lines[:-1]] + lines[-1:]


def cut(text: str, width: int, sign: str = _ELLIPSIS) -> str:
    """Return a text that is cut to a width, with a sign where it was."""
    if cells(text) <= width:
        return text
    return next(_broken(text, max(width - cells(sign), 0)), "") + sign


def _broken(line: str, width: int) -> Iterator[str]:
    """Yield a line in pieces of at most so many cells, of at least one sign each."""
    piece, used = "", 0
    for sign in line:
        size = cells(sign)
        if piece and used + size > width:
            yield piece
            piece, used = "", 0
        piece += sign
        used += size
    yield piece


def _shell_words(command: str) -> Iterator[str]:
    """Yield the words of a command line as they are written, with their quotes."""
    word, quote, is_escaped = "", "", False
    for sign in command:
        if sign == " " and not quote and not is_escaped:
            if word:
                yield word
            word = ""
            continue
        if is_escaped:
            is_escaped = False
        elif sign == "\\" and quote != "'":
            is_escaped = True
        elif sign in "'\"" and quote in ("", sign):
            quote = "" if quote else sign
        word += sign
    if word:
        yield word
