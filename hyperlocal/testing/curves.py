"""Curves: what trials log and when, in place of training.

    hyperdrive.simulate(lambda lr: [1 - lr / n for n in range(1, 51)], seconds=60, startup=120)
    run = tune()

Sweeps that are submitted then are played in virtual time: a trial takes two minutes to start and a
minute for each of its fifty reports, and the policy looks at each of them, but nothing sleeps. As
many trials run at once as the sweep allows. Afterwards the run is what a real one would have left,
with the times at which everything would have happened.

Curves are told as

* a function, which names what it wants of a trial's arguments as in `functions`, and returns the
  trial's curve;
* a list of curves: the first is trial 0's, and so on;
* a list of pairs `(parameters, curve)`: a trial has the curve of the first whose parameters, or
  those of them that are named, are its own;
* `hyperlocal.whatif.Recording`, the curves of an earlier sweep, looked up the same way.

A curve is a list of values of the primary metric, or a `Curve`. A value may be a dict of metrics
by name, or None for a step in which nothing is logged; a pair `(value, seconds)` also says how
long it took.

Samplers think as long as in a real sweep: a Bayesian one some hundredths of a second a trial.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Union, cast

from hyperlocal.domain.secrecy import shown_values
from hyperlocal.domain.trial_trace import Report, TrialTrace
from hyperlocal.engine.simulated_sweep import TraceOf
from hyperlocal.errors import SweepError
from hyperlocal.services.runs.metric_values import generator_like, scalar_point
from hyperlocal.testing.contents import content_of
from hyperlocal.testing.functions import call, options_of, plain_name
from hyperlocal.testing.trial_run import DROPPED, TrialEnded, exit_code_of

if TYPE_CHECKING:
    from hyperlocal.engine.inline import InlineTrial
    from hyperlocal.history import RunRecord
    from hyperlocal.testing.faults import TrialFaults

__all__ = ["Curve", "Curves", "check_curves", "disturbed", "traces"]


@dataclass(frozen=True)
class Curve:
    """What one trial logs, and how it ends.

    Attributes:
        values: What it reports; see above.
        seconds: How long each report takes that does not say so itself; None for what
            `simulate` was told.
        startup: How long it is prepared before it runs; None for the same.
        closing: How long it goes on after its last report.
        error: What it fails with then, for instance `"MemoryError: no memory left"`.
        hangs: Whether it never ends by itself.
        files: Name to content of what it leaves when it comes to its own end, also if that is an
            error: `outputs/model.pkl`, `logs/...`, or anything else. One that is stopped before
            has not got there.
    """

    values: Sequence[Any]
    seconds: float | None = None
    startup: float | None = None
    closing: float = 0.0
    error: str | None = None
    hangs: bool = False
    files: Mapping[str, str | bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        content_of(self.files)  # a slip is told where it was made, not when the sweep is played


Curves = Union[
    Callable[..., Any], Sequence[Union[Curve, Sequence[Any], tuple[Mapping[str, Any], Any]]], Any
]
"""What `simulate` takes; see the module."""


def check_curves(curves: Curves) -> None:
    """Check that something is curves as far as that can be seen before a sweep.

    Raises:
        TypeError: It is not.
    """
    is_list = isinstance(curves, Sequence) and not isinstance(curves, (str, bytes))
    if not (is_list or callable(curves) or hasattr(curves, "course_for")):
        raise TypeError(
            f"simulate() takes a list of curves, one for each trial, or a function that returns "
            f"one, not {curves!r}."
        )


def traces(curves: Curves, metric_name: str, *, seconds: float, startup: float) -> TraceOf:
    """Return what trials do, from what a test says of them.

    Args:
        curves: The curves.
        metric_name: What values are logged as that are no dicts.
        seconds: How long a report takes.
        startup: How long a trial is prepared before it runs.
    """

    def trace_of(number: int, record: RunRecord) -> TrialTrace:
        told = _told(curves, number, record)
        if isinstance(told, TrialTrace):
            return told
        curve = told if isinstance(told, Curve) else Curve(_listed(told, record))
        return _trace(curve, metric_name, seconds, startup)

    return trace_of


def _told(curves: Curves, number: int, record: RunRecord) -> Any:
    parameters = record.parameters or {}
    if hasattr(curves, "course_for"):
        return curves.course_for(parameters)
    arguments = (record.command or [])[2:]
    if callable(curves):
        return call(curves, None, arguments, parameters)
    if not curves or not _is_row(curves[0]):
        if number < len(curves):
            return curves[number]
        raise SweepError(
            f"There is no curve for trial {number}: {len(curves)} curves were given. Give more, "
            "or a function of the parameters."
        )
    options = options_of(arguments, parameters)
    for wanted, curve in cast("Sequence[tuple[Mapping[str, Any], Any]]", curves):
        if all(options.get(plain_name(name), DROPPED) == value for name, value in wanted.items()):
            return curve
    raise SweepError(
        f"There is no curve for trial {number}, whose parameters are {shown_values(parameters)!r}."
    )


def _is_row(item: Any) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], Mapping)


def _listed(told: Any, record: RunRecord) -> list[Any]:
    if isinstance(told, (str, bytes, Mapping)) or not hasattr(told, "__iter__"):
        raise SweepError(
            f"The curve of {record.run_id} is {told!r}, but must be a list of values of the "
            "primary metric, or a Curve."
        )
    return list(told)


def _trace(curve: Curve, metric_name: str, seconds: float, startup: float) -> TrialTrace:
    step = seconds if curve.seconds is None else curve.seconds
    now, reports = 0.0, []
    for item in curve.values:
        is_pair = isinstance(item, tuple) and len(item) == 2
        value, took = item if is_pair else (item, step)
        now += took
        metrics = value if isinstance(value, Mapping) else {metric_name: value}
        reports.append(
            Report(now, {n: _stored(n, v) for n, v in metrics.items() if v is not None})
        )
    return TrialTrace(
        tuple(reports),
        duration_s=None if curve.hangs else now + curve.closing,
        delay_s=startup if curve.startup is None else curve.startup,
        exit_code=0 if curve.error is None else 1,
        error=curve.error,
        files=content_of(curve.files),
    )


def _stored(name: str, value: Any) -> Any:
    if generator_like(value):
        raise SweepError(
            f"A curve has {value!r} as a value of {name!r}, which log() refuses: give a number or "
            "a text for each report."
        )
    return scalar_point(value)[1]


def disturbed(trace: TrialTrace, faults: TrialFaults, metric_name: str) -> TrialTrace:
    """Return a trace to which happens what was said of its trial."""
    if not faults.starts():
        return trace
    victim = _Victim()
    trial = cast("InlineTrial", victim)
    reports: list[Report] = []
    n_reports = 0
    try:
        faults.happens(0, trial)
        for report in trace.reports:
            metrics = _altered(report.metrics, faults, metric_name, n_reports)
            victim.now_s = report.at_s
            reports.append(Report(report.at_s + victim.late_s, metrics))
            if metric_name in report.metrics:
                n_reports += 1
                faults.happens(n_reports, trial)
    except _Hangs:
        return _cut(trace, reports, None)
    except TrialEnded as ended:
        return _cut(trace, reports, victim.now_s + victim.late_s, ended.exit_code)
    except SystemExit as ended:
        code = exit_code_of(ended)
        return _cut(trace, reports, victim.now_s + victim.late_s, code)
    except Exception as error:
        told = "".join(traceback.format_exception_only(type(error), error)).strip()
        return _cut(trace, reports, victim.now_s + victim.late_s, 1, told)
    ends = None if trace.duration_s is None else trace.duration_s + victim.late_s
    return replace(trace, reports=tuple(reports), duration_s=ends)


class _Hangs(Exception):
    """It does nothing more."""


class _Victim:
    """In place of a running trial, for what is to go wrong with it."""

    run_id = ""
    is_stopped = False

    def __init__(self) -> None:
        self.now_s = 0.0
        self.late_s = 0.0

    def hang(self) -> None:
        raise _Hangs

    def spend(self, seconds: float) -> None:
        self.late_s += seconds


def _altered(
    metrics: Mapping[str, Any], faults: TrialFaults, metric_name: str, n_reports: int
) -> dict[str, Any]:
    told = {
        name: faults.altered(name, value, name == metric_name, n_reports)
        for name, value in metrics.items()
    }
    return {name: value for name, value in told.items() if value is not DROPPED}


def _cut(
    trace: TrialTrace,
    reports: list[Report],
    duration_s: float | None,
    exit_code: int = 0,
    error: str | None = None,
) -> TrialTrace:
    """Return a trace that does not come to its own end."""
    return replace(
        trace,
        reports=tuple(reports),
        duration_s=duration_s,
        exit_code=exit_code,
        error=error,
        files={},  # it did not get there
    )
