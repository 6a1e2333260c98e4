"""What the history gives back: frozen rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hyperlocal.domain.status import Cause, Status

__all__ = ["Asset", "Decision", "MetricPoint", "RunRecord"]


@dataclass(frozen=True)
class RunRecord:
    """One run as it was when it was read. Times are seconds since the epoch, UTC.

    Attributes:
        key: The database's own number of the run; grows in order of creation.
        run_id: The run's id.
        experiment: Name of its experiment.
        number: The run's number within the experiment, from 1.
        parent_id: The parent run's id; None at the top.
        root_id: The topmost run's id; its own at the top.
        kind: What the face called it, for instance `hyperdrive`.
        status: Where it is in its life.
        cause: What ended it, if it did not simply complete.
        reason: The same as a sentence, with numbers.
        exit_code: What the script's process returned; negative for a signal.
        pid: Its process: the controller's for a parent, the trial's for a child.
        pid_started: When that process started, as the system tells it: with `pid` it names one
            process for good.
        plan: The plan as text (`domain.codec`) of a run that has a controller.
        parameters: What a trial was started with; None for a run that is not a trial.
        command: The argument vector of a trial.
        error: `{"code": ..., "message": ...}` of a run that failed, or some of whose children did.
        warnings: Sentences that viewers show.
        elapsed: The seconds that it has run, by a clock that nobody sets, and without the time
            that it lay interrupted; None of one that was never started.
        life: Of a run that is controlled, how many controllers and settlements it has had; 0 of
            one that was submitted by a hyperlocal that did not count.
        place: Where `pid` and `pid_started` mean something: a machine since it was started, and
            a container of it.
        owner: The name of the lock that the process holds which opened the run, if it is one
            that a script opened by itself.
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
    status: Status
    cause: Cause | None
    reason: str | None
    created_at: float
    started_at: float | None
    ended_at: float | None
    exit_code: int | None
    pid: int | None
    pid_started: float | None
    plan: str | None
    parameters: dict[str, Any] | None
    command: list[str] | None
    tags: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    error: dict[str, Any] | None = None
    warnings: list[str] = field(default_factory=list)
    elapsed: float | None = None
    life: int = 0
    place: str | None = None
    owner: str | None = None
    damage: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class MetricPoint:
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
