"""Locking: one process at a time, where several may come to the same conclusion."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["locked"]


@contextmanager
def locked(path: str) -> Iterator[None]:
    """Hold the lock file `path`; the system lets go of it if this process dies."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "ab") as file:
        try:
            import fcntl
        except ImportError:  # Windows: what is done under the lock is atomic by itself
            yield
            return
        fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing the file lets go
