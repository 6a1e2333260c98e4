"""Log copies: what runs write below `logs/`, kept up to date in a folder while they run.

Runs move their logs when they end, and viewers that have opened a file go on with that one; so
what is shown to a viewer are copies, and files that only grow are only added to.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hyperlocal.history.folder import open_file

if TYPE_CHECKING:
    from hyperlocal.history import RunFolder

__all__ = ["LogCopies"]

_LOGS = "logs/"
_GROWS = "tfevents"  # in the names of TensorBoard's own files, which are only ever added to
_EVERY_S = 1.0


class LogCopies:
    """Copies of the logs of runs.

    Args:
        into: The folder to fill.
        runs: The runs' folders, by the name of the copy's folder in it.
    """

    def __init__(self, into: str, runs: Mapping[str, RunFolder]) -> None:
        self._into = Path(into)
        self._runs = dict(runs)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="log-copies", daemon=True)

    def start(self) -> None:
        """Copy what there is now, and go on until `stop()`."""
        self.update()
        self._thread.start()

    def stop(self) -> None:
        """Copy what has come last, and no more."""
        self._is_over.set()
        if self._thread.is_alive():
            self._thread.join()
        self.update()

    def update(self) -> None:
        """Copy what has changed since the last time."""
        for name, folder in self._runs.items():
            for file in folder.file_names():
                if file.startswith(_LOGS):
                    with suppress(OSError):  # it is being moved: the next look finds it
                        _keep_up(folder.file(file), self._into / name / file.removeprefix(_LOGS))

    def _go_on(self) -> None:
        while not self._is_over.wait(_EVERY_S):
            self.update()


def _keep_up(source: Path | None, copy: Path) -> None:
    if source is None:
        return
    copy.parent.mkdir(parents=True, exist_ok=True)
    if _GROWS in copy.name:
        _add_what_is_new(source, copy)
    elif not copy.exists() or copy.stat().st_mtime_ns != source.stat().st_mtime_ns:
        shutil.copy2(source, copy)


def _add_what_is_new(source: Path, copy: Path) -> None:
    have = copy.stat().st_size if copy.exists() else 0
    with open_file(source) as file:
        size = os.fstat(file.fileno()).st_size
        if size == have and copy.exists():
            return
        if size < have:  # another file of that name
            have = 0
        file.seek(have)
        with open(copy, "ab" if have else "wb") as end:
            shutil.copyfileobj(file, end)
