"""Snapshots: reading a database that cannot be opened for writing.

In WAL mode SQLite needs files beside the database (`-wal`, `-shm`) even to read, and makes them.
Where it cannot (a read-only file system, somebody else's home, a full disk) there are three ways,
tried in this order:

- The files are there and can be read, for instance because a controller is at work: SQLite reads
  them as they are, with everything that is written meanwhile.
- There is no `-wal`: the database is complete, and is read as a file that does not change.
- There is a `-wal`, and SQLite cannot read it in place: both are copied to a temporary folder.

The last two are snapshots: they are taken anew when the file has changed.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from urllib.parse import quote

from hyperlocal.history.migrations import LATEST, migrate, version_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Snapshot", "connect_to_read"]

_TIMEOUT_S = 60.0
_MOST_COPIES = 5

_Stamp = tuple[object, ...]


class Snapshot:
    """What a database was when it was opened to be read.

    Args:
        path: The database.
        is_live: Whether SQLite itself sees what is written.
    """

    def __init__(self, path: str, *, is_live: bool) -> None:
        self._path = path
        self._stamp = None if is_live else _stamp_of(path)

    def is_outdated(self) -> bool:
        """Whether something has been written since."""
        return self._stamp is not None and self._stamp != _stamp_of(self._path)


def connect_to_read(path: str, error: sqlite3.Error) -> tuple[sqlite3.Connection, Snapshot] | None:
    """Open a database that could not be opened to be written.

    Args:
        path: The database.
        error: What came of that.

    Returns:
        None if that would not help.
    """
    told = str(error)
    reasons = ("readonly", "unable to open", "full", "I/O")
    if not os.path.exists(path) or not any(reason in told for reason in reasons):
        return None
    ways = (_in_place, _copied) if _has_wal(path) else (_in_place, _unchanging, _copied)
    for way in ways:
        try:
            return way(path)
        except (sqlite3.Error, OSError):  # the next one; the first error says it best
            continue
    return None


def _has_wal(path: str) -> bool:
    try:
        return os.path.getsize(f"{path}-wal") > 0
    except OSError:
        return False


def _in_place(path: str) -> tuple[sqlite3.Connection, Snapshot]:
    snapshot = Snapshot(path, is_live=True)
    return _checked(_open(path, "mode=ro")), snapshot


def _unchanging(path: str) -> tuple[sqlite3.Connection, Snapshot]:
    snapshot = Snapshot(path, is_live=False)
    return _checked(_open(path, "mode=ro&immutable=1")), snapshot


def _open(path: str, how: str, **settings: Any) -> sqlite3.Connection:
    # `quote` works on bytes: whatever a path holds, it arrives as it is.
    connection: sqlite3.Connection = sqlite3.connect(
        f"file://{quote(os.fsencode(path))}?{how}",
        uri=True,
        timeout=_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
        **settings,
    )
    connection.row_factory = sqlite3.Row
    return connection


def _checked(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return the connection if it can be read as it is."""
    try:
        connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if version_of(connection) < LATEST:  # only a copy can be brought up to date
            raise sqlite3.OperationalError("the schema is old")
        return connection
    except BaseException:
        connection.close()
        raise


class _Copy(sqlite3.Connection):
    """A connection that takes its folder with it."""

    folder: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        super().close()
        if self.folder is not None:
            self.folder.cleanup()
            self.folder = None


def _copied(path: str) -> tuple[sqlite3.Connection, Snapshot]:
    folder = tempfile.TemporaryDirectory(prefix="hyperlocal-", ignore_cleanup_errors=True)
    try:
        snapshot = _copy(path, folder.name)
        copy = os.path.join(folder.name, os.path.basename(path))
        connection = _open(copy, "mode=rw", factory=_Copy)
        assert isinstance(connection, _Copy)
        connection.folder = folder
    except BaseException:
        folder.cleanup()
        raise
    try:
        migrate(connection, path)
        connection.execute("PRAGMA query_only = ON")  # what is written there would be lost
        return connection, snapshot
    except BaseException:
        connection.close()
        raise


def _copy(path: str, folder: str) -> Snapshot:
    """Copy a database with its WAL as they are at one moment."""
    for _ in range(_MOST_COPIES):
        snapshot = Snapshot(path, is_live=False)
        for file in (path, f"{path}-wal"):
            if os.path.exists(file):
                copy = os.path.join(folder, os.path.basename(file))
                shutil.copyfile(file, copy)
                os.chmod(copy, 0o600)
        if not snapshot.is_outdated():
            return snapshot
    raise OSError(f"{path} changes all the time")


def _stamp_of(path: str) -> _Stamp:
    stamp: list[object] = []
    for file in (path, f"{path}-wal"):
        try:
            status = os.stat(file)
        except OSError:
            stamp.append(None)
        else:
            stamp.append((status.st_ino, status.st_size, status.st_mtime_ns))
    return tuple(stamp)
