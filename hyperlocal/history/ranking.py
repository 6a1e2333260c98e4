"""Ranking: the children of a run by the best number that each logged of a metric.

The database ranks: of a hundred thousand children only those that are asked for are read. The
rule is that of `hyperlocal.domain.ranking`: finite numbers count, and of equal children the one
that reached its best first is ahead. Whether the least or the greatest is the best, the caller
says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

from hyperlocal.history.database import Database
from hyperlocal.history.metrics import note_left_out
from hyperlocal.history.rows import COLUMNS, N_COLUMNS, records
from hyperlocal.history.soundness import UNREADABLE, moment, text

if TYPE_CHECKING:
    import sqlite3

    from hyperlocal.domain.status import Status
    from hyperlocal.history.records import RunRecord

__all__ = ["Best", "Ended", "Ranking"]

# 9e999 is infinite. Between are numbers only: of NaN, which is kept as NULL, it is not true, and
# texts come after all numbers.
_COUNTS = """metric.kind IN ('int', 'float', 'bool')
    AND metric.value > -9e999 AND metric.value < 9e999"""
# The order of tables is given, for SQLite might begin with all metrics of the home.
_POINTS = f"""FROM run CROSS JOIN metric ON metric.run = run.id
    WHERE run.parent_id = ? AND metric.name = ? AND {_COUNTS}"""
_HAS_NUMBER = f"""EXISTS (SELECT 1 FROM metric
    WHERE metric.run = run.id AND metric.name = ? AND {_COUNTS})"""
# Each child with its best number, and the first point at which it had reached that. Beside an
# extreme, SQLite returns other columns of the row that has it: of equal ones the row that it saw
# first, and points of a child are read in order of logging. To ask for that takes twice as long.
_RANKED = f"""SELECT run.id AS child, {{extreme}}(metric.value) AS best, metric.id AS reached
    {_POINTS} GROUP BY run.id"""
# The same of a few children.
_OWN_BEST = f"""(SELECT metric.id FROM metric
    WHERE metric.run = run.id AND metric.name = ? AND {_COUNTS}
    ORDER BY metric.value {{direction}}, metric.id LIMIT 1)"""
_HAS_REASON = "reason > '' AND typeof(reason) = 'text'"


class Best(NamedTuple):
    """A child with the best number that it logged."""

    run: RunRecord
    metric: float


class Ended(NamedTuple):
    """How a child ended that has a reason."""

    key: int
    status: str
    cause: str | None
    reason: str


class Ranking:
    """What the children of runs logged, compared."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def best(
        self, parent_id: str, name: str, *, greatest: bool, excluded: Collection[Status] = ()
    ) -> Best | None:
        """Return the best child; of equal ones that which got there first; None without a number.

        Args:
            parent_id: The run whose children are compared.
            name: The metric.
            greatest: Whether the greatest number is the best, or the least.
            excluded: Children in these statuses do not count.
        """
        known = self._known_best(parent_id, name, greatest)
        if known is not None and known.run.status not in excluded:
            return known
        marks = ", ".join("?" * len(excluded))
        row = self._database.one(
            f"SELECT run.id, metric.value {_POINTS} AND run.status NOT IN ({marks}) "
            f"ORDER BY metric.value {_direction(greatest)}, metric.id LIMIT 1",
            parent_id,
            name,
            *(status.value for status in excluded),
        )
        if row is None:
            return None
        return Best(self._run(row[0]), row[1])

    def _known_best(self, parent_id: str, name: str, greatest: bool) -> Best | None:
        """Return what the database has kept; None if it has not, or that is stale or infinite."""
        column = "greatest" if greatest else "least"
        row = self._database.one(
            f"""SELECT {COLUMNS}, extreme.{column} FROM extreme
                JOIN metric ON metric.id = extreme.{column}_at AND metric.name = extreme.name
                    AND metric.value = extreme.{column} AND {_COUNTS}
                JOIN run ON run.id = metric.run AND run.parent_id = extreme.parent_id
                WHERE extreme.parent_id = ? AND extreme.name = ? AND NOT is_stale""",
            parent_id,
            name,
        )
        if row is None:
            return None
        return Best(records([row[:N_COLUMNS]], self._database.note)[0], row[N_COLUMNS])

    def ranked(
        self,
        parent_id: str,
        name: str,
        *,
        greatest: bool,
        worst_first: bool = False,
        limit: int = -1,
    ) -> list[Best]:
        """Return children with a number, ranked by the best of each.

        Args:
            parent_id: The run whose children are ranked.
            name: The metric.
            greatest: Whether the greatest number is the best, or the least.
            worst_first: Whether the same order is returned from its end.
            limit: How many at most; -1 for all.
        """
        order = _order(greatest, worst_first)
        rows = self._database.all(
            f"""SELECT {COLUMNS}, best FROM
                    ({_RANKED.format(extreme=_extreme(greatest))} ORDER BY {order} LIMIT ?)
                CROSS JOIN run ON run.id = child ORDER BY {order}""",
            parent_id,
            name,
            limit,
        )
        found = records((row[:N_COLUMNS] for row in rows), self._database.note)
        return [Best(run, row[N_COLUMNS]) for run, row in zip(found, rows, strict=True)]

    def without(
        self, parent_id: str, name: str, *, oldest_first: bool = False, limit: int = -1
    ) -> list[RunRecord]:
        """Return children that logged no number of a metric, in order of creation."""
        rows = self._database.all(
            f"SELECT {COLUMNS} FROM run WHERE parent_id = ? AND NOT {_HAS_NUMBER} "
            f"ORDER BY id {_direction(not oldest_first)} LIMIT ?",
            parent_id,
            name,
            limit,
        )
        return records(rows, self._database.note)

    def ended_for_a_reason(self, parent_id: str, name: str, *, greatest: bool) -> list[Ended]:
        """Return how children ended that have a reason, ranked; those without a number last."""
        rows = self._ranked_where(
            "run.id, status, cause, reason", _HAS_REASON, parent_id, name, greatest
        )
        return [Ended(*row[:4]) for row in rows]

    def failed(self, parent_id: str, name: str, *, greatest: bool) -> Iterator[RunRecord]:
        """Return children that failed, ranked, read one by one; those without a number last."""
        rows = self._ranked_where("run.id", "status = 'Failed'", parent_id, name, greatest)
        for row in rows:
            yield self._run(row[0])

    def _ranked_where(
        self, columns: str, condition: str, parent_id: str, name: str, greatest: bool
    ) -> list[sqlite3.Row]:
        return self._database.all(
            f"""SELECT {columns} FROM
                    (SELECT *, {_OWN_BEST.format(direction=_direction(greatest))} AS reached
                    FROM run WHERE parent_id = ? AND {condition}) AS run
                LEFT JOIN metric ON metric.id = reached
                ORDER BY reached IS NULL, metric.value {_direction(greatest)}, reached, run.id""",
            name,
            parent_id,
        )

    def bests(self, parent_id: str, name: str, *, greatest: bool) -> dict[str, float]:
        """Return child run id to its best number; children without one are left out."""
        rows = self._database.all(
            f"SELECT run.run_id, {_extreme(greatest)}(metric.value) {_POINTS} GROUP BY run.id",
            parent_id,
            name,
        )
        return {row[0]: row[1] for row in rows}

    def has_number(self, parent_id: str, name: str) -> bool:
        """Whether any child of a run logged a number of a metric."""
        return self._database.one(f"SELECT 1 {_POINTS} LIMIT 1", parent_id, name) is not None

    def best_finite(self, run_id: str, name: str, *, greatest: bool) -> float | None:
        """Return the best number that one run logged; None without one."""
        row = self._database.one(
            f"SELECT {_extreme(greatest)}(metric.value) FROM metric WHERE metric.run = "
            f"(SELECT id FROM run WHERE run_id = ?) AND name = ? AND {_COUNTS}",
            run_id,
            name,
        )
        return None if row is None else row[0]

    def rising(
        self, parent_id: str, name: str, *, greatest: bool
    ) -> list[tuple[str, float, float]]:
        """Return child, number and time of each point that was better than all before it."""
        rows = self._database.all(
            f"SELECT metric.id, metric.value {_POINTS} ORDER BY metric.id", parent_id, name
        )
        points: list[tuple[str, float, float]] = []
        best: float | None = None
        for key, value in rows:
            if best is None or (value > best if greatest else value < best):
                point = self._point(key)
                if point is not None:
                    best = value
                    points.append(point)
        return points

    def _run(self, key: int) -> RunRecord:
        row = self._database.known(f"SELECT {COLUMNS} FROM run WHERE id = ?", key)
        return records([row], self._database.note)[0]

    def _point(self, key: int) -> tuple[str, float, float] | None:
        row = self._database.known(
            "SELECT run.run_id, metric.value, metric.logged_at FROM metric "
            "JOIN run ON run.id = metric.run WHERE metric.id = ?",
            key,
        )
        try:
            return text(row[0]), row[1], moment(row[2])
        except UNREADABLE:
            note_left_out(str(row[0]), self._database.note)
            return None


def _order(greatest: bool, worst_first: bool) -> str:
    return f"best {_direction(greatest is not worst_first)}, reached {_direction(worst_first)}"


def _direction(is_descending: bool) -> str:
    return "DESC" if is_descending else "ASC"


def _extreme(greatest: bool) -> str:
    return "MAX" if greatest else "MIN"
