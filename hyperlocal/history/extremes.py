"""Extremes: the least and the greatest number that the children of a run logged of each metric.

The database itself keeps them, in the transaction in which a value is logged, whoever logs it. So
the best of a sweep is one row however many trials it has. Of equal values the first counts. Where
points are removed, or changed by another program, what rested on them is stale until
`refresh_extremes`; readers then ask the points.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

__all__ = ["IS_NUMBER", "create_extremes", "rebuild_extremes", "refresh_extremes"]

IS_NUMBER = (
    "metric.kind IN ('int', 'float', 'bool') AND typeof(metric.value) IN ('integer', 'real')"
)
"""Whether a point is a number, and not NaN; of a damaged history anything may stand there."""

_TABLE = """CREATE TABLE extreme (
    parent_id TEXT NOT NULL,
    name TEXT NOT NULL,
    least,
    least_at INTEGER,
    greatest,
    greatest_at INTEGER,
    is_stale INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (parent_id, name)
) WITHOUT ROWID"""

_ON_INSERT = """CREATE TRIGGER extreme_of_new AFTER INSERT ON metric
WHEN NEW.kind IN ('int', 'float', 'bool') AND typeof(NEW.value) IN ('integer', 'real')
BEGIN
    INSERT INTO extreme (parent_id, name, least, least_at, greatest, greatest_at)
        SELECT parent_id, NEW.name, NEW.value, NEW.id, NEW.value, NEW.id
        FROM run WHERE id = NEW.run AND parent_id IS NOT NULL
    ON CONFLICT DO UPDATE SET
        least_at = CASE WHEN NEW.value < least THEN NEW.id ELSE least_at END,
        least = MIN(NEW.value, least),
        greatest_at = CASE WHEN NEW.value > greatest THEN NEW.id ELSE greatest_at END,
        greatest = MAX(NEW.value, greatest)
        WHERE NEW.value < least OR NEW.value > greatest;
END"""

_ON_DELETE = """CREATE TRIGGER extreme_of_gone AFTER DELETE ON metric
BEGIN
    UPDATE extreme SET is_stale = 1
        WHERE parent_id = (SELECT parent_id FROM run WHERE id = OLD.run)
        AND name = OLD.name AND OLD.id IN (least_at, greatest_at);
END"""

_ON_UPDATE = """CREATE TRIGGER extreme_of_changed AFTER UPDATE ON metric
BEGIN
    UPDATE extreme SET is_stale = 1
        WHERE parent_id = (SELECT parent_id FROM run WHERE id = OLD.run) AND name = OLD.name;
    INSERT INTO extreme (parent_id, name, is_stale) SELECT parent_id, NEW.name, 1
        FROM run WHERE id = NEW.run AND parent_id IS NOT NULL
    ON CONFLICT DO UPDATE SET is_stale = 1;
END"""

_ALL_STALE = f"""INSERT INTO extreme (parent_id, name, is_stale)
    SELECT DISTINCT run.parent_id, metric.name, 1 FROM metric JOIN run ON run.id = metric.run
    WHERE run.parent_id IS NOT NULL AND {IS_NUMBER}"""

_OF_CHILDREN = f"""FROM run CROSS JOIN metric ON metric.run = run.id
    WHERE run.parent_id = extreme.parent_id AND metric.name = extreme.name AND {IS_NUMBER}"""


def create_extremes(connection: sqlite3.Connection) -> None:
    """Make the table and what keeps it, and fill it from the points that there are."""
    for statement in (_TABLE, _ON_INSERT, _ON_UPDATE, _ON_DELETE):
        connection.execute(statement)
    rebuild_extremes(connection)


def rebuild_extremes(connection: sqlite3.Connection) -> None:
    """Work out all of them anew from the points that there are."""
    connection.execute("DELETE FROM extreme")
    connection.execute(_ALL_STALE)
    refresh_extremes(connection)


def refresh_extremes(connection: sqlite3.Connection) -> None:
    """Work out anew what is stale."""
    connection.execute(
        f"UPDATE extreme SET least = (SELECT MIN(metric.value) {_OF_CHILDREN}), "
        f"greatest = (SELECT MAX(metric.value) {_OF_CHILDREN}) WHERE is_stale"
    )
    for column in ("least", "greatest"):
        connection.execute(
            f"UPDATE extreme SET {column}_at = (SELECT MIN(metric.id) {_OF_CHILDREN} "
            f"AND metric.value = extreme.{column}) WHERE is_stale"
        )
    connection.execute("DELETE FROM extreme WHERE is_stale AND least IS NULL")
    connection.execute("UPDATE extreme SET is_stale = 0 WHERE is_stale")
