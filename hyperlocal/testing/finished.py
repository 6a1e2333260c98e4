"""Finished: runs that have ended, for code that only reads them.

    run = hyperdrive.finished(
        [
            child({"lr": 0.1}, metrics={"accuracy": [0.5, 0.9]}, files={"outputs/model.pkl": b""}),
            child({"lr": 1.0}, metrics={"accuracy": [0.4]}, stopped_at=1),
            child({"lr": 9.9}, status="Failed", error="ValueError: lr is too large"),
        ],
        metric="accuracy",
    )

Nothing is made up: a sweep with these trials is submitted and run inline, with functions that do
what is said of them, so that the run is what a real sweep would have left.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Any

from hyperlocal.domain.parameters import Parameters
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.trial import Observation
from hyperlocal.engine.inline import STOPPED, InlineTrial
from hyperlocal.testing.contents import content_of
from hyperlocal.testing.trial_run import TrialRun

if TYPE_CHECKING:
    from hyperlocal.azureml.train.hyperdrive import HyperDriveConfig
    from hyperlocal.history import History

__all__ = ["Child", "Given", "checked", "child", "config_of", "metric_of"]

_METRIC = "accuracy"
_KEPT = ("outputs/", "logs/")
_STATUSES = (Status.COMPLETED, Status.FAILED, Status.CANCELED, Status.RUNNING)


@dataclass(frozen=True)
class Child:
    """What one trial, or one single run, did; see `child`."""

    parameters: Mapping[str, Any]
    metrics: Mapping[str, Any] = field(default_factory=dict)
    status: Status = Status.COMPLETED
    error: str = "RuntimeError: It was told to fail."
    stopped_at: int | None = None
    reason: str = "stopped by the policy"
    files: Mapping[str, bytes] = field(default_factory=dict)
    tags: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)
    output: str = ""

    def play(self, run: TrialRun, trial: InlineTrial, history: History) -> int:
        """Do it, in a trial's working copy; return the exit code."""
        run.set_tags(self.tags)
        run.add_properties(self.properties)
        sys.stdout.write(self.output)
        for name, value in self.metrics.items():
            _log(run, name, value)
        for name, content in self.files.items():
            if name.startswith(_KEPT):
                _write(name, content)
            else:
                run.upload_file(name, io.BytesIO(content))
        if self.status is Status.RUNNING:
            trial.stay_open()
        if self.stopped_at is not None:
            history.decisions.add(trial.run_id, self.stopped_at, stop=True, reason=self.reason)
            trial.stop(Cause.POLICY, self.reason)
            return STOPPED
        if self.status is Status.CANCELED:
            history.runs.request_cancel(trial.run_id)
            trial.look()
        elif self.status is Status.FAILED:
            sys.stdout.write(f"Traceback (most recent call last):\n{self.error}\n")
        return int(self.status is Status.FAILED)


def child(
    parameters: Mapping[str, Any] | None = None,
    *,
    metrics: Mapping[str, Any] | None = None,
    status: str = "Completed",
    error: str = "RuntimeError: It was told to fail.",
    stopped_at: int | None = None,
    reason: str = "stopped by the policy",
    files: Mapping[str, str | bytes] | None = None,
    tags: Mapping[str, Any] | None = None,
    properties: Mapping[str, Any] | None = None,
    output: str = "",
) -> Child:
    """Return what a trial of a finished sweep did.

    Args:
        parameters: What it was started with.
        metrics: What it logged: a number or text once, the elements of a list one by one (a
            curve), a dict as a row.
        status: `Completed`, `Failed` or `Canceled`; or `Running`, and then the run that it is
            part of is Running as well.
        error: If it failed: the last line of its traceback.
        stopped_at: The interval at which the policy stopped it; its status is then Canceled.
        reason: What the policy said.
        files: Name to content: `outputs/model.pkl`, `logs/...`, or anything else.
        tags: Its tags.
        properties: Its properties.
        output: What it printed.

    Raises:
        ValueError: A status that cannot be said, or one that does not fit `stopped_at`; a name
            that no file of a run has.
        TypeError: A file whose content is neither text nor bytes.
    """
    if status not in [each.value for each in _STATUSES]:
        known = ", ".join(each.value for each in _STATUSES)
        raise ValueError(f"status is {status!r}, but must be one of {known}.")
    if stopped_at is not None and status in (Status.FAILED.value, Status.RUNNING.value):
        raise ValueError(
            f"A trial that the policy stopped is Canceled: leave out status={status!r}."
        )
    return Child(
        parameters=dict(parameters or {}),
        metrics=dict(metrics or {}),
        status=Status(status),
        error=error,
        stopped_at=stopped_at,
        reason=reason,
        files=content_of(files or {}),
        tags=dict(tags or {}),
        properties=dict(properties or {}),
        output=output,
    )


def checked(children: Iterable[Child]) -> list[Child]:
    """Return children, if they are.

    Raises:
        TypeError: One was not made by `child`.
    """
    told = list(children)
    for each in told:
        if not isinstance(each, Child):
            raise TypeError(f"What a trial did is said with child(...), not {each!r}.")
    return told


class Given:
    """A sampler that gives what the children were started with, one after the other."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._left: Iterator[Child] = iter(children)

    def ask(
        self, observations: Sequence[Observation], pending: Sequence[Parameters]
    ) -> dict[str, Any] | None:
        """Return the parameters of the next child; None if there are no more."""
        for each in self._left:
            return dict(each.parameters)
        return None


def metric_of(children: Sequence[Child]) -> str:
    """Return what is the primary metric of children if nobody says it.

    `accuracy` if one of them logs it, or if none logs a number; else the only number that is.

    Raises:
        ValueError: They log several others.
    """
    logged = {n: None for each in children for n, v in each.metrics.items() if _has_number(v)}
    if _METRIC in logged or not logged:
        return _METRIC
    if len(logged) > 1:
        raise ValueError(
            f"The children log {', '.join(map(repr, logged))}: say which of them is the primary "
            f"metric, finished(..., metric={next(iter(logged))!r})."
        )
    return next(iter(logged))


def _has_number(value: Any) -> bool:
    values = value if isinstance(value, (list, tuple)) else (value,)
    return any(isinstance(each, Real) and not isinstance(each, bool) for each in values)


def config_of(
    children: Sequence[Child], metric: str, goal: str, source: str | os.PathLike[str]
) -> HyperDriveConfig:
    """Return a configuration that a sweep with these children may have been submitted with."""
    from hyperlocal.azureml.core.script_run_config import ScriptRunConfig
    from hyperlocal.azureml.train.hyperdrive import (
        HyperDriveConfig,
        PrimaryMetricGoal,
        RandomParameterSampling,
        choice,
    )

    values: dict[str, list[Any]] = {}
    for each in children:
        for name, value in each.parameters.items():
            if value not in values.setdefault(name, []):
                values[name].append(value)
    return HyperDriveConfig(
        run_config=ScriptRunConfig(
            source_directory=os.fspath(source), script="train.py", compute_target="cpu-cluster"
        ),
        hyperparameter_sampling=RandomParameterSampling(
            {name: choice(options) for name, options in values.items()}
        ),
        primary_metric_name=metric,
        primary_metric_goal=PrimaryMetricGoal.from_str(goal),
        max_total_runs=max(1, len(children)),
        # Those that go on keep their places.
        max_concurrent_runs=4 + sum(each.status is Status.RUNNING for each in children),
    )


def _log(run: TrialRun, name: str, value: Any) -> None:
    for each in value if isinstance(value, (list, tuple)) else (value,):
        if isinstance(each, Mapping):
            run.log_row(name, **each)
        else:
            run.log(name, each)


def _write(name: str, content: bytes) -> None:
    os.makedirs(os.path.dirname(name), exist_ok=True)
    with open(name, "wb") as file:
        file.write(content)
