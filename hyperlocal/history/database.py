"""The database: one connection per process, shared by its threads, safe over a fork.

Trials open it before their first metric, so this module keeps to what loads fast: `_thread` for
`threading`, classes for `contextlib`.
"""

from __future__ import annotations

import os
import sqlite3
import time
from _thread import RLock
from weakref import WeakSet

from hyperlocal.errors import FencedError, HistoryError
from hyperlocal.history.fence import Fence, explain_refusal
from hyperlocal.history.home import DATABASE_NAME, check_files, prepare_home
from hyperlocal.history.migrations import migrate
from hyperlocal.history.privacy import create_private, seclude

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any, TypeVar

    from hyperlocal.history.snapshots import Snapshot

    _Answer = TypeVar("_Answer")

__all__ = ["Database"]

_BUSY_TIMEOUT_S = 60.0
_TRIES_EVERY_S = 0.5  # whether a home that could only be read can be written by now
_MOST_NOTES = 1000
_MOST_ATTEMPTS = 4
# What SQLite and its driver raise at a file that is damaged, locked or cannot be written; a
# damaged length is a lack of memory, and damaged bytes in a name or a message no text.
_OF_THE_FILE = (sqlite3.Error, MemoryError, UnicodeDecodeError)


class Database:
    """SQLite in WAL mode under `home`, an absolute path.

    Args:
        home: The home.
        clock: What is written as the time of whatever happens: seconds since the epoch.
        is_durable: Whether it is to survive a power cut; a home for one test need not.
        fence: For which life this process writes; by default, the one that its environment names.

    Where the home cannot be written it can still be read; see `reading`.

    Attributes:
        notes: What could not be read so far, as sentences, with the run that each is about.
        is_read_only: Whether the home can only be read.

    Raises:
        HistoryError: The home cannot be read, or the file is damaged or no database.
        HistoryVersionError: The file is newer than this package.
    """

    def __init__(
        self,
        home: str,
        *,
        clock: Callable[[], float] = time.time,
        is_durable: bool = True,
        fence: Fence | None = None,
    ) -> None:
        self.home = os.path.abspath(home)
        self.now = clock
        self.is_durable = is_durable
        self.fence = fence or Fence.of_process()
        self.path = os.path.join(self.home, DATABASE_NAME)
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        self._obstacle: str | None = None
        self._n_connections = 0
        self._snapshot: Snapshot | None = None
        self._tried_at = 0.0
        self.notes: dict[str, str | None] = {}
        _opened.add(self)
        with self.reading():
            pass

    def __del__(self) -> None:
        # From Python 3.13 on a connection that is merely dropped warns.
        connection = getattr(self, "_connection", None)
        if connection is not None:
            connection.close()

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be written here, as far as the system tells."""
        places = (self.home, self.path)
        return self._snapshot is not None or not all(os.access(p, os.W_OK) for p in places)

    def note(self, sentence: str, run_id: str | None = None) -> None:
        """Remember what could not be read, for whoever shows the rest."""
        if len(self.notes) < _MOST_NOTES:
            self.notes.setdefault(sentence, run_id)

    def reading(self) -> _Reading:
        """Give the connection; also for single statements that commit by themselves."""
        return _Reading(self)

    def writing(self) -> _Writing:
        """Give the connection inside a transaction that is committed at the end."""
        return _Writing(self)

    def execute(self, statement: str, values: tuple[Any, ...]) -> int:
        """Run one statement that commits by itself; return how many rows it changed."""
        with self.reading() as connection:
            return connection.execute(statement, values).rowcount

    def one(self, statement: str, *values: Any) -> sqlite3.Row | None:
        """Return the first row, or None."""
        row: sqlite3.Row | None = self._read(statement, values, sqlite3.Cursor.fetchone)
        return row

    def known(self, statement: str, *values: Any) -> sqlite3.Row:
        """Return the first row of what an index has just named.

        Raises:
            HistoryError: It is not there: index and table of a damaged file disagree.
        """
        row = self.one(statement, *values)
        if row is None:
            raise HistoryError(
                f"{self.path} is damaged: an index names a row that is not there. `hyperlocal "
                "doctor` says what can be done."
            )
        return row

    def all(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        """Return all rows."""
        rows: list[sqlite3.Row] = self._read(statement, values, sqlite3.Cursor.fetchall)
        return rows

    def _read(
        self, statement: str, values: tuple[Any, ...], fetch: Callable[[sqlite3.Cursor], Any]
    ) -> Any:
        with self.reading() as connection:
            for _ in range(_MOST_ATTEMPTS):
                try:
                    return fetch(connection.execute(statement, values))
                except sqlite3.OperationalError as error:
                    from hyperlocal.history.mending import mend, without_hint

                    if (unhinted := without_hint(statement, error)) != statement:
                        statement = unhinted
                    elif not mend(connection, error, self.note):
                        raise
            return fetch(connection.execute(statement, values))

    def at_once(self, ask: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        """Return what `ask` answers from one moment of the database, of which it reads several."""
        with self.reading() as connection:
            for _ in range(_MOST_ATTEMPTS):
                try:
                    return _in_transaction(connection, ask)
                except sqlite3.OperationalError as error:
                    from hyperlocal.history.mending import mend

                    if not mend(connection, error, self.note):
                        raise
            return _in_transaction(connection, ask)

    def change_counter(self) -> int:
        """Return a number that changes when another process has written."""
        row = self.one("PRAGMA data_version")
        assert row is not None
        # SQLite counts per connection: a new one, after a fork, may have missed something. (So it
        # is with one to a snapshot, which is made anew when the file has changed.)
        return (self._n_connections << 32) + int(row[0])

    def close(self, *, obstacle: str | None = None) -> None:
        """Close the connection; the next use opens a new one.

        Args:
            obstacle: Why there must be no next use; None if there may be one.
        """
        with self._lock:
            self._obstacle = obstacle
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            self._snapshot = None

    def acquire(self) -> sqlite3.Connection:
        """Take the lock and return the connection; `release` must follow."""
        self._lock.acquire()
        try:
            if self._obstacle is not None:
                raise HistoryError(self._obstacle)
            if self._snapshot is not None:
                self._renew(self._snapshot)
            if self._connection is None:
                self._connection, self._snapshot = _connect(
                    self.home, self.path, self.is_durable, self.fence
                )
                self._n_connections += 1
            return self._connection
        except BaseException as error:
            self._lock.release()
            if isinstance(error, _OF_THE_FILE):
                raise _explained(error, self.path) from error
            raise

    def _renew(self, snapshot: Snapshot) -> None:
        """Read what is newer than a snapshot, or the file itself as soon as that can be."""
        if snapshot.is_outdated():
            self.close()
        elif time.monotonic() > self._tried_at + _TRIES_EVERY_S:
            self._tried_at = time.monotonic()
            try:
                connection = _connect_to_write(self.path, self.is_durable, self.fence)
            except (sqlite3.Error, OSError):  # the disk is still full, or somebody else's
                return
            self.close()
            self._connection = connection
            self._n_connections += 1

    def release(self, error: BaseException | None = None) -> None:
        """Give the lock back; a database error becomes one of ours."""
        self._lock.release()
        if isinstance(error, _OF_THE_FILE):
            raise _explained(error, self.path) from error


def _in_transaction(
    connection: sqlite3.Connection, ask: Callable[[sqlite3.Connection], _Answer]
) -> _Answer:
    connection.execute("BEGIN")
    try:
        return ask(connection)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")  # nothing was written


class _Reading:
    """The connection, for the length of a `with`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> sqlite3.Connection:
        return self._database.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._database.release(error)


class _Writing:
    """The connection in a transaction, for the length of a `with`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> sqlite3.Connection:
        self._connection = self._database.acquire()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except BaseException as error:
            self._database.release(error)
            raise
        return self._connection

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._connection.execute("COMMIT")
        except sqlite3.Error as failure:
            error = failure
        finally:
            # SQLite itself rolls back at some errors, for instance a full disk.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            self._database.release(error)


def _connect(
    home: str, path: str, is_durable: bool, fence: Fence | None
) -> tuple[sqlite3.Connection, Snapshot | None]:
    """Open the database; with what is read instead of the file itself where that must be."""
    if check_files(home, path):
        seclude(home)
    else:
        prepare_home(home)
        create_private(path)  # SQLite gives the files beside it the same rights
    try:
        return _connect_to_write(path, is_durable, fence), None
    except sqlite3.OperationalError as error:
        from hyperlocal.history.snapshots import connect_to_read

        found = connect_to_read(path, error)
        if found is None:
            raise
        return found


def _connect_to_write(path: str, is_durable: bool, fence: Fence | None) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path,
        timeout=_BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
        factory=_Connection,
    )
    try:
        connection.row_factory = sqlite3.Row
        # NORMAL survives every crash of a process; a power cut may cost the last moments.
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if is_durable else 'OFF'}")
        migrate(connection, path)
        if fence is not None:
            fence.install(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _explained(error: BaseException, path: str) -> HistoryError:
    refusal = explain_refusal(str(error))
    if refusal is not None:
        return FencedError(refusal)
    from hyperlocal.history.refusals import explain

    return HistoryError(explain(error, path, _BUSY_TIMEOUT_S))


class _Connection(sqlite3.Connection):
    """A connection that takes any text, in whatever is written and asked."""

    def execute(self, statement: str, values: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(statement, values)
        except UnicodeEncodeError:
            return super().execute(statement, _all_encodable(values))

    def executemany(self, statement: str, rows: Any, /) -> sqlite3.Cursor:
        # Not only when it failed: then some rows are written already.
        return super().executemany(statement, map(_all_encodable, rows))


def _all_encodable(values: Any) -> Any:
    if isinstance(values, dict):
        return {name: _encodable(value) for name, value in values.items()}
    return tuple(map(_encodable, values))


def _encodable(value: Any) -> Any:
    # Undecodable bytes, for instance of an argument, are lone surrogates that UTF-8 cannot hold.
    if type(value) is not str or value.isascii():
        return value
    return value.encode("utf-8", "backslashreplace").decode()


# SQLite's bookkeeping of file locks does not survive a fork: a child that inherits an open
# connection, even one that only opens a second, can damage the file. So no connection is open
# during a fork; parent and child open their own at their next use. Holding the locks meanwhile
# keeps other threads from opening one, and no child inherits a lock that nobody gives back.
_opened: WeakSet[Database] = WeakSet()
_held: list[Database] = []


def _before_fork() -> None:
    for database in sorted(
        _opened, key=id
    ):  # one order, so that two forks cannot block each other
        database._lock.acquire()
        database.close()
        _held.append(database)


def _after_fork() -> None:
    while _held:
        _held.pop()._lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork
    )
