"""Mending: reading on where a database lacks something, for as long as it is open.

Nothing is written to the file: what is missing is made up in this connection.
"""

from __future__ import annotations

import re
import sqlite3

from hyperlocal.history.schema import expected_columns, present_columns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["mend", "without_hint"]

_HINT = re.compile(r" INDEXED BY \w+")


def mend(
    connection: sqlite3.Connection, error: sqlite3.Error, note: Callable[[str], object]
) -> bool:
    """Make a statement that failed readable, if that can be done.

    Args:
        connection: The connection that it failed on.
        error: How.
        note: Is told what is missing.

    Returns:
        Whether it is worth another attempt.
    """
    told = str(error)
    if "Could not decode to UTF-8" in told:
        if connection.text_factory is not str:
            return False
        # For all that this connection reads from now on: slower, and seldom.
        connection.text_factory = _lenient
        return True
    if "no such column" in told or "no such table" in told:
        return _make_up(connection, note)
    return False


def without_hint(statement: str, error: sqlite3.Error) -> str:
    """Return a statement that failed without its hints, if it names an index that is missing.

    Without one it takes longer, and what it finds is the same.
    """
    return _HINT.sub("", statement) if "no such index" in str(error) else statement


def _lenient(content: bytes) -> str:
    return content.decode("utf-8", "backslashreplace")


def _make_up(connection: sqlite3.Connection, note: Callable[[str], object]) -> bool:
    """Let temporary views stand in for tables that lack something."""
    has_changed = False
    for table, expected in expected_columns().items():
        present = present_columns(connection, table)
        missing = [name for name in expected if name not in present]
        if not missing or _is_made_up(connection, table):
            continue
        has_changed = True
        if not present:
            note(f"The database has no table {table!r}.")
            source = "WHERE 0"
        else:
            note(f"The table {table!r} of the database has no column {', '.join(missing)}.")
            source = f'FROM main."{table}"'
        columns = ", ".join(_column(name, present) for name in expected)
        connection.execute(f'CREATE TEMP VIEW "{table}" AS SELECT {columns} {source}')
    return has_changed


def _column(name: str, present: list[str]) -> str:
    if name in present:
        return f'"{name}"'
    return f"{'rowid' if name == 'id' and present else 'NULL'} AS {name}"


def _is_made_up(connection: sqlite3.Connection, table: str) -> bool:
    found = connection.execute("SELECT 1 FROM temp.sqlite_master WHERE name = ?", (table,))
    return found.fetchone() is not None
