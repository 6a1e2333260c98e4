"""What a notebook's cells print, shown as ever and kept: their own words, and their commands'.

What Python code prints goes through `sys.stdout` and `sys.stderr`, and what processes that it
starts print through descriptors 1 and 2. Both are kept in the order in which they came: before
anything is kept, what processes have printed until then is read.
"""

from __future__ import annotations

import codecs
import io
import os
import selectors
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

__all__ = ["Streams"]

_NAMES = {"stdout": 1, "stderr": 2}
_BLOCK = 1 << 16
_PIPE_SIZE = 1 << 20  # so that who prints seldom waits for who reads


class Streams:
    """Shows what is printed, and hands it to who keeps it.

    Attributes:
        is_terminal: Whether a person looks at what is shown.
        lock: Held by who shows or keeps something.

    Args:
        keep: Called with the name of the stream and a text, for all that is printed.
    """

    def __init__(self, keep: Callable[[str, str], None]) -> None:
        self._keep = keep
        self.lock = threading.RLock()
        self._is_kept = True
        self._shown: dict[str, int] = {}
        self._ends: dict[str, _End] = {}
        self._before: dict[str, Any] = {}
        self.is_terminal = _is_terminal(sys.stdout)

    def __enter__(self) -> Streams:
        for name, descriptor in _NAMES.items():
            stream = getattr(sys, name)
            with suppress(AttributeError, ValueError):  # it was closed by who started this
                stream.flush()
            self._before[name] = stream
            self._shown[name] = os.dup(descriptor)
            if os.name != "nt":  # whose pipes cannot be read without waiting
                self._ends[name] = _End(descriptor)
            setattr(sys, name, _Stream(self, name, descriptor, stream))
        self._stop, self._stopping = os.pipe()
        self._thread = threading.Thread(target=self._watch, name="printed", daemon=True)
        if self._ends:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for name, stream in self._before.items():
            getattr(sys, name).flush()
            setattr(sys, name, stream)
            os.dup2(self._shown[name], _NAMES[name])
        os.close(self._stopping)
        if self._ends:
            self._thread.join()
        self.catch_up()
        for end in self._ends.values():
            end.close()
        for descriptor in (self._stop, *self._shown.values()):
            os.close(descriptor)

    @contextmanager
    def only_shown(self) -> Iterator[None]:
        """Keep nothing of what this thread's block prints: it is kept in another form."""
        with self.lock:
            self.catch_up()
            self._is_kept = False
            try:
                yield
            finally:
                self.catch_up()
                self._is_kept = True

    def print(self, name: str, text: str, data: bytes) -> None:
        """Show and keep a text."""
        with self.lock:
            self.catch_up()
            if self._is_kept:
                self._keep(name, text)
            self._show(name, data)

    def catch_up(self) -> None:
        """Show and keep what processes have printed until now."""
        with self.lock:
            for name, end in self._ends.items():
                for block, text in end.blocks():
                    if self._is_kept and text:
                        self._keep(name, text)
                    with suppress(OSError):  # nobody reads it any more
                        self._show(name, block)

    def _show(self, name: str, data: bytes) -> None:
        while data:
            data = data[os.write(self._shown[name], data) :]

    def _watch(self) -> None:
        """Show what long commands print while they run."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._stop, selectors.EVENT_READ)
            for end in self._ends.values():
                selector.register(end.descriptor, selectors.EVENT_READ)
            while all(key.fd != self._stop for key, _ in selector.select()):
                self.catch_up()


class _End:
    """Where what is written into a descriptor comes out."""

    def __init__(self, written: int) -> None:
        self.descriptor, inner = os.pipe()
        with suppress(ImportError, AttributeError, OSError):
            import fcntl

            fcntl.fcntl(inner, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)  # on Linux
        os.set_blocking(self.descriptor, False)
        os.dup2(inner, written)
        os.close(inner)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def blocks(self) -> Iterator[tuple[bytes, str]]:
        """Return what can be read now, as it is and as text."""
        while True:
            try:
                block = os.read(self.descriptor, _BLOCK)
            except BlockingIOError:
                return
            if not block:
                return
            yield block, self._decode(block)

    def close(self) -> None:
        os.close(self.descriptor)


class _Stream(io.TextIOBase):
    """What stands for `sys.stdout` or `sys.stderr`: no terminal, as in Jupyter."""

    def __init__(self, streams: Streams, name: str, descriptor: int, before: Any) -> None:
        self._streams = streams
        self._name = name
        self._descriptor = descriptor
        self._owner = os.getpid()
        self._encoding = getattr(before, "encoding", None) or "utf-8"
        self._errors = getattr(before, "errors", None) or "strict"
        self.buffer = io.FileIO(descriptor, "w", closefd=False)

    @property
    def encoding(self) -> str:  # type: ignore[override]  # which typeshed has as a variable
        return self._encoding

    @property
    def errors(self) -> str:  # type: ignore[override]
        return self._errors

    @property
    def name(self) -> str:
        return f"<{self._name}>"

    def reconfigure(self, *, errors: str | None = None, **_: Any) -> None:
        """Change what is done about characters that the encoding does not have."""
        self._errors = errors or self._errors

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, text: str) -> int:
        data = text.encode(self._encoding, self._errors)
        if os.getpid() == self._owner:
            self._streams.print(self._name, text, data)
        else:  # in a fork, whose words reach this process as those of any other do
            self.buffer.write(data)
        return len(text)


def _is_terminal(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):
        return False
