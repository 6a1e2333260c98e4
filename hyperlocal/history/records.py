"""What the history gives back: frozen rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from hyperlocal.domain.status import Cause, Status
from hyperlocal.history import soundness

__all__ = ["CAUSES", "STATUSES", "Asset", "Decision", "MetricPoint", "RunRecord"]

STATUSES = {status.value: status for status in Status}
"""Every status by what is stored of it."""

CAUSES = {cause.value: cause for cause in Cause}
"""Every cause by what is stored of it."""


class _Stored(NamedTuple):
    """The columns of the table `run` that are read, in their order, as they are stored.

    What is not JSON can be read, or has been replaced by something harmless.
    """

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
    life: int
    place: str | None
    owner: str | None
    plain_damage: tuple[tuple[str, str], ...]  # of the columns that are not JSON
    note: Callable[[str, str], object]  # is told what else cannot be read


class _Decoded:
    """A column of JSON, decoded once, when it is first asked for.

    Args:
        read: Decodes it, or raises.
        stand_in: Makes what stands for it where it cannot be read; None if it may be empty.
    """

    def __init__(self, read: Callable[[Any], Any], stand_in: type | None = None) -> None:
        self._read = read
        self._stand_in = stand_in

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name
        self._column = name.removeprefix("own_")
        self._place = _Stored._fields.index(f"stored_{self._column}")

    def __get__(self, record: RunRecord, owner: type) -> Any:
        stored = record[self._place]
        value = None
        if stored is not None or self._stand_in is not None:
            try:
                value = self._read(stored)
            except soundness.UNREADABLE as error:
                value = None if self._stand_in is None else self._stand_in()
                record.found_unreadable(self._column, soundness.reason(error))
        record.__dict__[self._name] = value  # which from now on comes before this
        return value


def _object(stand_in: type | None = None) -> Any:
    return _Decoded(soundness.json_object, stand_in)


def _texts(stand_in: type | None = None) -> Any:
    return _Decoded(soundness.json_texts, stand_in)


class RunRecord(_Stored):
    """One run as it was when it was read. Times are seconds since the epoch, UTC.

    A hundred thousand may be read at once, of which a view uses a few columns: what is stored as
    JSON is decoded when it is asked for. What cannot be read is then replaced, and told.

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
        elapsed: The seconds that it has run, by a clock that nobody sets, and without the time
            that it lay interrupted; None of one that was never started.
        life: Of a run that is controlled, how many controllers and settlements it has had; 0 of
            one that was submitted by a hyperlocal that did not count.
        place: Where `pid` and `pid_started` mean something: a machine since it was started, and
            a container of it.
        owner: The name of the lock that the process holds which opened the run, if it is one
            that a script opened by itself.
    """

    parameters: dict[str, Any] | None = _object()
    command: list[str] | None = _texts()
    tags: dict[str, Any] = _object(dict)
    properties: dict[str, Any] = _object(dict)
    error: dict[str, Any] | None = _object()
    own_warnings: list[str] = _texts(list)

    @property
    def status(self) -> Status:
        """Where it is in its life."""
        return STATUSES[self.stored_status]

    @property
    def cause(self) -> Cause | None:
        """What ended it, if it did not simply complete."""
        return None if self.stored_cause is None else CAUSES[self.stored_cause]

    @cached_property
    def damage(self) -> tuple[tuple[str, str], ...]:
        """The columns that cannot be read, each with why. All are decoded for it."""
        for name in _OF_JSON:
            getattr(self, name)
        found = (*self.plain_damage, *self.__dict__.get("_unreadable", ()))
        return tuple(sorted(found, key=lambda each: _ORDER.index(each[0]))) if found else ()

    @cached_property
    def warnings(self) -> list[str]:
        """Sentences that viewers show, what cannot be read among them."""
        advice = f"`hyperlocal doctor {self.run_id}` says more."
        told = [f"Its {name} cannot be read: {why}. {advice}" for name, why in self.damage]
        return [*self.own_warnings, *told]

    def examined(self) -> RunRecord:
        """Return it, with all decoded: what cannot be read has been told to who reads."""
        assert self.damage is not None
        return self

    def found_unreadable(self, column: str, why: str) -> None:
        """Remember of a column why it cannot be read, and tell who reads."""
        self.__dict__.setdefault("_unreadable", []).append((column, why))
        self.tell(column, why)

    def tell(self, column: str, why: str) -> None:
        """Tell who reads why a column cannot be read."""
        self.note(f"Run {self.run_id}: its {column} cannot be read ({why}).", self.run_id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunRecord) and self[:-1] == other[:-1]  # whoever has read it

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:-1])


_OF_JSON = ("parameters", "command", "tags", "properties", "error", "own_warnings")
_ORDER = ["id" if name == "key" else name.removeprefix("stored_") for name in _Stored._fields]


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
