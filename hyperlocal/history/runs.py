"""Runs: created, changed, found."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.status import TERMINAL, Cause, Status
from hyperlocal.errors import HistoryError, HyperlocalError, RunNotFound, RunStateError
from hyperlocal.history.database import Database
from hyperlocal.history.records import RunRecord
from hyperlocal.history.rows import COLUMNS, dump, records, status_of
from hyperlocal.history.soundness import json_object, json_texts, reason

if TYPE_CHECKING:
    import sqlite3

__all__ = ["FIRST_LIFE", "TERMINAL_SQL", "Runs"]

TERMINAL_SQL = "(" + ", ".join(f"'{status.value}'" for status in sorted(TERMINAL)) + ")"
_MAX_NAMED = 5

FIRST_LIFE = 1
"""The life of a run whose first controller is about to be started."""

_SIMPLE_COLUMNS = frozenset(
    {
        "display_name",
        "description",
        "pid",
        "pid_started",
        "place",
        "owner",
        "started_at",
        "elapsed",
    }
)


class Runs:
    """The runs of one home."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        run_id: str,
        *,
        experiment: str,
        kind: str,
        parent_id: str | None = None,
        status: Status = Status.NOT_STARTED,
        display_name: str | None = None,
        plan: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        command: Iterable[str] | Callable[[int], Iterable[str]] | None = None,
        tags: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        place: Callable[[], object] | None = None,
    ) -> RunRecord:
        """Record a new run and return it.

        What `command` is may depend on the run's number in its experiment: then it is a function.

        `place` puts the run's source into its place. Nobody sees the run before it has returned;
        should it raise, or this process die, there is no such run.

        Raises:
            RunStateError: A run of this id exists.
            RunNotFound: There is no such parent.
        """
        now = self._database.now()
        with self._database.writing() as connection:
            if connection.execute("SELECT 1 FROM run WHERE run_id = ?", (run_id,)).fetchone():
                raise RunStateError(f"A run {run_id!r} exists already in {self._database.home}.")
            root_id = run_id
            if parent_id is not None:
                parent = connection.execute(
                    "SELECT root_id FROM run WHERE run_id = ?", (parent_id,)
                ).fetchone()
                if parent is None:
                    raise RunNotFound(parent_id, self._database.home)
                root_id = parent["root_id"]
            (number,) = connection.execute(
                "SELECT COALESCE(MAX(number), 0) + 1 FROM run WHERE experiment = ?", (experiment,)
            ).fetchone()
            told = command(number) if callable(command) else command
            connection.execute(
                """INSERT INTO run (run_id, experiment, number, parent_id, root_id, kind,
                       display_name, status, created_at, started_at, plan, parameters, command,
                       tags, properties, life)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    run_id,
                    experiment,
                    number,
                    parent_id,
                    root_id,
                    kind,
                    display_name,
                    status.value,
                    now,
                    now if status is Status.RUNNING else None,
                    plan,
                    None if parameters is None else dump(dict(parameters)),
                    None if told is None else dump(list(told)),
                    dump(dict(tags or {})),
                    dump(dict(properties or {})),
                    0 if plan is None else FIRST_LIFE,
                ),
            )
            if place is not None:
                place()
        return self.get(run_id)

    def get(self, run_id: str) -> RunRecord:
        """Return the run.

        Raises:
            RunNotFound: There is none of this id.
        """
        row = self._database.one(f"SELECT {COLUMNS} FROM run WHERE run_id = ?", run_id)
        if row is None:
            raise RunNotFound(run_id, self._database.home)
        return self._records([row])[0]

    def known(self, run_id: str | None) -> RunRecord | None:
        """Return the run; None if there is none: damage may have taken what another one names."""
        row = self._database.one(f"SELECT {COLUMNS} FROM run WHERE run_id = ?", run_id)
        return None if row is None else self._records([row])[0]

    def _records(self, rows: Iterable[sqlite3.Row]) -> list[RunRecord]:
        return records(rows, self._database.note)

    def by_key(self, key: int) -> RunRecord:
        """Return the run of a key that was read before."""
        row = self._database.one(f"SELECT {COLUMNS} FROM run WHERE id = ?", key)
        if row is None:
            raise RunNotFound(f"number {key}", self._database.home)
        return self._records([row])[0]

    def find(self, abbreviation: str) -> RunRecord:
        """Return the run whose id is, or alone starts with, `abbreviation`.

        Raises:
            RunNotFound: None does.
            HyperlocalError: Several do.
        """
        if not abbreviation:
            raise RunNotFound(abbreviation, self._database.home)
        row = self._database.one(f"SELECT {COLUMNS} FROM run WHERE run_id = ?", abbreviation)
        rows = [row] if row is not None else self._starting_with(abbreviation, on_top=True)
        rows = rows or self._starting_with(abbreviation, on_top=False)
        if not rows:
            raise RunNotFound(abbreviation, self._database.home)
        if len(rows) > 1 and rows[0]["parent_id"] is not None:
            # Of a pipeline's sweep and its trials, whose ids begin alike, the sweep is meant.
            rows = self._outermost_starting_with(abbreviation) or rows
        if len(rows) > 1:
            names = ", ".join(str(row["run_id"]) for row in rows[:_MAX_NAMED])
            more = ", ..." if len(rows) > _MAX_NAMED else ""
            raise HyperlocalError(
                f"{abbreviation!r} fits several runs ({names}{more}). Type more of the id."
            )
        return self._records(rows)[0]

    def _starting_with(self, abbreviation: str, *, on_top: bool) -> list[sqlite3.Row]:
        # A range, unlike LIKE, uses the index on run_id, and knows neither wildcards nor case. An
        # index alone is asked for the first few, for the range may hold all runs of the home.
        runs, condition = "run", ""
        if on_top:
            runs, condition = "run INDEXED BY run_at_top", "AND parent_id IS NULL"
        return self._database.all(
            f"""SELECT {COLUMNS} FROM run WHERE id IN (SELECT id FROM {runs}
                    WHERE run_id >= ? AND run_id < ? {condition}
                    ORDER BY id LIMIT {_MAX_NAMED + 1})
                ORDER BY id""",
            abbreviation,
            abbreviation + chr(sys.maxunicode),
        )

    def _outermost_starting_with(self, abbreviation: str) -> list[sqlite3.Row]:
        span = abbreviation, abbreviation + chr(sys.maxunicode)
        return self._database.all(
            f"SELECT {COLUMNS} FROM run WHERE run_id >= ? AND run_id < ? "
            "AND parent_id IS NOT NULL AND NOT (parent_id >= ? AND parent_id < ?) "
            f"ORDER BY id LIMIT {_MAX_NAMED + 1}",
            *span,
            *span,
        )

    def children(self, run_id: str, *, recursive: bool = False) -> list[RunRecord]:
        """Return the runs below `run_id`, newest first."""
        if not recursive:
            statement = f"SELECT {COLUMNS} FROM run WHERE parent_id = ? ORDER BY id DESC"
        else:
            statement = f"""WITH RECURSIVE below (id, run_id) AS (
                    SELECT id, run_id FROM run WHERE parent_id = ?
                    UNION
                    SELECT run.id, run.run_id FROM run JOIN below ON run.parent_id = below.run_id)
                SELECT {COLUMNS} FROM run WHERE id IN (SELECT id FROM below)
                ORDER BY id DESC"""
        return self._records(self._database.all(statement, run_id))

    def children_after(self, run_id: str, last_key: int, *, limit: int = -1) -> list[RunRecord]:
        """Return the children of `run_id` that are newer than `last_key`, oldest first."""
        rows = self._database.all(
            f"SELECT {COLUMNS} FROM run WHERE parent_id = ? AND id > ? ORDER BY id LIMIT ?",
            run_id,
            last_key,
            limit,
        )
        return self._records(rows)

    def top(
        self, experiment: str | None = None, *, include_children: bool = False
    ) -> list[RunRecord]:
        """Return the runs without a parent (or all of them), newest first."""
        from hyperlocal.history.listing import Listing

        return Listing(self._database).page(experiment, include_children=include_children)

    def experiments(self) -> list[str]:
        """Return the names of the experiments that have runs, in order of their first."""
        rows = self._database.all(
            "SELECT experiment FROM run GROUP BY experiment ORDER BY MIN(id)"
        )
        return [row[0] for row in rows if isinstance(row[0], str)]

    def count_by_status(self, parent_id: str) -> dict[Status, int]:
        """Return how many children of `parent_id` are in each status."""
        rows = self._database.all(
            "SELECT status, COUNT(*) FROM run WHERE parent_id = ? GROUP BY status", parent_id
        )
        counts: dict[Status, int] = {}
        for content, number in rows:
            status = status_of(content)
            counts[status] = counts.get(status, 0) + number
        return counts

    def set_status(self, run_id: str, status: Status) -> bool:
        """Move a run that has not ended to a status that is not final.

        Running also stamps the start, once. A requested cancellation is not taken back.

        Returns:
            Whether the run changed; False if it has ended or its cancellation was requested.
        """
        assert not status.is_terminal, status
        now = self._database.now() if status is Status.RUNNING else None
        n_changed = self._database.execute(
            f"""UPDATE run SET status = ?, started_at = COALESCE(started_at, ?) WHERE run_id = ?
                AND status NOT IN {TERMINAL_SQL} AND status != 'CancelRequested'""",
            (status.value, now, run_id),
        )
        return n_changed == 1

    def to_be_cancelled(self, run_ids: Collection[str]) -> set[str]:
        """Return those of these runs whose cancellation was requested, and that go on."""
        marks = ", ".join("?" * len(run_ids))
        rows = self._database.all(
            f"SELECT run_id FROM run WHERE run_id IN ({marks}) AND status = 'CancelRequested'",
            *run_ids,
        )
        return {row[0] for row in rows}

    def request_cancel(self, run_id: str) -> bool:
        """Ask for the end of a run; whoever controls it obeys.

        Returns:
            Whether the run had not ended.
        """
        n_changed = self._database.execute(
            f"""UPDATE run SET status = 'CancelRequested' WHERE run_id = ?
                AND status NOT IN {TERMINAL_SQL}""",
            (run_id,),
        )
        return n_changed == 1

    def finish(
        self,
        run_id: str,
        status: Status,
        *,
        cause: Cause | None = None,
        reason: str | None = None,
        exit_code: int | None = None,
        error: Mapping[str, Any] | None = None,
        elapsed: float | None = None,
    ) -> bool:
        """Give a run its final status, once.

        Returns:
            Whether this call ended it; False if it had ended before.
        """
        assert status.is_terminal, status
        n_changed = self._database.execute(
            f"""UPDATE run SET status = ?, cause = ?, reason = ?, exit_code = ?,
                    error = COALESCE(?, error), ended_at = ?, elapsed = COALESCE(?, elapsed)
                WHERE run_id = ? AND status NOT IN {TERMINAL_SQL}""",
            (
                status.value,
                None if cause is None else cause.value,
                reason,
                exit_code,
                None if error is None else dump(dict(error)),
                self._database.now(),
                elapsed,
                run_id,
            ),
        )
        return n_changed == 1

    def finish_below(
        self, run_id: str, status: Status, *, cause: Cause | None, reason: str | None
    ) -> None:
        """Give the runs that a run's script has opened, and left open, a final status.

        Runs with a controller of their own, and what is below them, are left alone.
        """
        self._database.execute(
            f"""WITH RECURSIVE below (run_id) AS (
                    SELECT run_id FROM run WHERE parent_id = ? AND plan IS NULL
                    UNION
                    SELECT run.run_id FROM run JOIN below ON run.parent_id = below.run_id
                    WHERE run.plan IS NULL)
                UPDATE run SET status = ?, cause = ?, reason = ?, ended_at = ?
                WHERE run_id IN (SELECT run_id FROM below) AND status NOT IN {TERMINAL_SQL}""",
            (
                run_id,
                status.value,
                None if cause is None else cause.value,
                reason,
                self._database.now(),
            ),
        )

    def update(self, run_id: str, **columns: Any) -> None:
        """Set simple facts, such as `description`, `pid` or `elapsed`."""
        assert columns.keys() <= _SIMPLE_COLUMNS, columns
        assignments = ", ".join(f"{name} = ?" for name in columns)
        self._database.execute(
            f"UPDATE run SET {assignments} WHERE run_id = ?", (*columns.values(), run_id)
        )

    def edit_tags(
        self,
        run_id: str,
        *,
        put: Mapping[str, Any] | None = None,
        remove: Iterable[str] = (),
    ) -> dict[str, Any]:
        """Add, change and remove tags; return all of them."""
        with self._database.writing() as connection:
            tags = {**_column(connection, run_id, "tags", self._database.home), **(put or {})}
            for name in remove:
                tags.pop(name, None)
            _set_column(connection, run_id, "tags", tags)
        return tags

    def add_properties(self, run_id: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        """Add properties; return all of them.

        Raises:
            RunStateError: One of them has another value already: properties are written once.
        """
        with self._database.writing() as connection:
            known = _column(connection, run_id, "properties", self._database.home)
            for name, value in properties.items():
                if name in known and known[name] != value:
                    raise RunStateError(
                        f"Property {name!r} of run {run_id} is {known[name]!r} and cannot become "
                        f"{value!r}: properties are written once. Use a tag for what changes."
                    )
            merged = {**known, **properties}
            _set_column(connection, run_id, "properties", merged)
        return merged

    def add_warning(self, run_id: str, sentence: str) -> None:
        """Add a sentence that viewers show, once."""
        with self._database.writing() as connection:
            known = _column(connection, run_id, "warnings", self._database.home)
            if sentence not in known:
                _set_column(connection, run_id, "warnings", [*known, sentence])

    def set_error(self, run_id: str, error: Mapping[str, Any]) -> None:
        """Set the error of a run, whatever its status."""
        self._database.execute(
            "UPDATE run SET error = ? WHERE run_id = ?", (dump(dict(error)), run_id)
        )


def _column(connection: sqlite3.Connection, run_id: str, column: str, home: str) -> Any:
    row = connection.execute(f"SELECT {column} FROM run WHERE run_id = ?", (run_id,)).fetchone()
    if row is None:
        raise RunNotFound(run_id, home)
    read = json_texts if column == "warnings" else json_object
    try:
        return read(row[0])
    except (ValueError, RecursionError) as error:
        # What was there would be lost: nothing is written over what nobody can read.
        raise HistoryError(
            f"Run {run_id}: its {column} cannot be read ({reason(error)}), so nothing can be "
            f"added. `hyperlocal doctor {run_id}` says more."
        ) from error


def _set_column(
    connection: sqlite3.Connection, run_id: str, column: str, value: dict[str, Any] | list[str]
) -> None:
    connection.execute(f"UPDATE run SET {column} = ? WHERE run_id = ?", (dump(value), run_id))
