"""What the history gives back: frozen rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from hyperlocal.domain.status import Cause, Status
from hyperlocal.errors import HistoryError

__all__ = ["Asset", "Decision", "MetricPoint", "RunRecord"]

_STATUSES = {status.value: status for status in Status}
_CAUSES = {cause.value: cause for cause in Cause}
_MOST_SHOWN = 80


class _Stored(NamedTuple):
    """The columns of the table `run` that are read, in their order, as they are stored."""

    key: int
    run_id: str
    experiment: str
    number: int
    parent_id: str | None
    root_id: str
    kind: str
    display_name: str | None
    description: str | None
    stored_status: str
    stored_cause: str | None
    reason: str | None
    created_at: float
    started_at: float | None
    ended_at: float | None
    exit_code: int | None
    pid: int | None
    pid_started: float | None
    plan: str | None
    stored_parameters: str | None
    stored_command: str | None
    stored_tags: str
    stored_properties: str
    stored_error: str | None
    stored_warnings: str
    elapsed: float | None


class _Decoded:
    """A column of JSON, decoded once, when it is first asked for."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name
        self._stored = f"stored_{name}"

    def __get__(self, record: RunRecord, owner: type) -> Any:
        text = getattr(record, self._stored)
        try:
            value = None if text is None else json.loads(text)
        except (TypeError, ValueError, RecursionError):
            record._unreadable(self._name, text)
        record.__dict__[self._name] = value  # which from now on comes before this
        return value


def _decoded() -> Any:
    return _Decoded()


class RunRecord(_Stored):
    """One run as it was when it was read. Times are seconds since the epoch, UTC.

    A hundred thousand may be read at once, of which a view uses a few columns: what is stored as
    JSON is decoded when it is asked for.

    Attributes:
        key: The database's own number of the run; grows in order of creation.
        run_id: The run's id.
        experiment: Name of its experiment.
        number: The run's number within the experiment, from 1.
        parent_id: The parent run's id; None at the top.
        root_id: The topmost run's id; its own at the top.
        kind: What the face called it, for instance `hyperdrive`.
        reason: What ended it, if it did not simply complete, as a sentence with numbers.
        exit_code: What the script's process returned; negative for a signal.
        pid: Its process: the controller's for a parent, the trial's for a child.
        pid_started: When that process started, as the system tells it: with `pid` it names one
            process for good.
        plan: The plan as text (`domain.codec`) of a run that has a controller.
        parameters: What a trial was started with; None for a run that is not a trial.
        command: The argument vector of a trial.
        tags: What it is marked with; may change.
        properties: What is said of it once and for all.
        error: `{"code": ..., "message": ...}` of a run that failed, or some of whose children did.
        warnings: Sentences that viewers show.
        elapsed: The seconds that it has run, by a clock that nobody sets, and without the time
            that it lay interrupted; None of one that was never started.
    """

    @property
    def status(self) -> Status:
        """Where it is in its life."""
        found = _STATUSES.get(self.stored_status)
        return found if found is not None else self._unreadable("status", self.stored_status)

    @property
    def cause(self) -> Cause | None:
        """What ended it, if it did not simply complete."""
        if self.stored_cause is None:
            return None
        found = _CAUSES.get(self.stored_cause)
        return found if found is not None else self._unreadable("cause", self.stored_cause)

    parameters: dict[str, Any] | None = _decoded()
    command: list[str] | None = _decoded()
    tags: dict[str, Any] = _decoded()
    properties: dict[str, Any] = _decoded()
    error: dict[str, Any] | None = _decoded()
    warnings: list[str] = _decoded()

    def _unreadable(self, column: str, stored: Any) -> NoReturn:
        shown = repr(stored)
        raise HistoryError(
            f"The {column} of run {self.run_id} cannot be read: "
            f"{shown if len(shown) <= _MOST_SHOWN else shown[:_MOST_SHOWN] + '...'}. The database "
            "is damaged, or another program wrote it: `hyperlocal doctor` says more."
        )


class MetricPoint(NamedTuple):
    """One logged value.

    Attributes:
        key: Grows in order of logging, over all runs.
        run_id: Who logged it.
        name: The metric.
        kind: `int`, `float`, `bool`, `str` and `none` are scalars; `row` and `table` hold a dict;
            `artifact` the name of a file.
        value: The value, decoded; NaN for a float that is not a number.
        step: What the script gave as step.
        logged_at: Seconds since the epoch.
    """

    key: int
    run_id: str
    name: str
    kind: str
    value: Any
    step: int | None
    logged_at: float

    @property
    def is_numeric(self) -> bool:
        """Whether the value is a number (booleans count)."""
        return self.kind in ("int", "float", "bool")


@dataclass(frozen=True)
class Decision:
    """What the policy said of a trial at one interval, and why."""

    run_id: str
    interval: int
    stop: bool
    reason: str
    decided_at: float


@dataclass(frozen=True)
class Asset:
    """Something that a script created and the home remembers, e.g. a compute target."""

    kind: str
    name: str
    version: int
    body: dict[str, Any]
    created_at: float
