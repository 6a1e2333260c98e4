"""Fence: the database refuses what a controller or a trial writes whose time is over.

A run that is controlled has a life, a number that grows with every new controller and with
whoever brings it to its end. A connection that writes for one life is refused, by the database
and within the transaction of each write, as soon as a newer one has begun; one that writes for a
trial, as soon as the trial has ended, too.

The refusal is made of temporary triggers, which only the connection has that made them: no
statement can go past them, and no other program that reads the file is disturbed.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

__all__ = ["LIFE_VARIABLE", "RUN_VARIABLE", "Fence", "explain_refusal"]

RUN_VARIABLE = "HYPERLOCAL_RUN_ID"
"""Names the run that a process works for."""

LIFE_VARIABLE = "HYPERLOCAL_LIFE"
"""Names the life that it works for, as `<number>:<run that is controlled>`."""

_MARK = "hyperlocal-fence:"
# What controllers and trials write; they remove nothing but what they have registered.
_WRITES = {
    "metric": ("INSERT",),
    "run": ("INSERT", "UPDATE"),
    "decision": ("INSERT",),
    "asset": ("INSERT", "UPDATE", "DELETE"),
}
_ENDED = "('Completed', 'Failed', 'Canceled')"


class Fence:
    """For which life, and for which trial of it, a connection writes.

    Attributes:
        run_id: The run that is controlled.
        life: The number of the life.
        trial_id: The trial that writes; None for the controller itself.
    """

    def __init__(self, run_id: str, life: int, trial_id: str | None = None) -> None:
        self.run_id = run_id
        self.life = life
        self.trial_id = trial_id

    @classmethod
    def of_process(cls) -> Fence | None:
        """Return what this process may write for; None if it belongs to no trial."""
        number, _, run_id = os.environ.get(LIFE_VARIABLE, "").partition(":")
        if not run_id or not number.isdecimal():
            return None
        return cls(run_id, int(number), os.environ.get(RUN_VARIABLE))

    @property
    def text(self) -> str:
        """What `LIFE_VARIABLE` holds in a process that writes for this life."""
        return f"{self.life}:{self.run_id}"

    def install(self, connection: sqlite3.Connection) -> None:
        """Make a connection refuse what it writes too late.

        A home that does not have the run refuses nothing: a trial may open others.
        """
        late = _Condition(connection, self.run_id, f"life IS NOT {self.life}")
        refusals = [late.refusal(f"{_MARK}life:{self.run_id}")]
        conditions = [late.text]
        if self.trial_id is not None:
            ended = _Condition(connection, self.trial_id, f"status IN {_ENDED}")
            refusals.append(ended.refusal(f"{_MARK}trial:{self.trial_id}"))
            conditions.append(ended.text)
        when, body = " OR ".join(filter(None, conditions)), " ".join(filter(None, refusals))
        if not when:
            return
        for table, events in _WRITES.items():
            for event in events:
                connection.execute(
                    f"CREATE TEMP TRIGGER fence_{table}_{event} BEFORE {event} ON main.{table} "
                    f"WHEN {when} BEGIN {body} END"
                )


class _Condition:
    """What is true of a run, found by its key, once something is over; "" if there is no run."""

    def __init__(self, connection: sqlite3.Connection, run_id: str, is_over: str) -> None:
        row = connection.execute("SELECT id FROM main.run WHERE run_id = ?", (run_id,)).fetchone()
        self.text = "" if row is None else f"(SELECT {is_over} FROM main.run WHERE id = {row[0]})"

    def refusal(self, mark: str) -> str:
        quoted = mark.replace("'", "''")
        return f"SELECT RAISE(ROLLBACK, '{quoted}') WHERE {self.text};" if self.text else ""


def explain_refusal(text: str) -> str | None:
    """Return what the text of a database's error says if it is a refusal; None if it is not."""
    if not text.startswith(_MARK):
        return None
    kind, _, run_id = text.removeprefix(_MARK).partition(":")
    if kind == "trial":
        return (
            f"Run {run_id} has ended, and nothing is accepted from its processes any more. "
            "Report what belongs to a run before its script ends."
        )
    return (
        f"Run {run_id} has been brought to an end or goes on under another controller: what this "
        f"process writes for it comes too late. `hyperlocal show {run_id}` shows how it stands."
    )
