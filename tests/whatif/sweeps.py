"""Recordings for tests: made by hand, and of sweeps that were simulated into a history."""

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import Choice, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Limits, Sampling, SamplingKind, Sweep
from hyperlocal.domain.trial_trace import Report, TrialTrace
from hyperlocal.engine.simulated_sweep import simulate_sweep
from hyperlocal.whatif import RecordedTrial, Recording

METRIC = "accuracy"


def trace(values, step_s=60.0, **more):
    """A trial that reports every `step_s` seconds, and ends a second later."""
    told = tuple(Report(step_s * n, {METRIC: v}) for n, v in enumerate(values, start=1))
    return TrialTrace(told, **{"duration_s": step_s * len(values) + 1.0, **more})


def recording(*curves, concurrency=2, goal=Goal.MAXIMIZE, **more):
    """A recording of these curves, numbered; `x` is a parameter, too."""
    trials = (
        RecordedTrial(str(n), {"x": n}, each if isinstance(each, TrialTrace) else trace(each))
        for n, each in enumerate(curves)
    )
    return Recording("example", METRIC, goal, tuple(trials), concurrency, **more)


def a_sweep(n_trials, at_once, policy=None, kind=SamplingKind.GRID, goal=Goal.MAXIMIZE):
    values = Choice(tuple(range(n_trials))) if kind is SamplingKind.GRID else Uniform(0.0, 1.0)
    return Sweep(
        Space((("x", values),)),
        Sampling(kind, 1),
        METRIC,
        goal,
        Limits(n_trials, at_once, 1e6),
        Launch(("python", "train.py"), flags={"x": "--x"}),
        policy,
    )


def rehearsed(history, sweep, traces, run_id="HD_1", **more):
    """Simulate a sweep into a history; `traces` are its trials', or a function."""
    history.runs.create(run_id, experiment="e", kind="hyperdrive", plan=plan_to_json(sweep))
    trace_of = traces if callable(traces) else lambda number, _: traces[number]
    simulate_sweep(history.home, run_id, trace_of, **more)
    return run_id
