"""Flow: several pieces of work, some of which need what others make, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Union

from hyperlocal.domain.sweep import Job, Sweep

__all__ = ["Flow", "Harvest", "Output", "Step", "Work"]

Work = Union[Sweep, Job]


@dataclass(frozen=True)
class Harvest:
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
        harvest: How it is made of a sweep's trials; None if a script makes it.
    """

    name: str
    path: str
    is_folder: bool = False
    harvest: Harvest | None = None


@dataclass(frozen=True)
class Step:
    """One piece of work of a flow. It becomes a run below the flow's.

    Attributes:
        run_id: The run that it becomes.
        name: What its author calls it.
        work: What is run.
        kind: The `kind` with which its run is recorded.
        source: The folder of its source in the flow's snapshot.
        needs: The steps (their `run_id`) that must have completed before.
        inputs: Of each thing that it takes over from another step, that step and its output.
        outputs: What it leaves.
        properties: The properties of its run.
        sweep_id: If it is a sweep, the run of the sweep itself, below the step's.
        sweep_kind: The `kind` with which that run is recorded.
        sweep_properties: The properties of that run.
        fingerprint: The same text if, and only if, source, arguments and settings are the same.
        reads: Paths of data from outside of the flow.
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
class Flow:
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
