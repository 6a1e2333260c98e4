"""The executed notebook that `hyperlocal run NOTEBOOK --output FILE` writes.

It has what Jupyter would have saved: of each cell its number, and what it printed, showed and
returned, or its error. It is written after cells, at the end, and when the process is ended: what
stands under its name is always a whole notebook.
"""

from __future__ import annotations

import base64
import json
import os
import platform
import re
import signal
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import nbformat
from nbformat.v4 import new_output

from hyperlocal.cli.notebook_streams import Streams
from hyperlocal.engine.staging import write_whole

__all__ = ["Recorder", "obstacle_to_writing"]

_SAVES_EVERY_S = 2.0
_ENDINGS = [getattr(signal, n) for n in ("SIGTERM", "SIGHUP") if hasattr(signal, n)]
_WITH_IDS = (4, 5)  # the format's versions from this one on name each cell
_OVERWRITTEN = re.compile(r"[^\n]*\r(?=[^\r\n])")  # what a progress bar drew over
_LANGUAGE = {
    "name": "python",
    "version": platform.python_version(),
    "mimetype": "text/x-python",
    "file_extension": ".py",
    "pygments_lexer": "ipython3",
    "nbconvert_exporter": "python",
    "codemirror_mode": {"name": "ipython", "version": 3},
}
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def obstacle_to_writing(file: str) -> str | None:
    """Return why an executed notebook cannot be written; None if it can, as far as is seen."""
    folder = os.path.dirname(os.path.realpath(file))
    if os.path.isdir(file):
        return f"--output is {file!r}, which is a folder: name a file"
    if not os.path.isdir(folder):
        return f"--output is {file!r}, but there is no folder {folder!r}: make it first"
    if not os.access(file if os.path.exists(file) else folder, os.W_OK):
        return f"--output is {file!r}, which cannot be written: permission denied"
    return None


class Recorder:
    """Takes down what cells put out, and writes the notebook.

    Attributes:
        streams: What is printed.

    Args:
        notebook: The notebook that is run. Outputs that it has of an earlier time are forgotten.
        file: Where it is written.
    """

    def __init__(self, notebook: Any, file: str) -> None:
        self._notebook = _cleared(notebook)
        self._file = file
        self._cell: Any = None
        self._is_to_clear = False
        self._shown: dict[str, list[Any]] = {}
        self._saved_at = time.monotonic()
        self.streams = Streams(self._print)
        self._lock = self.streams.lock  # one for both: each waits for the other

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record what is printed from now on, and write the notebook at the end."""
        for number in _ENDINGS:
            if signal.getsignal(number) is signal.SIG_DFL:  # not one that is to be ignored
                signal.signal(number, self._end_by)
        try:
            with self.streams:
                yield
        finally:
            self.save()

    @contextmanager
    def cell(self, cell: Any, number: int) -> Iterator[None]:
        """Record what is put out into a cell."""
        with self._lock:
            self._cell, self._is_to_clear = cell, False
            cell["execution_count"] = number
        try:
            yield
        finally:
            self.streams.catch_up()
            with self._lock:
                self._cell = None
                _coalesce(cell)
            if time.monotonic() - self._saved_at >= _SAVES_EVERY_S:
                with suppress(OSError):  # of which the last time tells, if it is still so
                    self.save()

    def show(
        self,
        data: Mapping[str, Any],
        metadata: Mapping[str, Any] | None = None,
        *,
        transient: Mapping[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        """Record what a cell displays, or what takes the place of what was displayed."""
        self.streams.catch_up()
        name = (transient or {}).get("display_id")
        kept = {"data": _plain(data), "metadata": _plain(metadata or {})}
        with self._lock:
            for shown in self._shown.get(name, []) if name else []:
                shown.update(nbformat.from_dict(kept))
            if not update:
                output = self._add("display_data", **kept)
                if name and output is not None:
                    self._shown.setdefault(name, []).append(output)

    def give(self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None = None) -> None:
        """Record the value of a cell."""
        self.streams.catch_up()
        with self._lock:
            number = None if self._cell is None else self._cell["execution_count"]
            kept = {"data": _plain(data), "metadata": _plain(metadata or {})}
            self._add("execute_result", execution_count=number, **kept)

    def fail(self, error: type[BaseException], value: object, traceback: list[str]) -> None:
        """Record what a cell ended with."""
        self.streams.catch_up()
        with self._lock:
            self._add("error", ename=error.__name__, evalue=str(value), traceback=list(traceback))

    def clear(self, wait: bool = False) -> None:
        """Forget what the cell has put out, now or when there is something to take its place."""
        self.streams.catch_up()
        with self._lock:
            self._is_to_clear = True
            if not wait:
                self._clear()

    def save(self) -> None:
        """Write the notebook.

        Raises:
            OSError: It cannot be written.
        """
        with self._lock:
            text = nbformat.writes(self._notebook)
            # Half of a surrogate pair, which JSON can hold as an escape only.
            write_whole(None, self._file, f"{text}\n".encode("utf-8", "backslashreplace"))
            self._saved_at = time.monotonic()

    def _print(self, name: str, text: str) -> None:
        with self._lock:
            if self._cell is None or not text:
                return
            self._clear()
            outputs = self._cell["outputs"]
            if outputs and outputs[-1].get("name") == name:
                outputs[-1]["text"] += text
            else:
                self._add("stream", name=name, text=text)

    def _add(self, kind: str, **content: Any) -> Any:
        if self._cell is None:
            return None
        self._clear()
        output = new_output(kind, **content)
        self._cell["outputs"].append(output)
        return output

    def _clear(self) -> None:
        if self._is_to_clear:
            self._is_to_clear = False
            self._cell["outputs"] = []

    def _end_by(self, number: int, frame: object) -> None:
        """Write the notebook before the process ends as it is told to."""
        self.streams.catch_up()
        self.save()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


def _cleared(notebook: Any) -> Any:
    """Return the notebook without outputs, and with what the format asks for."""
    metadata = notebook.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    kernel = metadata.get("kernelspec")
    kernel = {**_KERNEL, **(kernel if isinstance(kernel, dict) else {})}
    notebook["metadata"] = nbformat.from_dict(
        {**metadata, "kernelspec": kernel, "language_info": _LANGUAGE}
    )
    has_ids = (notebook.get("nbformat", 4), notebook.get("nbformat_minor", 0)) >= _WITH_IDS
    names: set[str] = set()
    for cell in notebook["cells"]:
        if not isinstance(cell.get("metadata"), dict):
            cell["metadata"] = nbformat.NotebookNode()
        if cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None
        if has_ids and (not isinstance(cell.get("id"), str) or cell["id"] in names):
            cell["id"] = uuid.uuid4().hex[:8]
        names.add(cell.get("id", ""))
    return notebook


def _coalesce(cell: Any) -> None:
    for output in cell["outputs"]:
        if output["output_type"] == "stream" and "\r" in output["text"]:
            output["text"] = _OVERWRITTEN.sub("", output["text"].replace("\r\n", "\n"))


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what JSON can hold of what is shown; pictures are encoded as Jupyter does."""
    encoded = {
        str(kind): base64.b64encode(held).decode() if isinstance(held, bytes) else held
        for kind, held in data.items()
    }
    plain: dict[str, Any] = json.loads(
        json.dumps(encoded, default=str), parse_constant=lambda _: None
    )
    return plain
