"""Sweep: everything that a controller needs to know, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Union

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.policy import Policy
from hyperlocal.domain.space import Space
from hyperlocal.errors import SweepError

if TYPE_CHECKING:
    from hyperlocal.domain.flow import Flow

__all__ = ["Job", "Limits", "Plan", "Resumption", "Sampling", "SamplingKind", "Sweep"]


class SamplingKind(str, Enum):
    """How parameters are chosen."""

    GRID = "grid"
    RANDOM = "random"
    BAYESIAN = "bayesian"


@dataclass(frozen=True)
class Sampling:
    """How parameters are chosen, and the seed that makes it repeatable.

    `options` are sampler-specific, for instance `{"order": "first-fastest"}` for a grid.
    """

    kind: SamplingKind
    seed: int
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """How much a sweep may use.

    `max_concurrent` is what was asked for; the controller lowers it to the machine's slots. After
    `max_equal_failures` trials that were the first to end, and all failed for the same reason, the
    sweep is cancelled; None for never.
    """

    max_trials: int
    max_concurrent: int
    max_duration_s: float
    max_equal_failures: int | None = None

    def __post_init__(self) -> None:
        if self.max_trials < 1:
            raise SweepError(f"max_trials is {self.max_trials!r}, but must be at least 1.")
        if self.max_concurrent < 1:
            raise SweepError(f"max_concurrent is {self.max_concurrent!r}, but must be at least 1.")
        if not self.max_duration_s > 0:
            raise SweepError(f"max_duration_s is {self.max_duration_s!r}, but must be above 0.")
        if self.max_equal_failures is not None and self.max_equal_failures < 1:
            raise SweepError(
                f"max_equal_failures is {self.max_equal_failures!r}, but must be at least 1."
            )


@dataclass(frozen=True)
class Resumption:
    """An earlier trial that is run again, as a trial of this sweep, with what it had left.

    Attributes:
        origin: The earlier trial.
        parameters: What it was started with.
        arguments: What its command ends with; may hold `${origin_folder}`, the earlier trial's
            folder, beside what a `Launch` may hold.
        properties: What is recorded with the new trial.
    """

    origin: str
    parameters: Parameters
    arguments: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sweep:
    """A search: what is tried, how it is judged, when it ends, and how a trial is started.

    Attributes:
        space: What is searched.
        sampling: How.
        metric_name: What trials are judged by.
        goal: Which way it is better.
        limits: How much may be used.
        launch: How a trial is started.
        policy: When a trial is given up early.
        earlier: Sweeps of the same history whose trials count as known: the policy compares with
            them, and Bayesian sampling learns from them.
        resumed: Earlier trials that are run again, before anything new is tried.
        flow: What a trial runs, if that is more than one command.
    """

    space: Space
    sampling: Sampling
    metric_name: str
    goal: Goal
    limits: Limits
    launch: Launch
    policy: Policy | None = None
    earlier: tuple[str, ...] = ()
    resumed: tuple[Resumption, ...] = ()
    flow: Flow | None = None

    def __post_init__(self) -> None:
        if len(self.resumed) > self.limits.max_trials:
            raise SweepError(
                f"{len(self.resumed)} trials are to be resumed, but max_trials is "
                f"{self.limits.max_trials!r}."
            )


@dataclass(frozen=True)
class Job:
    """One script, run once, without a search."""

    launch: Launch


Plan = Union[Sweep, Job]
