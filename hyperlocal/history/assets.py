"""Assets: what scripts create beside runs, e.g. compute targets, by kind and name."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from hyperlocal.errors import HistoryError
from hyperlocal.history.database import Database
from hyperlocal.history.records import Asset
from hyperlocal.history.soundness import integer, json_object, moment, reason, text

__all__ = ["COLUMNS", "Assets", "unreadable_assets"]


COLUMNS = "asset.kind, asset.name, asset.version, asset.body, asset.created_at"
"""What to select of an asset. By name, so that one that is missing can be stood in for."""


class Assets:
    """The assets of one home. Versions count from 1 per kind and name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, kind: str, name: str, body: Mapping[str, Any]) -> Asset:
        """Record the next version and return it."""
        with self._database.writing() as connection:
            connection.execute(
                """INSERT INTO asset (kind, name, version, body, created_at) VALUES (?, ?,
                    (SELECT COALESCE(MAX(version), 0) + 1 FROM asset WHERE kind = ? AND name = ?),
                    ?, ?)""",
                (kind, name, kind, name, _dump(body), self._database.now()),
            )
        added = self.get(kind, name)
        assert added is not None
        return added

    def get(self, kind: str, name: str, version: int | None = None) -> Asset | None:
        """Return one version, or the latest, or None."""
        condition, values = "", [kind, name]
        if version is not None:
            condition, values = "AND version = ?", [kind, name, str(version)]
        row = self._database.one(
            f"SELECT {COLUMNS} FROM asset WHERE kind = ? AND name = ? {condition} "
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
        rows = self._database.all(
            f"SELECT {COLUMNS} FROM asset WHERE kind = ? {newest} ORDER BY id", kind
        )
        found = []
        for row in rows:
            try:
                found.append(_asset(row))
            except HistoryError as error:  # one of them must not hide the others
                self._database.note(str(error))
        return found

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


class _Body(dict[str, Any]):
    """The content of an asset, which says of itself that something is missing."""

    def __init__(self, content: Mapping[str, Any], whose: str) -> None:
        super().__init__(content)
        self._whose = whose

    def __missing__(self, key: str) -> Any:
        raise HistoryError(f"{self._whose} lacks {key!r}. Register it again.")


def unreadable_assets(rows: Iterable[sqlite3.Row]) -> list[str]:
    """Return what cannot be read of rows of the table `asset`, as sentences."""
    told = []
    for row in rows:
        try:
            _asset(row)
        except HistoryError as error:
            told.append(str(error).partition(" `hyperlocal doctor`")[0])
    return told


def _dump(body: Mapping[str, Any]) -> str:
    return json.dumps(dict(body), separators=(",", ":"), default=str)


def _asset(row: sqlite3.Row) -> Asset:
    """Return what a row of the table `asset` holds.

    Raises:
        HistoryError: It cannot be read.
    """
    try:
        return Asset(
            text(row["kind"]),
            text(row["name"]),
            integer(row["version"]),
            _Body(json_object(row["body"]), f"The {row['kind']} {row['name']!r} is damaged: it"),
            moment(row["created_at"]),
        )
    except (ValueError, RecursionError) as error:
        raise HistoryError(
            f"The {row['kind']} {row['name']!r}, version {row['version']!r}, cannot be read: "
            f"{reason(error)}. `hyperlocal doctor` says more."
        ) from error
