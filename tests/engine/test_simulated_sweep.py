"""A sweep in virtual time, as the history tells of it afterwards."""

import math

import pytest

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import Choice, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.policy import MedianStopping, Schedule
from hyperlocal.domain.space import Space
from hyperlocal.domain.status import Cause, Status
from hyperlocal.domain.sweep import Job, Limits, Sampling, SamplingKind, Sweep
from hyperlocal.domain.trial_trace import Report, TrialTrace
from hyperlocal.engine.simulated_sweep import simulate_sweep
from hyperlocal.errors import SweepError
from hyperlocal.history import History

LAUNCH = Launch(("python", "train.py"), flags={"x": "--x"}, log_file="sweep.txt")


@pytest.fixture
def history(home):
    opened = History.open(home)
    yield opened
    opened.close()


def a_sweep(n_trials=6, at_once=2, kind=SamplingKind.RANDOM, space=None, **more):
    more = {"launch": LAUNCH, **more}
    return Sweep(
        Space((("x", space or Uniform(0.0, 1.0)),)),
        Sampling(kind, 3),
        "accuracy",
        Goal.MAXIMIZE,
        Limits(n_trials, at_once, more.pop("max_duration_s", 86400.0)),
        **more,
    )


def climbing(number, record):
    """Six reports, a minute each, towards the value of `x`."""
    told = (Report(60.0 * n, {"accuracy": record.parameters["x"] * n / 6}) for n in range(1, 7))
    return TrialTrace(tuple(told), 400.0, delay_s=30.0)


def rehearsed(history, plan, trace_of=climbing, run_id="HD_1", **more):
    history.runs.create(run_id, experiment="e", kind="hyperdrive", plan=plan_to_json(plan))
    simulate_sweep(history.home, run_id, trace_of, **more)
    return history.runs.get(run_id), history.runs.children(run_id)[::-1]


def test_times_are_as_they_would_have_been(history):
    parent, trials = rehearsed(history, a_sweep(3, 2))

    began = parent.created_at
    told = [(t.created_at - began, t.started_at - began, t.ended_at - began) for t in trials]
    assert told == [
        pytest.approx(times, abs=1e-5) for times in [(0, 30, 430), (0, 30, 430), (430, 460, 860)]
    ]
    assert (parent.started_at - began, parent.ended_at - began) == pytest.approx((30, 860))
    points = history.metrics.points(trials[2].run_id, "accuracy")
    assert [p.logged_at - began for p in points] == pytest.approx(
        [520, 580, 640, 700, 760, 820], abs=1e-5
    )


def test_a_policy_stops_and_says_why(history):
    _, trials = rehearsed(history, a_sweep(policy=MedianStopping(Schedule(1, 2))))

    stopped = [trial for trial in trials if trial.cause is Cause.POLICY]
    assert stopped
    for trial in stopped:
        *others, last = history.decisions.of(trial.run_id)
        points = history.metrics.points(trial.run_id)
        assert (last.stop, last.interval, last.reason) == (True, len(points), trial.reason)
        assert not any(other.stop for other in others)
        assert last.decided_at == trial.ended_at == points[-1].logged_at


def test_everything_twice_is_the_same_but_for_the_moment_of_its_beginning(history):
    sweep = a_sweep(policy=MedianStopping(Schedule()))

    (one, ones), (other, others) = (rehearsed(history, sweep, run_id=i) for i in ("a", "b"))

    assert [
        (t.parameters, t.status, t.reason and t.reason.replace("b_", "a_")) for t in others
    ] == [(t.parameters, t.status, t.reason) for t in ones]
    assert other.ended_at - other.created_at == pytest.approx(one.ended_at - one.created_at)


def test_bayesian_sampling_knows_what_has_ended_and_what_is_pending(history):
    sweep = a_sweep(12, 3, SamplingKind.BAYESIAN)

    def hill(number, record):
        return TrialTrace(
            (Report(10.0, {"accuracy": -((record.parameters["x"] - 0.7) ** 2)}),), 10.0
        )

    _, trials = rehearsed(history, sweep, hill)

    asked = [trial.parameters["x"] for trial in trials]
    assert len(set(asked)) == 12
    assert min(abs(x - 0.7) for x in asked) < 0.05


def test_a_space_that_is_used_up_ends_the_sweep(history):
    parent, trials = rehearsed(history, a_sweep(9, 4, SamplingKind.GRID, Choice((1, 2, 3))))

    assert [trial.parameters["x"] for trial in trials] == [1, 2, 3]
    assert parent.status is Status.COMPLETED


def test_failures_are_told_as_those_of_a_script(history):
    def failing(number, record):
        if number:
            return climbing(number, record)
        return TrialTrace((), 5.0, exit_code=1, error="RuntimeError: no memory")

    parent, trials = rehearsed(history, a_sweep(2), failing)

    assert (trials[0].status, trials[0].cause) == (Status.FAILED, Cause.SCRIPT)
    assert trials[0].reason == "RuntimeError: no memory (exit code 1)"
    assert "RuntimeError: no memory" in history.folder("HD_1_0").output_log.read_text()
    assert parent.status is Status.COMPLETED
    assert "1 of 2 trials failed" in parent.error["message"]


def test_what_hangs_is_ended_by_its_limit(history):
    launch = Launch(("python", "train.py"), max_duration_s=90.0)

    parent, trials = rehearsed(
        history, a_sweep(1, launch=launch), lambda *_: TrialTrace((), None, delay_s=30.0)
    )

    assert (trials[0].status, trials[0].cause) == (Status.CANCELED, Cause.TRIAL_LIMIT)
    assert trials[0].ended_at - trials[0].started_at == pytest.approx(90)
    assert "longer than the limit of 90 s" in parent.warnings[0]


def test_the_sweeps_limit_and_a_cancellation(history):
    late, trials = rehearsed(history, a_sweep(max_duration_s=100.0), run_id="late")
    cancelled, _ = rehearsed(history, a_sweep(), run_id="cancelled", cancelled_at_s=200.0)

    assert {trial.cause for trial in trials} == {Cause.SWEEP_LIMIT}
    assert "the sweep's limit of 100 s was over" in late.warnings[0]
    assert (cancelled.status, cancelled.cause) == (Status.CANCELED, Cause.USER)
    assert cancelled.ended_at - cancelled.created_at == pytest.approx(200)


def test_values_that_are_no_numbers_count_as_in_a_real_sweep(history):
    told = (Report(1.0, {"accuracy": math.nan}), Report(2.0, {"loss": 1, "note": "x"}))

    parent, trials = rehearsed(history, a_sweep(1), lambda *_: TrialTrace(told, 2.0))

    points = history.metrics.points(trials[0].run_id)
    assert [(p.name, p.kind) for p in points] == [
        ("accuracy", "float"),
        ("loss", "int"),
        ("note", "str"),
    ]
    assert "No trial logged a number as 'accuracy'" in parent.warnings[0]


def test_a_mistake_in_a_curve_reaches_the_test_and_leaves_no_open_run(history):
    with pytest.raises(KeyError, match="y"):
        rehearsed(history, a_sweep(), lambda _, record: record.parameters["y"])

    run = history.runs.get("HD_1")
    assert (run.status, run.cause) == (Status.FAILED, Cause.INTERRUPTED)
    assert all(child.status.is_terminal for child in history.runs.children("HD_1"))


def test_a_single_script_is_no_sweep(history):
    with pytest.raises(SweepError, match="only sweeps are simulated"):
        rehearsed(history, Job(LAUNCH))


def test_the_log_tells_virtual_times(history):
    parent, _ = rehearsed(history, a_sweep(1, 1))

    lines = (history.folder("HD_1").path / "sweep.txt").read_text().splitlines()
    assert "Simulated: up to 1 trials, 1 at a time." in lines[0]
    assert lines[0].split()[0] < lines[-1].split()[0]
    assert parent.ended_at - parent.created_at == pytest.approx(430)
