"""A sweep of the history as a recording: replayed as it was, it decides what it decided."""

import math
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.policy import Bandit, MedianStopping, Schedule
from hyperlocal.domain.sweep import Job, SamplingKind
from hyperlocal.domain.trial_trace import Report, TrialTrace
from hyperlocal.errors import RunNotFound, SweepError
from hyperlocal.history import History
from hyperlocal.whatif import Recording, replay
from tests.properties.curves import policies, reports
from tests.whatif.sweeps import METRIC, a_sweep, rehearsed, trace


@pytest.fixture
def history(home):
    opened = History.open(home)
    yield opened
    opened.close()


def stops(outcome):
    return {trial.trial_id: trial.stopped_at for trial in outcome.stopped}


def test_a_recording_has_what_the_history_has(history):
    traces = [trace([0.1, 0.2], delay_s=30.0), trace([0.5]), trace([0.3], exit_code=1)]
    run_id = rehearsed(history, a_sweep(3, 2), traces)

    told = Recording.of_run(run_id, history)

    assert (told.name, told.metric_name, told.goal) == ("HD_1", METRIC, Goal.MAXIMIZE)
    assert [trial.trial_id for trial in told.trials] == ["0", "1", "2"]
    assert [trial.parameters for trial in told.trials] == [{"x": 0}, {"x": 1}, {"x": 2}]
    assert [trial.values(METRIC) for trial in told.trials] == [[0.1, 0.2], [0.5], [0.3]]
    assert [round(trial.duration_s, 3) for trial in told.trials] == [121, 61, 61]
    assert [round(trial.trace.delay_s, 3) for trial in told.trials] == [30, 0, 0]
    assert [trial.trace.exit_code for trial in told.trials] == [0, 0, 1]
    assert told.concurrency == 2
    assert told.notes == ()


def test_trials_that_something_ended_are_cut(history):
    sweep = a_sweep(4, 2, Bandit(Schedule(), slack_amount=0.1))
    traces = [trace([0.9, 0.9, 0.9]), trace([0.1, 0.1], stop_lag_s=3.0)]
    traces += [trace([0.9, 0.9]), trace([0.9, 0.9])]

    told = Recording.of_run(rehearsed(history, sweep, traces, cancelled_at_s=100.0), history)

    assert [trial.is_cut for trial in told.trials] == [True, True, True]
    assert [trial.stopped_at for trial in told.trials] == [None, 1, None]
    # How long it takes to stop a trial is known of the one that was stopped.
    assert [round(trial.trace.stop_lag_s, 3) for trial in told.trials] == [3, 3, 3]


def test_trials_that_never_ran_are_left_out(history):
    slow = [trace([0.5]), trace([0.5], delay_s=500.0), trace([0.5])]

    told = Recording.of_run(rehearsed(history, a_sweep(3, 2), slow, cancelled_at_s=90.0), history)

    assert [trial.trial_id for trial in told.trials] == ["0", "2"]
    assert "1 of its trials never ran" in told.notes[0]


def test_of_bayesian_sampling_it_is_said_that_it_went_by_results(history):
    sweep = a_sweep(3, 1, kind=SamplingKind.BAYESIAN)

    told = Recording.of_run(rehearsed(history, sweep, [trace([0.1])] * 3), history)

    assert "chosen by Bayesian sampling" in told.notes[0]


def test_values_that_are_no_numbers_count_as_they_did(history):
    reports = (
        Report(1.0, {METRIC: math.nan}),
        Report(2.0, {METRIC: "x"}),
        Report(3.0, {METRIC: 1}),
    )
    sweep = a_sweep(2, 2, MedianStopping(Schedule()))

    told = Recording.of_run(rehearsed(history, sweep, [TrialTrace(reports, 4.0)] * 2), history)

    assert told.trials[0].values(METRIC) == pytest.approx([math.nan, 1.0], nan_ok=True)


def test_what_is_no_sweep_or_has_not_ended_is_refused(history):
    job = plan_to_json(Job(Launch(("python",))))
    history.runs.create("job", experiment="e", kind="script", plan=job)
    history.runs.create("open", experiment="e", kind="h", plan=plan_to_json(a_sweep(2, 1)))

    with pytest.raises(SweepError, match="job is no sweep"):
        Recording.of_run("job", history)
    with pytest.raises(SweepError, match=r"open is NotStarted\. Wait until it has ended"):
        Recording.of_run("open", history)
    with pytest.raises(RunNotFound):
        Recording.of_run("other", history)


@st.composite
def traces(draw):
    """Trials whose reports are tenths of seconds apart, and often coincide."""
    now, told = 0, []
    for value in draw(st.lists(reports, max_size=6)):
        now += draw(st.integers(1, 9))
        told.append(Report(now / 10, {METRIC: value}))
    ends = (now + draw(st.integers(0, 5))) / 10
    delay, lag = (draw(st.integers(0, 9)) / 10 for _ in range(2))
    return TrialTrace(tuple(told), ends, delay, lag, exit_code=draw(st.sampled_from([0, 0, 0, 1])))


@given(
    st.lists(traces(), min_size=1, max_size=8),
    st.integers(1, 4),
    st.none() | policies,
    st.sampled_from(Goal),
)
@settings(max_examples=40)
def test_its_own_policy_and_concurrency_decide_again_as_they_did(traces, slots, policy, goal):
    folder = Path(tempfile.mkdtemp())
    history = History.open(folder / "home", is_durable=False)
    try:
        run_id = rehearsed(history, a_sweep(len(traces), slots, policy, goal=goal), traces)
        told = Recording.of_run(run_id, history)
        recorded = {
            d.run_id.rpartition("_")[2]: d.interval
            for d in history.decisions.of_children(run_id)
            if d.stop
        }
        record = history.runs.get(run_id)
    finally:
        history.close()
        shutil.rmtree(folder)

    comparison = replay(told, "own", slots)

    (again,) = comparison.outcomes
    assert stops(again) == stops(comparison.recorded) == recorded
    assert again.wall_s == pytest.approx(record.ended_at - record.created_at, abs=1e-3)
    assert again.wall_s == pytest.approx(comparison.recorded.wall_s, abs=1e-3)
    assert again.compute_s == pytest.approx(comparison.recorded.compute_s, abs=1e-3)
