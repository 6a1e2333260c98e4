"""Sources: scripts and notebooks as one syntax tree each, with the way back to their lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hyperlocal.check.findings import Place
from hyperlocal.reading import file_bytes, json_value

__all__ = ["Source", "read"]

# Of a cell that begins with one of these, the rest is Python.
_PYTHON_CELLS = frozenset({"capture", "prun", "python", "python3", "time", "timeit"})
_CELL_MAGIC = re.compile(r"%%(?P<name>\w+)[ \t]*(?P<rest>.*)")
_SHELL = re.compile(r"^(?P<indent>\s*)(?:(?P<target>[\w, ]+)=\s*)?[%!?]")
_EXTENSION = re.compile(r"^\s*%(?:re)?load_ext\s+(?P<name>[A-Za-z_][\w.]*)")
_HELP = re.compile(r"^\s*[\w.]+\?{1,2}\s*$")
_MOST_BYTES = 64 << 20  # of a notebook with all its output
_PYTHON_2 = re.compile(
    r"^\s*print\s+[^\s(=.]|^\s*print\s*$|^\s*except\s+[\w.() ,]+,\s*\w+\s*:|^\s*exec\s+['\"]"
    r"|^\s*raise\s+[\w.]+\s*,|<>|\bur['\"]|(?<![\w.])0[0-7]+\b|`\w+`"
)


@dataclass
class Source:
    """One file's code.

    Attributes:
        name: What to call it.
        tree: Its code; what could not be parsed is left out.
        is_notebook: Whether lines are counted by cell.
        problems: What could not be parsed: where, and whether it is Python 2.
        text: Its text, without what could not be parsed.
        file: The file that it is read from.
        made: Of a notebook: the names that its cells and shell commands may make files by.
        extensions: The modules that `%load_ext` imports, each with its line.
    """

    name: str
    tree: ast.Module
    is_notebook: bool = False
    problems: list[tuple[Place, str, bool]] = field(default_factory=list)
    text: str = ""
    file: str = ""
    made: list[str] = field(default_factory=list)
    extensions: list[tuple[str, int]] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)

    def place(self, line: int) -> Place:
        """Return where a line of the tree stands."""
        if not self.is_notebook:
            return Place(0, line)
        cell = max((n for n, start in enumerate(self._starts, 1) if start < line), default=1)
        return Place(cell, line - self._starts[cell - 1])

    def line(self, place: Place) -> int:
        """Return the line of the tree that stands in a place."""
        return self._starts[place.cell - 1] + place.line if place.cell else place.line


def read(path: str) -> list[Source]:
    """Read a script, or a notebook and the scripts that its cells write.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no plain file, or no notebook.
    """
    raw = file_bytes(path, most=_MOST_BYTES)
    if not path.endswith(".ipynb"):
        return [_script(path, _decoded(raw))]
    text = raw.decode("utf-8-sig", "replace")  # of somebody's output, at worst
    return _notebook(path, list(_code_cells(json_value(text, "it"))))


def _decoded(raw: bytes) -> str:
    import io
    import tokenize

    try:
        encoding = tokenize.detect_encoding(io.BytesIO(raw).readline)[0]
        return raw.decode(encoding)
    except (SyntaxError, ValueError, LookupError):  # also of names that are no encoding of texts
        return raw.decode("latin-1")


def _script(name: str, text: str) -> Source:
    tree, problem = _parse(text)
    source = Source(name, tree or ast.Module([], []), text=text, file=name.partition(": ")[0])
    if problem is not None:
        line, reason, is_python_2 = problem
        source.problems.append((Place(0, line), reason, is_python_2))
    return source


def _code_cells(notebook: object) -> Iterator[str]:
    if not isinstance(notebook, dict):
        raise ValueError("it is no notebook: there are no cells in it")
    sheets = notebook.get("worksheets") or [notebook]  # the format before 2015
    lists = [_item(sheet, "cells") for sheet in sheets] if isinstance(sheets, list) else [None]
    if not all(isinstance(cells, list) for cells in lists):
        raise ValueError("it is no notebook: there are no cells in it")
    for number, cell in enumerate((cell for cells in lists for cell in cells or ()), 1):
        if not isinstance(cell, dict):
            raise ValueError(f"it is no notebook: its cell {number} is no object")
        if cell.get("cell_type") == "code":
            yield _text_of(cell.get("source", cell.get("input", "")), number)


def _item(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _text_of(told: Any, number: int) -> str:
    """Return the text of a cell, which is one or a list of lines."""
    lines = told if isinstance(told, list) else [told]
    if not all(isinstance(line, str) for line in lines):
        raise ValueError(f"it is no notebook: the source of its cell {number} is no text")
    return "".join(lines)


def _notebook(path: str, cells: list[str]) -> list[Source]:
    book = Source(path, ast.Module([], []), is_notebook=True, file=path)
    written: dict[str, tuple[int, str]] = {}
    lines: list[str] = []
    for number, cell in enumerate(cells, 1):
        name, is_more, text = _written_file(cell)
        if name:
            before = written.get(name, (number, ""))[1] if is_more else ""
            written[name] = (number, before + text)
            book.made.append(name)
        book._starts.append(len(lines))
        _note_magics(book, cell)
        lines += _python_of(book, number, cell).splitlines() or [""]
    book.text = "\n".join(lines)
    book.tree = _parse(book.text)[0] or ast.Module([], [])
    own = [
        _script(f"{path}: {name} (cell {number})", text)
        for name, (number, text) in written.items()
        if name.endswith(".py")
    ]
    return [book, *own]


def _note_magics(book: Source, cell: str) -> None:
    """Remember what a cell's shell commands and magics may make, and which modules they import."""
    is_shell = cell.lstrip().startswith(("%%bash", "%%sh", "%%script", "%%cmd"))
    for number, line in enumerate(cell.splitlines(), 1):
        if is_shell or _SHELL.match(line):
            book.made.append(line)
        extension = _EXTENSION.match(line)
        if extension is not None:
            book.extensions.append((extension["name"], book._starts[-1] + number))


def _written_file(cell: str) -> tuple[str, bool, str]:
    """Return the file that a cell writes, whether it adds to it, and what it writes."""
    first, _, rest = cell.lstrip().partition("\n")
    match = _CELL_MAGIC.match(first)
    if match is None or match["name"] not in ("writefile", "file"):
        return "", False, ""
    words = match["rest"].split()
    names = [word.strip("'\"") for word in words if not word.startswith("-")]
    return (names[-1] if names else ""), bool({"-a", "--append"} & set(words)), rest


def _python_of(book: Source, number: int, cell: str) -> str:
    """Return a cell's Python, line for line; what is not Python becomes empty lines."""
    tree, problem = _parse(cell)
    if tree is not None:
        return cell
    match = _CELL_MAGIC.match(cell.lstrip().partition("\n")[0])
    if match is not None:
        if match["name"] not in _PYTHON_CELLS:
            return ""
        cell = "\n" * (len(cell) - len(cell.lstrip())) + "\n" + cell.lstrip().partition("\n")[2]
    text = "\n".join(_without_magics(cell.splitlines()))
    tree, problem = _parse(text)
    if tree is not None or problem is None:
        return text
    line, reason, is_python_2 = problem
    book.problems.append((Place(number, line), reason, is_python_2))
    return "\n" * text.count("\n")


def _without_magics(lines: list[str]) -> Iterator[str]:
    is_continued = False
    for line in lines:
        match = _SHELL.match(line)
        if is_continued or match or _HELP.match(line):
            is_continued = line.rstrip().endswith("\\")
            indent = "" if match is None else match["indent"]
            target = None if match is None else match["target"]
            yield f"{indent}{target}= None" if target else f"{indent}pass" if match else ""
        else:
            yield line


def _parse(text: str) -> tuple[ast.Module | None, tuple[int, str, bool] | None]:
    """Return the tree, or else the line, the reason, and whether it looks like Python 2."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in somebody else's texts
            tree = compile(
                text, "<checked>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            )
        assert isinstance(tree, ast.Module)
        return tree, None
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        # The parser calls code that is nested too deeply a lack of memory.
        line = getattr(error, "lineno", None) or 1
        lines = text.splitlines()
        wrong = lines[line - 1] if 0 < line <= len(lines) else ""
        is_python_2 = bool(_PYTHON_2.search(wrong)) or "Missing parentheses" in str(error)
        reason = getattr(error, "msg", None) or str(error)
        if isinstance(error, (RecursionError, MemoryError)):
            reason = "it is nested too deeply"
        return None, (line, reason, is_python_2)
