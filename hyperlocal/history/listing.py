"""Listing: runs page by page, counted and abbreviated, however many a home has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from hyperlocal.history.database import Database
from hyperlocal.history.rows import COLUMNS, cause_of, records, status_of

if TYPE_CHECKING:
    from hyperlocal.domain.status import Cause, Status
    from hyperlocal.history.records import RunRecord

__all__ = ["Listing", "OutcomeCount"]

_FIRST_PAGE = 64
_LARGEST_PAGE = 4096
_MOST_VALUES = 500
_BEYOND = (1 << 63) - 1  # after every key


class OutcomeCount(NamedTuple):
    """How many children of a run are in a status with a cause."""

    status: Status
    cause: Cause | None
    n_runs: int


class Listing:
    """The runs of one home, in order of creation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self,
        experiment: str | None = None,
        *,
        include_children: bool = False,
        before: int | None = None,
        limit: int = -1,
    ) -> list[RunRecord]:
        """Return runs without a parent (or any), newest first.

        Args:
            experiment: Only those of this experiment.
            include_children: Whether runs with a parent are listed too.
            before: The key of a run: only older ones.
            limit: How many at most; -1 for all.
        """
        condition, values = _condition(experiment, include_children)
        return self._older(condition, values, before, limit)

    def unfinished(self) -> list[RunRecord]:
        """Return the runs that have a controller, or need one, and have not ended."""
        rows = self._database.all(
            f"SELECT {COLUMNS} FROM run WHERE plan IS NOT NULL AND ended_at IS NULL ORDER BY id"
        )
        return records(rows, self._database.note)

    def each(
        self, experiment: str | None = None, *, include_children: bool = False
    ) -> Iterator[RunRecord]:
        """Return the runs of `page` one by one, read when they are asked for."""
        condition, values = _condition(experiment, include_children)
        return self._each(condition, values)

    def each_child(self, parent_id: str, *, recursive: bool = False) -> Iterator[RunRecord]:
        """Return the runs below a run, newest first, read when they are asked for."""
        if not recursive:
            return self._each("parent_id = ?", [parent_id])
        return self._each_of(self._keys_below(parent_id))

    def count(self, experiment: str | None = None, *, include_children: bool = False) -> int:
        """Return how many runs there are without a parent (or all)."""
        condition, values = _condition(experiment, include_children)
        row = self._database.one(f"SELECT COUNT(*) FROM run WHERE {condition}", *values)
        return 0 if row is None else int(row[0])

    def outcomes(self, parent_id: str) -> list[OutcomeCount]:
        """Return how the children of a run stand, in order of the first in each outcome."""
        rows = self._database.all(
            "SELECT status, cause, COUNT(*) FROM run WHERE parent_id = ? "
            "GROUP BY status, cause ORDER BY MIN(id)",
            parent_id,
        )
        return [
            OutcomeCount(status_of(status), cause_of(cause), count)
            for status, cause, count in rows
        ]

    def neighbours(self, run_id: str) -> list[str]:
        """Return the ids before and after one, of runs without a parent, in alphabetical order."""
        found = (
            self._database.one(
                f"SELECT run_id FROM run INDEXED BY run_at_top "
                f"WHERE parent_id IS NULL AND run_id {sign} ? ORDER BY run_id {order} LIMIT 1",
                run_id,
            )
            for sign, order in (("<", "DESC"), (">", "ASC"))
        )
        return [row[0] for row in found if row is not None and isinstance(row[0], str)]

    def _each(self, condition: str, values: list[Any]) -> Iterator[RunRecord]:
        # Small at first: many want no more than the newest few.
        limit, before = _FIRST_PAGE, None
        while page := self._older(condition, values, before, limit):
            yield from page
            if len(page) < limit:
                return
            before, limit = page[-1].key, min(4 * limit, _LARGEST_PAGE)

    def _keys_below(self, run_id: str) -> list[int]:
        rows = self._database.all(
            """WITH RECURSIVE below (id, run_id) AS (
                SELECT id, run_id FROM run WHERE parent_id = ?
                UNION
                SELECT run.id, run.run_id FROM below JOIN run ON run.parent_id = below.run_id)
            SELECT id FROM below ORDER BY id DESC""",
            run_id,
        )
        return [row[0] for row in rows]

    def _each_of(self, keys: list[int]) -> Iterator[RunRecord]:
        for start in range(0, len(keys), _MOST_VALUES):
            part = keys[start : start + _MOST_VALUES]
            yield from self._older(f"id IN ({', '.join(map(str, part))})", [], None, -1)

    def _older(
        self, condition: str, values: list[Any], before: int | None, limit: int
    ) -> list[RunRecord]:
        rows = self._database.all(
            f"SELECT {COLUMNS} FROM run WHERE {condition} AND id < ? ORDER BY id DESC LIMIT ?",
            *values,
            _BEYOND if before is None else before,
            limit,
        )
        return records(rows, self._database.note)


def _condition(experiment: str | None, include_children: bool) -> tuple[str, list[Any]]:
    conditions, values = [], []
    if experiment is not None:
        conditions.append("experiment = ?")
        values.append(experiment)
    if not include_children:
        conditions.append("parent_id IS NULL")
    return " AND ".join(conditions) or "1", values
