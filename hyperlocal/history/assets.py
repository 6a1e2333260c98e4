"""Assets: what scripts create beside runs, e.g. compute targets, by kind and name."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from hyperlocal.history.database import Database
from hyperlocal.history.records import Asset

__all__ = ["Assets"]


class Assets:
    """The assets of one home. Versions count from 1 per kind and name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        kind: str,
        name: str,
        body: Mapping[str, Any],
        *,
        place: Callable[[int], object] | None = None,
    ) -> Asset:
        """Record the next version and return it.

        Args:
            kind: What it is.
            name: Its name.
            body: What is to be remembered.
            place: Puts the files of the version into their place. Nobody sees the version before
                it has returned, and nobody is given the same number meanwhile. Should it raise, or
                this process die, there is no such version.
        """
        with self._database.writing() as connection:
            connection.execute(
                """INSERT INTO asset (kind, name, version, body, created_at) VALUES (?, ?,
                    (SELECT COALESCE(MAX(version), 0) + 1 FROM asset WHERE kind = ? AND name = ?),
                    ?, ?)""",
                (kind, name, kind, name, _dump(body), self._database.now()),
            )
            version = _newest(connection, kind, name)
            if place is not None:
                place(version)
        added = self.get(kind, name, version)
        assert added is not None
        return added

    def get(self, kind: str, name: str, version: int | None = None) -> Asset | None:
        """Return one version, or the latest, or None."""
        condition, values = "", [kind, name]
        if version is not None:
            condition, values = "AND version = ?", [kind, name, str(version)]
        row = self._database.one(
            f"SELECT * FROM asset WHERE kind = ? AND name = ? {condition} "
            "ORDER BY version DESC LIMIT 1",
            *values,
        )
        return None if row is None else _asset(row)

    def list(self, kind: str, *, all_versions: bool = False) -> list[Asset]:
        """Return the latest version of each name (or all versions), in order of creation."""
        newest = (
            ""
            if all_versions
            else (
                "AND version = (SELECT MAX(version) FROM asset AS other "
                "WHERE other.kind = asset.kind AND other.name = asset.name)"
            )
        )
        rows = self._database.all(f"SELECT * FROM asset WHERE kind = ? {newest} ORDER BY id", kind)
        return [_asset(row) for row in rows]

    def replace(
        self, kind: str, name: str, body: Mapping[str, Any], version: int | None = None
    ) -> None:
        """Change the body of one version, or of the latest."""
        condition, values = "", [kind, name]
        if version is not None:
            condition, values = "AND version = ?", [kind, name, str(version)]
        self._database.execute(
            "UPDATE asset SET body = ? WHERE id = (SELECT id FROM asset "
            f"WHERE kind = ? AND name = ? {condition} ORDER BY version DESC LIMIT 1)",
            (_dump(body), *values),
        )

    def delete(self, kind: str, name: str, version: int | None = None) -> None:
        """Forget one version, or all of them."""
        condition, values = "", [kind, name]
        if version is not None:
            condition, values = "AND version = ?", [kind, name, str(version)]
        self._database.execute(
            f"DELETE FROM asset WHERE kind = ? AND name = ? {condition}", tuple(values)
        )


def _newest(connection: sqlite3.Connection, kind: str, name: str) -> int:
    newest = "SELECT MAX(version) FROM asset WHERE kind = ? AND name = ?"
    return int(connection.execute(newest, (kind, name)).fetchone()[0])


def _dump(body: Mapping[str, Any]) -> str:
    return json.dumps(dict(body), separators=(",", ":"), default=str)


def _asset(row: sqlite3.Row) -> Asset:
    return Asset(
        row["kind"], row["name"], row["version"], json.loads(row["body"]), row["created_at"]
    )
