"""The database: one connection per process, shared by its threads, safe over a fork."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hyperlocal.errors import HistoryError
from hyperlocal.history.home import DATABASE_NAME, prepare_home
from hyperlocal.history.migrations import migrate

__all__ = ["Database"]

_BUSY_TIMEOUT_S = 60.0


class Database:
    """SQLite in WAL mode under `home`.

    Raises:
        HistoryError: The home cannot be written, or the file is damaged or no database.
        HistoryVersionError: The file is newer than this package.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / DATABASE_NAME
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._owner_pid = -1
        with self.reading():
            pass

    def _connect(self) -> sqlite3.Connection:
        prepare_home(self.home)
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
        # NORMAL survives every crash of a process; a power cut may cost the last moments.
        connection.execute("PRAGMA synchronous = NORMAL")
        migrate(connection, str(self.path))
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection; also for single statements that commit by themselves."""
        with self._lock:
            try:
                if self._connection is None or self._owner_pid != os.getpid():
                    # A forked child must neither use nor close its parent's connection.
                    self._orphan = self._connection
                    self._connection = self._connect()
                    self._owner_pid = os.getpid()
                yield self._connection
            except sqlite3.Error as error:
                raise HistoryError(self._explain(error)) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside a transaction that is committed at the end."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def one(self, statement: str, *values: Any) -> sqlite3.Row | None:
        """Return the first row, or None."""
        with self.reading() as connection:
            row: sqlite3.Row | None = connection.execute(statement, values).fetchone()
            return row

    def all(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        """Return all rows."""
        with self.reading() as connection:
            return connection.execute(statement, values).fetchall()

    def change_counter(self) -> int:
        """Return a number that changes when another process has written."""
        row = self.one("PRAGMA data_version")
        return int(row[0]) if row is not None else 0

    def close(self) -> None:
        """Close the connection; the next use opens a new one."""
        with self._lock:
            if self._connection is not None and self._owner_pid == os.getpid():
                self._connection.close()
            self._connection = None

    def _explain(self, error: sqlite3.Error) -> str:
        text = str(error)
        if "not a database" in text or "malformed" in text:
            return (
                f"{self.path} is damaged or no database ({text}). Nothing was changed. Move it "
                "away to start a new history; the files of earlier runs stay in "
                f"{self.home / 'runs'}."
            )
        if "full" in text:
            return f"{self.path}: the disk is full. Free some space and try again."
        if "readonly" in text or "unable to open" in text:
            return (
                f"{self.path} cannot be written ({text}). Set HYPERLOCAL_HOME to a folder that "
                "you can write."
            )
        if "locked" in text:
            return (
                f"{self.path} was locked by another program for over {_BUSY_TIMEOUT_S:.0f} s "
                "(a backup tool?). Try again when it is done."
            )
        return f"{self.path}: {text}."
