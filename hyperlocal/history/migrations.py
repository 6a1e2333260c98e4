"""The schema, as numbered steps. A landed step is never edited; a change is a new step."""

from __future__ import annotations

from hyperlocal.errors import HistoryError, HistoryVersionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

__all__ = ["LATEST", "migrate", "version_of"]


def _m001_first_schema(connection: sqlite3.Connection) -> None:
    statements = [
        """CREATE TABLE run (
            id INTEGER PRIMARY KEY,
            run_id TEXT NOT NULL UNIQUE,
            experiment TEXT NOT NULL,
            number INTEGER NOT NULL,
            parent_id TEXT,
            root_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            display_name TEXT,
            description TEXT,
            status TEXT NOT NULL,
            cause TEXT,
            reason TEXT,
            created_at REAL NOT NULL,
            started_at REAL,
            ended_at REAL,
            exit_code INTEGER,
            pid INTEGER,
            pid_started REAL,
            plan TEXT,
            parameters TEXT,
            command TEXT,
            tags TEXT NOT NULL DEFAULT '{}',
            properties TEXT NOT NULL DEFAULT '{}',
            error TEXT,
            warnings TEXT NOT NULL DEFAULT '[]'
        )""",
        "CREATE INDEX run_by_parent ON run (parent_id, id)",
        "CREATE INDEX run_by_experiment ON run (experiment, number)",
        # No declared type for `value`: integers stay integers and reals stay reals.
        """CREATE TABLE metric (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run (id),
            name TEXT NOT NULL,
            kind TEXT NOT NULL,
            value,
            step INTEGER,
            logged_at REAL NOT NULL
        )""",
        "CREATE INDEX metric_by_run ON metric (run, name)",
        """CREATE TABLE decision (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run (id),
            interval INTEGER NOT NULL,
            stop INTEGER NOT NULL,
            reason TEXT NOT NULL,
            decided_at REAL NOT NULL
        )""",
        "CREATE INDEX decision_by_run ON decision (run)",
        """CREATE TABLE asset (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            version INTEGER NOT NULL,
            body TEXT NOT NULL,
            created_at REAL NOT NULL,
            UNIQUE (kind, name, version)
        )""",
    ]
    for statement in statements:
        connection.execute(statement)


def _m002_time_worked(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE run ADD COLUMN elapsed REAL")


def _m003_owners(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE run ADD COLUMN life INTEGER NOT NULL DEFAULT 0")
    connection.execute("ALTER TABLE run ADD COLUMN place TEXT")
    connection.execute("ALTER TABLE run ADD COLUMN owner TEXT")


def _m004_large_homes(connection: sqlite3.Connection) -> None:
    """Indexes that hold all that is asked for of many rows, and the best of every sweep."""
    from hyperlocal.history.extremes import create_extremes

    statements = [
        "DROP INDEX metric_by_run",
        # In order of logging within a metric: what a trial logs is added at one place.
        "CREATE INDEX metric_by_run ON metric (run, name, id, kind, value)",
        "CREATE INDEX run_by_outcome ON run (parent_id, status, cause)",
        "CREATE INDEX run_with_reason ON run (parent_id) WHERE reason IS NOT NULL",
        # An index ends with the key: these are in order of creation.
        "CREATE INDEX run_in_experiment ON run (experiment)",
        "CREATE INDEX run_at_top_in_experiment ON run (experiment) WHERE parent_id IS NULL",
        "CREATE INDEX run_at_top ON run (run_id, parent_id) WHERE parent_id IS NULL",
        "CREATE INDEX run_unfinished ON run (id) WHERE plan IS NOT NULL AND ended_at IS NULL",
    ]
    for statement in statements:
        connection.execute(statement)
    create_extremes(connection)


_STEPS: list[Callable[[sqlite3.Connection], None]] = [
    _m001_first_schema,
    _m002_time_worked,
    _m003_owners,
    _m004_large_homes,
]
LATEST = len(_STEPS)


def version_of(connection: sqlite3.Connection) -> int:
    """Return the number of the last step that this database has had."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, path: str) -> None:
    """Bring the database at `path` to the latest schema.

    Raises:
        HistoryVersionError: It is newer than this package.
    """
    found = version_of(connection)
    if found == LATEST:
        return
    if found < 0:
        raise HistoryError(
            f"{path} is damaged: it says that it has schema {found}. Put a copy of it back."
        )
    if found > LATEST:
        raise HistoryVersionError(
            f"{path} has schema {found}, but this hyperlocal knows schemas up to {LATEST}. "
            "It was written by a newer hyperlocal: upgrade with `pip install -U hyperlocal`, "
            "or set HYPERLOCAL_HOME to another folder."
        )
    # Stays with the file. Only now, so that a file that we refuse is not touched.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have migrated while this one waited for the lock.
        for number in range(version_of(connection), LATEST):
            _STEPS[number](connection)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
