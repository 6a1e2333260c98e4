"""Sweep: everything that a controller needs to know, as one frozen value.

A plan is a sweep, a single job, or a workflow: several sweeps and jobs, some of which need what
others make. They are in one file, because the trials of a sweep may run a workflow, and a step of
a workflow may be a sweep.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Union

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.policy import Policy
from hyperlocal.domain.space import Space
from hyperlocal.errors import SweepError

__all__ = [
    "Job",
    "Limits",
    "Output",
    "Plan",
    "Resumption",
    "Sampling",
    "SamplingKind",
    "Step",
    "Sweep",
    "SweepOutput",
    "Work",
    "Workflow",
]


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
        prior_sweeps: Sweeps of the same history whose trials count as known: the policy compares
            with them, and Bayesian sampling learns from them.
        resumed: Earlier trials that are run again, before anything new is tried.
        workflow: What a trial runs, if that is more than one command.
    """

    space: Space
    sampling: Sampling
    metric_name: str
    goal: Goal
    limits: Limits
    launch: Launch
    policy: Policy | None = None
    prior_sweeps: tuple[str, ...] = ()
    resumed: tuple[Resumption, ...] = ()
    workflow: Workflow | None = None

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
Work = Plan  # of a step


@dataclass(frozen=True)
class SweepOutput:
    """What is made of a sweep's trials when it has completed.

    Attributes:
        best_file: The file (or folder) of the best trial that is copied; empty for the metrics
            of all trials as JSON.
    """

    best_file: str = ""


@dataclass(frozen=True)
class Output:
    """What a step leaves for others.

    Attributes:
        name: Its name, unique within the step.
        path: Where it is: a file or a folder, as the script likes.
        is_folder: Whether a folder is made there before the step starts.
        sweep_output: How it is made of a sweep's trials; None if a script makes it.
    """

    name: str
    path: str
    is_folder: bool = False
    sweep_output: SweepOutput | None = None


@dataclass(frozen=True)
class Step:
    """One piece of work of a workflow. It becomes a run below the workflow's.

    Attributes:
        run_id: The run that it becomes.
        name: What its author calls it.
        work: What is run.
        kind: The `kind` with which its run is recorded.
        source: The folder of its source in the workflow's snapshot.
        needs: The steps (their `run_id`) that must have completed before.
        inputs: Of each thing that it takes over from another step, that step and its output.
        outputs: What it leaves.
        properties: The properties of its run.
        sweep_id: If it is a sweep, the run of the sweep itself, below the step's.
        sweep_kind: The `kind` with which that run is recorded.
        sweep_properties: The properties of that run.
        fingerprint: The same text if, and only if, source, arguments and settings are the same.
        reads: Paths of data from outside of the workflow.
        may_reuse: Whether an earlier run with the same fingerprint and data may stand for it.
    """

    run_id: str
    name: str
    work: Work
    kind: str = "step"
    source: str = ""
    needs: tuple[str, ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()
    outputs: tuple[Output, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    sweep_id: str = ""
    sweep_kind: str = "sweep"
    sweep_properties: dict[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    reads: tuple[str, ...] = ()
    may_reuse: bool = True

    @property
    def work_id(self) -> str:
        """The run that has a controller of its own: the sweep's, or the step's."""
        return self.sweep_id or self.run_id


@dataclass(frozen=True)
class Workflow:
    """Steps in an order in which each comes after those that it needs.

    Attributes:
        steps: The steps.
        goes_on: Whether steps that do not need a failed one are still run.
        reuses: Whether earlier runs may stand for steps at all.
        holes: If the trials of a sweep run it: parameter name to the text that stands for its
            value in the steps.
    """

    steps: tuple[Step, ...]
    goes_on: bool = False
    reuses: bool = True
    holes: dict[str, str] = field(default_factory=dict)
