"""Schema: what a database should have, as the migrations make it, and what it has."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import cache
from typing import Any

from hyperlocal.history.migrations import migrate

__all__ = ["Missing", "expected_columns", "missing_from", "present_columns"]


@dataclass(frozen=True)
class Missing:
    """Something that a database lacks.

    Attributes:
        what: What it is, in words.
        statement: Makes it anew, without what was in it; empty where that is not safe.
    """

    what: str
    statement: str = ""


@cache
def _expected() -> dict[str, dict[str, str]]:
    """Return kind of thing to the names that there should be, with what makes each."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(connection, ":memory:")
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql NOT NULL")
        made: dict[str, dict[str, str]] = {"table": {}, "index": {}, "trigger": {}}
        for kind, name, statement in rows.fetchall():
            made.setdefault(kind, {})[name] = statement
        for table in list(made["table"]):
            made[f"column of {table}"] = {
                row[1]: _addition(table, row)
                for row in connection.execute(f'PRAGMA table_info("{table}")')
            }
        return made
    finally:
        connection.close()


def _addition(table: str, row: tuple[Any, ...]) -> str:
    """Return what adds a column that is missing; empty for one that must not be empty."""
    _, name, kind, is_needed, default, is_key = row
    if is_key or (is_needed and default is None):
        return ""
    rest = f" NOT NULL DEFAULT {default}" if is_needed else ""
    return f'ALTER TABLE main."{table}" ADD COLUMN "{name}" {kind}{rest}'


def expected_columns() -> dict[str, list[str]]:
    """Return table to the columns that it should have."""
    expected = _expected()
    return {table: list(expected[f"column of {table}"]) for table in expected["table"]}


def present_columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns that a table of the file has; none if there is no such table."""
    rows = connection.execute(f'PRAGMA main.table_info("{table}")').fetchall()
    return [row[1] for row in rows]


def missing_from(connection: sqlite3.Connection) -> list[Missing]:
    """Return what a database lacks, tables first."""
    expected = _expected()
    found = connection.execute("SELECT name FROM main.sqlite_master").fetchall()
    names = {row[0] for row in found}
    missing = []
    for table, statement in expected["table"].items():
        if table not in names:
            made = statement.replace("CREATE TABLE ", "CREATE TABLE main.", 1)
            missing.append(Missing(f"table {table!r}", "" if table == "run" else made))
            continue
        present = present_columns(connection, table)
        missing += [
            Missing(f"column {name!r} in its table {table!r}", addition)
            for name, addition in expected[f"column of {table}"].items()
            if name not in present
        ]
    for kind in ("index", "trigger"):
        verb = f"CREATE {kind.upper()} "
        missing += [
            Missing(f"{kind} {name!r}", statement.replace(verb, f"{verb}main.", 1))
            for name, statement in expected[kind].items()
            if name not in names
        ]
    return missing
