"""Logs: the end of a file however long it is, what is added to it, and a sweep's records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from hyperlocal.history.folder import open_file

__all__ = ["LogReader", "last_lines", "prettify", "records"]

_BLOCK = 1 << 16
_RECORD_END = b"<END>"
_RECORD = re.compile(rb"<START>\[(.*?)\]\[(.*?)\]\[(.*?)\](.*?)<END>", re.DOTALL)


def prettify(records: bytes) -> bytes:
    """Return a sweep's log records, which all stand on one line, as one line each.

    Anything else stays as it is.
    """
    found = _RECORD.findall(records)
    if not found:
        return records
    return b"".join(
        b"%s  %-10s  %-7s  %s\n" % (time, source, level, content.strip())
        for time, source, level, content in found
    )


def records(complete: bytes) -> list[dict[str, str]]:
    """Return the records of a sweep's log as they are, for programs."""
    return [
        dict(
            zip(
                ("time", "source", "level", "text"),
                (part.decode("utf-8", "replace").strip() for part in parts),
                strict=True,
            )
        )
        for parts in _RECORD.findall(complete)
    ]


class LogReader:
    """Reads a growing file once, from its last lines on.

    Args:
        path: The file, which need not exist yet.
        n_last: How many lines (records of a sweep's log) to begin before the end; None for all.
        has_records: Whether it is a sweep's log, to be prettified.
        is_raw: Whether records are left as they are.

    Attributes:
        path: The file.
        has_records: Whether it is a sweep's log.
    """

    def __init__(
        self,
        path: Path,
        *,
        n_last: int | None,
        has_records: bool = False,
        is_raw: bool = False,
    ) -> None:
        self.path = path
        self.has_records = has_records
        self._is_raw = is_raw
        self._n_last = n_last
        self._position: int | None = None
        self._rest = b""

    def blocks(self) -> Iterator[bytes]:
        """Yield what is new since the last call, in pieces; nothing while there is no file."""
        try:
            file = open_file(self.path)
        except PermissionError:
            raise
        except OSError:  # it is not there, or no file, which may keep a reader waiting for ever
            return
        with file:
            if self._position is None:
                self._position = self._first_position()
            file.seek(self._position)
            while block := file.read(_BLOCK):
                self._position += len(block)
                if piece := self._shown(block):
                    yield piece

    def _first_position(self) -> int:
        if self._n_last is None:
            return 0
        return _position_of_last(
            self.path, self._n_last, _RECORD_END if self.has_records else b"\n"
        )

    def _shown(self, block: bytes) -> bytes:
        if not self.has_records:
            return block
        complete, end, self._rest = (self._rest + block).rpartition(_RECORD_END)
        if self._is_raw:
            return complete + end
        return prettify(complete + end) if end else b""


def last_lines(path: Path, n_lines: int) -> list[str]:
    """Return the last lines of a text file; none if it is missing, why if it cannot be read."""
    try:
        content = b"".join(LogReader(path, n_last=n_lines).blocks())
    except OSError as error:
        return [f"It cannot be read: {error.strerror}."]
    return content.decode("utf-8", "replace").splitlines()


def _position_of_last(path: Path, n_wanted: int, separator: bytes) -> int:
    """Return where the last `n_wanted` pieces of a file begin, reading only its end."""
    with open_file(path) as file:
        position = file.seek(0, 2)
        n_needed = n_wanted + 1  # the first of them comes after the separator before it
        if separator == b"\n" and not _ends_with(file, position, separator):
            n_needed = n_wanted
        overlap = b""
        while position > 0:
            step = min(_BLOCK, position)
            position -= step
            file.seek(position)
            block = file.read(step) + overlap
            where = len(block)
            while (where := block.rfind(separator, 0, where)) >= 0:
                n_needed -= 1
                if n_needed == 0:
                    return position + where + len(separator)
            overlap = block[: len(separator) - 1]
    return 0


def _ends_with(file: BinaryIO, size: int, ending: bytes) -> bool:
    file.seek(max(size - len(ending), 0))
    return file.read(len(ending)) == ending
