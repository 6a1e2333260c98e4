"""Learning curves in place of training: sweeps in no time, with the times they would take."""

import math

import pytest

from hyperlocal.domain.trial_trace import Report, TrialTrace
from hyperlocal.errors import SweepError
from hyperlocal.testing import Curve, expect
from hyperlocal.testing.curves import disturbed
from hyperlocal.testing.faults import TrialFaults


def records(hyperdrive, run):
    return list(reversed(hyperdrive.history.runs.children(run.id)))


def durations(hyperdrive, run):
    return [round(r.ended_at - r.started_at, 3) for r in records(hyperdrive, run)]


def metrics(run, name="accuracy"):
    children = sorted(run.get_children(), key=lambda child: child.id)
    return [child.get_metrics().get(name) for child in children]


def test_a_sweep_follows_a_function_of_its_parameters(hyperdrive, tuning, tune):
    hyperdrive.simulate(
        lambda learning_rate, epochs: [learning_rate * n for n in range(1, epochs + 1)],
        seconds=60,
        startup=120,
    )

    run = tune(policy=tuning.bandit())

    expect(run).completed().best(trial=3, metric=1.2, learning_rate=0.4)
    expect(run).stopped_only(0).stopped(0, at=2)
    assert durations(hyperdrive, run) == [120, 180, 180, 180]
    assert run.get_status() == "Completed"
    assert run.get_best_run_by_primary_metric().get_metrics() == {
        "accuracy": pytest.approx([0.4, 0.8, 1.2])
    }


def test_as_many_run_at_once_as_the_sweep_allows_and_what_comes_later_is_later(hyperdrive, tune):
    hyperdrive.simulate(lambda: [0.5], seconds=3600)

    first, second = tune(concurrent=2), tune(concurrent=4)

    told = [hyperdrive.history.runs.get(run.id) for run in (first, second)]
    assert [round(r.ended_at - r.created_at) for r in told] == [7200, 3600]
    assert told[0].ended_at <= told[1].created_at < told[0].ended_at + 60


def test_curves_by_the_number_of_the_trial(hyperdrive, tune):
    hyperdrive.simulate([[0.1], [0.2, 0.3], Curve([0.5], seconds=7, closing=2), []])

    run = tune()

    assert metrics(run) == [0.1, [0.2, 0.3], 0.5, None]
    assert durations(hyperdrive, run) == [1, 2, 9, 0]


def test_curves_by_parameters(hyperdrive, tune):
    hyperdrive.simulate(
        [
            ({"learning-rate": 0.2}, [0.9]),
            ({"--learning-rate": 0.3, "epochs": 3}, [0.8]),
            ({}, [0.1]),
        ]
    )

    assert metrics(tune()) == [0.1, 0.9, 0.8, 0.1]


def test_a_report_says_what_else_it_logs_and_how_long_it_took(hyperdrive, tune):
    told = [({"accuracy": 0.5, "loss": 2}, 10), (0.6, 5), None, {"loss": math.nan}]
    hyperdrive.simulate(lambda: told)

    run = tune(values=(0.1,))

    assert metrics(run) == [[0.5, 0.6]]
    assert metrics(run, "loss") == [[2, pytest.approx(math.nan, nan_ok=True)]]
    assert durations(hyperdrive, run) == [17]


def test_curves_end_as_they_say(hyperdrive, tune):
    hyperdrive.simulate(
        [Curve([0.1], error="MemoryError: full"), Curve([0.2], hangs=True), [0.3], [0.4]]
    )

    run = tune(limit_s=600)

    expect(run).completed().has_trials(4, completed=2, failed=1, canceled=1)
    expect(run).failed(0, match="MemoryError: full")
    assert durations(hyperdrive, run) == [1, 600, 1, 1]


def test_what_is_to_go_wrong_goes_wrong(hyperdrive, tune):
    hyperdrive.simulate(lambda: [0.1, 0.2, 0.3], seconds=10)
    hyperdrive.trial(0).fails("no more memory", after=2)
    hyperdrive.trial(1).hangs(after=1)
    hyperdrive.trial(2).is_slow(100, after=1).logs_nan(after=2)
    hyperdrive.trial(3).loses_node()

    run = tune(limit_s=600)

    expect(run).has_trials(4, completed=1, failed=2, canceled=1)
    expect(run).failed(0, match="RuntimeError: no more memory").failed(3, match="SIGKILL")
    assert durations(hyperdrive, run) == [20, 600, 130, 0]
    assert metrics(run)[:2] == [[0.1, 0.2], 0.1]
    assert metrics(run)[2] == pytest.approx([0.1, 0.2, math.nan], nan_ok=True)


def test_a_metric_that_is_never_logged_is_missing(hyperdrive, tune):
    hyperdrive.simulate(lambda: [{"accuracy": 0.1, "loss": 1.0}])
    for number in range(4):
        hyperdrive.trial(number).never_logs()

    run = tune()

    assert metrics(run) == [None] * 4
    assert run.get_best_run_by_primary_metric() is None


def test_the_user_cancels(hyperdrive, tune):
    hyperdrive.simulate(lambda: [0.1] * 10, seconds=60)
    hyperdrive.cancels(after_s=90)

    expect(tune()).canceled().has_trials(4, canceled=4)

    hyperdrive.cancels(at_trial=3)
    expect(tune(concurrent=1)).canceled().has_trials(4, completed=3, canceled=1)


def test_a_queued_run_is_played_when_it_was_looked_at_often_enough(hyperdrive, tune):
    hyperdrive.simulate(lambda: [0.1], seconds=60)
    hyperdrive.stays_queued(2)

    run = tune()

    assert [run.get_status() for _ in range(3)] == ["Queued", "Queued", "Completed"]
    cancelled = tune()
    cancelled.cancel()
    assert cancelled.get_status() == "Canceled"
    assert list(cancelled.get_children()) == []


def test_single_scripts_are_answered_all_the_same(hyperdrive, tuning, source):
    from azureml.core import Experiment, ScriptRunConfig, Workspace

    hyperdrive.simulate(lambda: [0.1])
    hyperdrive.answer(lambda run: run.log("done", 1))

    run = Experiment(Workspace.from_config(), "one").submit(ScriptRunConfig(source, "train.py"))

    assert run.get_metrics() == {"done": 1}


@pytest.mark.parametrize(
    ("curves", "because"),
    [
        ([[0.1]], "no curve for trial 1: 1 curves were given"),
        ([({"learning_rate": 9}, [0.1])], "no curve for trial 0, whose parameters are"),
        (lambda: 0.5, "is 0.5, but must be a list of values"),
        (lambda: [(0.5, -1)], "must not be before"),
    ],
)
def test_curves_that_make_no_sense_are_refused(hyperdrive, tune, curves, because):
    hyperdrive.simulate(curves)

    with pytest.raises(SweepError, match=because):
        tune()


def test_a_function_that_wants_what_a_trial_does_not_have_says_so(hyperdrive, tune):
    hyperdrive.simulate(lambda momentum: [momentum])

    with pytest.raises(TypeError, match="'momentum'"):
        tune()


def test_the_same_curves_give_the_same_sweep(hyperdrive, tuning, tune):
    hyperdrive.simulate(lambda learning_rate: [learning_rate * n for n in range(9)], seconds=0.1)

    def told(run):
        return [
            (r.parameters, r.status, round(r.ended_at - r.created_at, 5))
            for r in records(hyperdrive, run)
        ]

    assert told(tune(policy=tuning.bandit())) == told(tune(policy=tuning.bandit()))


def test_a_disturbed_course_keeps_its_delay():
    trace = TrialTrace((Report(1.0, {"m": 1}),), 2.0, delay_s=5.0)

    late = disturbed(trace, TrialFaults(0).is_slow(3.0), "m")

    assert late == TrialTrace((Report(4.0, {"m": 1}),), 5.0, delay_s=5.0)


def test_a_recording_is_followed_again(hyperdrive, tune, tmp_path):
    from hyperlocal.whatif import Recording

    hyperdrive.simulate(lambda learning_rate: [learning_rate, 0.5], seconds=60)
    first = tune()
    Recording.of_run(first).save(tmp_path / "curves.json")

    hyperdrive.simulate(Recording.of_file(tmp_path / "curves.json"))
    second = tune()

    assert metrics(second) == metrics(first)
    assert durations(hyperdrive, second) == durations(hyperdrive, first)
    with pytest.raises(SweepError, match="no trial with the parameters"):
        tune(values=(7.0,))


def test_curves_are_a_list_or_a_function(hyperdrive):
    for curves in (0.5, "curves.csv", {"a": [0.5]}):
        with pytest.raises(TypeError, match="takes a list of curves, one for each trial, or a"):
            hyperdrive.simulate(curves)


def test_curves_leave_files(hyperdrive, tune, tmp_path):
    files = {"outputs/m.txt": "model", "notes.txt": b"n"}
    curves = [
        Curve([0.5, 0.9], files=files),
        Curve([0.5], error="OSError: gone", files={"logs/last.txt": "l"}),
        Curve([0.5, 0.9], files=files),
        Curve([0.1, 0.2], files=files),
    ]
    hyperdrive.trial(2).fails("OSError: no room", after=1)
    hyperdrive.simulate(curves)
    run = tune(policy=tuning_policy())

    best, failed, disturbed, stopped = reversed(list(run.get_children()))
    log = "user_logs/std_log.txt"
    assert best.get_file_names() == ["notes.txt", log, "outputs/m.txt"]
    best.download_file("outputs/m.txt", str(tmp_path / "m.txt"))
    assert (tmp_path / "m.txt").read_text() == "model"
    assert failed.get_file_names() == ["logs/last.txt", log]
    assert disturbed.get_file_names() == [log]  # it did not get to its end
    assert stopped.get_status() == "Canceled"
    assert stopped.get_file_names() == [log]


def tuning_policy():
    from hyperlocal.azureml.train.hyperdrive import BanditPolicy

    return BanditPolicy(slack_amount=0.05, evaluation_interval=1)
