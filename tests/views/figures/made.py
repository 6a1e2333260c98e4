"""Sweeps made in memory, for figures of more or stranger trials than are worth writing down."""

import math

from hyperlocal.domain.distribution import LogUniform, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.space import Space
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Limits, Sampling, SamplingKind, Sweep
from hyperlocal.history.overview import MetricOverview
from hyperlocal.views.sweep_data import Curve, SweepData, TrialData

__all__ = ["a_curve", "a_sweep", "a_trial"]

SPACE = Space((("lr", LogUniform(math.log(1e-4), 0.0)), ("width", Uniform(0.0, 1.0))))
_STATUSES = {"stopped by policy": Status.CANCELED}


def a_trial(number, best=None, *, outcome="Completed", began=None, ended=None, **parameters):
    """A trial that ran from `began` to `ended`, and whose metric was `best`, once."""
    metrics = {}
    run_id = f"HD_m_{number}"
    if best is not None:
        told = MetricOverview.empty(run_id, "loss")
        metrics["loss"] = told.with_point(number + 1, best, is_numeric=True)
        best = best if math.isfinite(best) else None
    status = _STATUSES.get(outcome) or Status(outcome)
    began = float(number) if began is None else began
    if ended is None and status.is_terminal:
        ended = began + 1.0
    return TrialData(
        key=number,
        run_id=run_id,
        number=number,
        outcome=outcome,
        status=status,
        cause=None,
        reason=None,
        parameters=parameters,
        created_at=began,
        started_at=began,
        ended_at=ended,
        metrics=metrics,
        best=best,
    )


def a_sweep(
    trials,
    *,
    space=SPACE,
    goal=Goal.MINIMIZE,
    kind=SamplingKind.RANDOM,
    policy=None,
    run_id="HD_m",
    name="HD_m",
):
    """A sweep of these trials that still runs."""
    sweep = Sweep(
        space,
        Sampling(kind, 7),
        "loss",
        goal,
        Limits(1000, 4, 1e6),
        Launch(("python", "train.py"), {}, log_file="log", log_format="{text}"),
        policy,
    )
    known = [trial for trial in trials if trial.best is not None]
    best = min(known, key=lambda t: (-goal.score(t.best), t.key), default=None)
    return SweepData(
        run_id=run_id,
        name=name,
        experiment="made",
        status=Status.RUNNING,
        reason=None,
        sweep=sweep,
        created_at=0.0,
        started_at=0.0,
        ended_at=None,
        trials=tuple(trials),
        best=best,
        read_at=1000.0,
        version=1,
    )


def a_curve(number, *values, began=0.0, every=1.0):
    """What a trial reported, at even distances."""
    times = tuple(began + every * place for place in range(1, len(values) + 1))
    return Curve(f"HD_m_{number}", "loss", values, times, (None,) * len(values))
