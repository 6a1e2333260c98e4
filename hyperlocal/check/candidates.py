"""Candidates: the file of a project that data which is asked for may be."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from shlex import quote

__all__ = ["Candidates"]

_DATA = frozenset({".csv", ".tsv", ".parquet", ".xlsx", ".xls", ".jsonl", ".json", ".txt", ".zip"})
_TABLES = frozenset({".csv", ".tsv", ".parquet", ".xlsx", ".xls", ".jsonl"})
_MOST_FILES = 5000
_FILE = " FILE"  # what a command ends with that wants one


class Candidates:
    """The data files of a project.

    Args:
        root: Its folder.
        read: Paths that the project reads by themselves, which are no other data.
    """

    def __init__(self, root: str, read: Iterable[str]) -> None:
        self._root = root
        self._read = {os.path.basename(path) for path in read}
        self._found: list[str] | None = None

    def fill_in(self, command: str, wanted: str) -> str:
        """Return a command with the file that it wants, if there is one candidate.

        Args:
            command: What is advised.
            wanted: The URL, or the name of a registered dataset.
        """
        if not command.endswith(_FILE):
            return command
        file = self._file_for(wanted)
        return f"{command.removesuffix(_FILE)} {quote(file)}" if file else command

    def _file_for(self, wanted: str) -> str:
        name = re.split(r"[?#]", wanted)[0].rstrip("/").rpartition("/")[2]
        stem, suffix = os.path.splitext(name)
        files = self._files()
        same = [f for f in files if os.path.basename(f) == name]
        alike = [
            f for f in files if _plain(os.path.splitext(os.path.basename(f))[0]) == _plain(stem)
        ]
        kinds = {suffix.lower()} if suffix.lower() in _DATA else _TABLES
        others = (f for f in files if os.path.basename(f) not in self._read)
        kin = [f for f in others if os.path.splitext(f)[1].lower() in kinds]
        found = next((several for several in (same, alike, kin) if several), [])
        return found[0] if len(found) == 1 else ""

    def _files(self) -> list[str]:
        if self._found is None:
            self._found = self._look()
        return self._found

    def _look(self) -> list[str]:
        found: list[str] = []
        n_seen = 0
        for here, folders, names in os.walk(self._root):
            folders[:] = sorted(f for f in folders if not f.startswith((".", "__")))
            data = (n for n in sorted(names) if os.path.splitext(n)[1].lower() in _DATA)
            found += (os.path.relpath(os.path.join(here, name)) for name in data)
            n_seen += len(names)
            if n_seen > _MOST_FILES:
                break
        return [f for f in found if not f.endswith("requirements.txt")]


def _stem(path: str) -> str:
    return _plain(os.path.splitext(os.path.basename(path))[0])


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
