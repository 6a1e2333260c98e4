"""Sweep data: what figures and tables are made of, as values that nobody changes.

`hyperlocal.views.sweep_reader` reads them from the history. Secret parameters are masked already.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Sweep
from hyperlocal.history.overview import MetricOverview
from hyperlocal.views import plans

__all__ = ["Curve", "Rise", "SweepData", "TrialData"]


@dataclass(frozen=True)
class TrialData:
    """One child run.

    Attributes:
        key: Grows in order of creation.
        run_id: Its id.
        number: Its number within the sweep; of children of other runs, within the experiment.
        outcome: The word under which it is counted: `Completed`, `Failed`, `Canceled`, `stopped by
            policy`, `Running` ...
        status: Where it is in its life.
        cause: What ended it, if it did not simply complete.
        reason: The same as a sentence with numbers.
        parameters: What it was started with, secrets masked; empty for a run without.
        created_at: When it was created, in seconds since the epoch.
        started_at: When it began to run; None before.
        ended_at: When it ended; None before.
        elapsed: For how long it ran, by a clock that nobody sets; None if that is not known.
        metrics: What it logged: name to numbers.
        best: Its best finite number of the primary metric; None without one.
        origin: The earlier run that it goes on with, or that stands for it; None for a new one.
        version: The version of the data in which it changed last.
    """

    key: int
    run_id: str
    number: int
    outcome: str
    status: Status
    cause: Cause | None
    reason: str | None
    parameters: Mapping[str, Any]
    created_at: float
    started_at: float | None
    ended_at: float | None
    elapsed: float | None = None
    metrics: Mapping[str, MetricOverview] = field(default_factory=dict)
    best: float | None = None
    origin: str | None = None
    version: int = 0

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What is worked out of this trial once, by name: few trials change between two looks."""
        return {}

    @property
    def is_ended(self) -> bool:
        """Whether it can change no more."""
        return self.status.is_terminal

    def duration_s(self, now: float) -> float | None:
        """Return for how long it has been, or was, running; None if it never was."""
        if self.started_at is None:
            return None
        if self.elapsed is not None:
            return self.elapsed
        return max((self.ended_at or now) - self.started_at, 0.0)


@dataclass(frozen=True)
class Curve:
    """The numbers that one run logged of one metric, in order.

    Attributes:
        run_id: The run.
        name: The metric.
        values: The numbers; NaN for what is none, and infinities.
        times: When each was logged, in seconds since the epoch.
        steps: What the script gave as step; None where it gave none.
    """

    run_id: str
    name: str
    values: Sequence[float]
    times: Sequence[float]
    steps: Sequence[Any]

    def has_steps(self) -> bool:
        """Whether each number has a step that is a number."""
        return bool(self.steps) and all(
            isinstance(step, (int, float)) and not isinstance(step, bool) for step in self.steps
        )


@dataclass(frozen=True)
class Rise:
    """A moment at which the sweep's best became better.

    Attributes:
        run_id: The trial that reached it.
        value: The number.
        at: When it was logged.
    """

    run_id: str
    value: float
    at: float


@dataclass(frozen=True)
class SweepData:
    """A run with its children, at one moment.

    Attributes:
        run_id: The parent run.
        name: What people call it: its display name, or its id.
        experiment: The name of its experiment.
        status: Where it is in its life.
        reason: What ended it, as a sentence; None if it simply completed, or goes on.
        sweep: Its settings; None if the children are not a sweep's.
        created_at: When it was created.
        started_at: When its first child began to run.
        ended_at: When it ended.
        trials: Its children, in order of creation.
        best: The best of them, by the project's one ranking; None without a number.
        read_at: When all this was so.
        version: Grows with each change.
    """

    run_id: str
    name: str
    experiment: str
    status: Status
    reason: str | None
    sweep: Sweep | None
    created_at: float
    started_at: float | None
    ended_at: float | None
    trials: Sequence[TrialData]
    best: TrialData | None
    read_at: float
    version: int

    @property
    def metric_name(self) -> str | None:
        """The primary metric; None if nothing is judged."""
        return None if self.sweep is None else self.sweep.metric_name

    @property
    def goal(self) -> Goal | None:
        """Which way the primary metric is better."""
        return None if self.sweep is None else self.sweep.goal

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What is worked out of this data once, by name; nobody changes it."""
        return {}

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many children had which outcome, in order of first appearance."""
        counts: dict[str, int] = {}
        for trial in self.trials:
            counts[trial.outcome] = counts.get(trial.outcome, 0) + 1
        return counts

    @property
    def begun_at(self) -> float:
        """When its first child began to run, or before that, when it was created."""
        return self.created_at if self.started_at is None else self.started_at

    @cached_property
    def by_id(self) -> dict[str, TrialData]:
        """The children by run id."""
        return {trial.run_id: trial for trial in self.trials}

    @cached_property
    def parameter_names(self) -> list[str]:
        """The hyperparameters: those of the space in its order, then others of the children."""
        names = {} if self.sweep is None else dict.fromkeys(self.sweep.space.names)
        for trial in self.trials:
            if trial.parameters.keys() - names.keys():
                names.update(dict.fromkeys(trial.parameters))
        return list(names)

    @cached_property
    def metric_names(self) -> list[str]:
        """The metrics of which a child logged a number: the primary one first, others by name."""
        names = {
            name for trial in self.trials for name, told in trial.metrics.items() if told.n_numeric
        }
        return sorted(names, key=lambda name: (name != self.metric_name, name))

    @cached_property
    def ranked(self) -> list[TrialData]:
        """The children with a number of the primary metric, best first."""
        if self.goal is None:
            return []
        score = self.goal.score
        known = [trial for trial in self.trials if trial.best is not None]
        leader = None if self.best is None else self.best.run_id
        return sorted(known, key=lambda t: (-score(t.best or 0.0), t.run_id != leader, t.key))

    @cached_property
    def lanes(self) -> dict[str, int]:
        """Of each child that ran, the slot in which it may have been, from 0.

        Which slot it really was is not recorded: each child takes the lowest one that was free.
        """
        lanes: dict[str, int] = {}
        free: list[int] = []
        busy: list[tuple[float, int]] = []
        begun = [trial for trial in self.trials if trial.started_at is not None]
        for trial in sorted(begun, key=lambda trial: (trial.started_at, trial.key)):
            began = trial.started_at or 0.0
            while busy and busy[0][0] <= began:
                heapq.heappush(free, heapq.heappop(busy)[1])
            lane = heapq.heappop(free) if free else len(busy)
            lanes[trial.run_id] = lane
            end = trial.ended_at if trial.ended_at is not None else math.inf
            heapq.heappush(busy, (max(end, began), lane))
        return lanes

    def only(self, run_ids: Collection[str]) -> SweepData:
        """Return the same sweep with some of its children: those that a person has chosen."""
        chosen = frozenset(run_ids)
        best = next((trial for trial in self.ranked if trial.run_id in chosen), None)
        trials = tuple(trial for trial in self.trials if trial.run_id in chosen)
        return replace(self, trials=trials, best=best)

    def changed_since(self, version: int) -> list[TrialData]:
        """Return the children that have changed after a version of the data."""
        return [trial for trial in self.trials if trial.version > version]

    def settings(self) -> dict[str, str]:
        """Return the sweep's settings in words; empty without a sweep."""
        sweep = self.sweep
        if sweep is None:
            return {}
        return {
            "primary metric": f"{sweep.goal.value} {sweep.metric_name}",
            "sampling": plans.sampling_text(sweep),
            "search space": ", ".join(plans.space_text(sweep)),
            "policy": plans.policy_text(sweep),
            "limits": plans.limits_text(sweep),
        }
