"""What is made to go wrong, and what the code under test then sees."""

import math
import os
import time

import pytest

from hyperlocal.engine.inline import NeverEnds
from hyperlocal.errors import HyperlocalError
from hyperlocal.testing import expect


@pytest.fixture(autouse=True)
def train(hyperdrive):
    """Three reports, better with a larger rate."""

    @hyperdrive.answer
    def train(run, learning_rate):
        for epoch in range(3):
            run.log("accuracy", learning_rate + epoch / 100)
        run.log("done", 1)

    return train


def records(hyperdrive, run):
    return list(reversed(hyperdrive.history.runs.children(run.id)))


def statuses(hyperdrive, run):
    return [record.status.value for record in records(hyperdrive, run)]


def test_a_trial_fails_as_it_is_told(hyperdrive, tune):
    hyperdrive.trial(1).fails("no more memory")
    hyperdrive.trial(2).fails(KeyError("label"), after=2)
    hyperdrive.trial(3).fails(exit_code=7)

    run = tune()

    assert statuses(hyperdrive, run) == ["Completed", "Failed", "Failed", "Failed"]
    expect(run).completed().failed(1, match=r"^RuntimeError: no more memory \(exit code 1\)")
    expect(run).failed(2, match="KeyError: 'label'").failed(3, match="exit code 7")
    children = {child.id[-1]: child.get_metrics() for child in run.get_children()}
    assert children["1"] == {}
    assert children["2"] == {"accuracy": [0.3, 0.31]}


def test_all_trials_fail_and_so_does_the_sweep(hyperdrive, tune):
    from hyperlocal.azureml.exceptions import ActivityFailedException

    for number in range(4):
        hyperdrive.trial(number).fails("broken")

    run = tune()

    expect(run).failed(match="4 of 4 trials failed; the first: .*_0: RuntimeError: broken")
    assert run.get_best_run_by_primary_metric() is None
    with pytest.raises(ActivityFailedException, match="broken"):
        run.wait_for_completion()


def test_a_trial_that_hangs_is_ended_by_its_limit_and_others_go_on_meanwhile(hyperdrive, tune):
    hyperdrive.trial(1).hangs(after=2)
    began = time.monotonic()

    run = tune(limit_s=3600)

    assert time.monotonic() - began < 30
    assert statuses(hyperdrive, run) == ["Completed", "Canceled", "Completed", "Completed"]
    hung = records(hyperdrive, run)[1]
    assert hung.reason == "it ran longer than its limit of 3600 s"
    # The clock of the limit starts just before the record says so.
    assert hung.ended_at - hung.started_at == pytest.approx(3600, abs=20)
    assert run.get_metrics()[hung.run_id] == {"accuracy": pytest.approx([0.2, 0.21])}
    assert any("1 of 4 trials cancelled" in text for text in warnings_of(hyperdrive, run))


def test_without_a_limit_of_its_own_it_hangs_until_the_sweep_s_is_over(hyperdrive, tune):
    hyperdrive.trial(0).hangs()

    run = tune()

    assert statuses(hyperdrive, run) == ["Canceled", "Completed", "Completed", "Completed"]
    expect(run).completed().best(3)
    assert "limit" in records(hyperdrive, run)[0].reason


def test_a_sweep_all_of_whose_slots_hang_tries_nothing_more(hyperdrive, tune):
    hyperdrive.trial(0).hangs()
    hyperdrive.trial(1).hangs()

    run = tune(concurrent=2)

    assert statuses(hyperdrive, run) == ["Canceled", "Canceled"]
    assert run.get_status() == "Completed"
    assert any("ended before its time" in text for text in warnings_of(hyperdrive, run))


def test_trials_that_run_while_another_hangs_find_their_variables(hyperdrive, tune, monkeypatch):
    # Trials do not have it: theirs is UTF-8, whatever the terminal's is.
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    hyperdrive.trial(0).hangs()

    run = tune(concurrent=2)

    assert "Completed" in statuses(hyperdrive, run)
    assert os.environ["PYTHONIOENCODING"] == "ascii"


def test_slots_whose_trials_hang_until_their_limit_go_on_after_it(hyperdrive, tune):
    hyperdrive.trial(0).hangs()
    hyperdrive.trial(1).hangs()

    run = tune(concurrent=2, limit_s=60)

    assert statuses(hyperdrive, run) == ["Canceled", "Canceled", "Completed", "Completed"]


def test_trials_that_hang_side_by_side_are_ended_too(hyperdrive, tune):
    hyperdrive.slots = 3
    hyperdrive.trial(0).hangs()
    hyperdrive.trial(1).hangs(after=1)

    run = tune(limit_s=60)

    assert statuses(hyperdrive, run) == ["Canceled", "Canceled", "Completed", "Completed"]


def test_a_single_script_hangs_until_its_limit_and_must_have_one(hyperdrive, source):
    from hyperlocal.azureml.core import ScriptRunConfig

    hyperdrive.answer(lambda: None)
    hyperdrive.trial(0).hangs()

    config = ScriptRunConfig(source_directory=str(source), script="train.py")
    assert hyperdrive.experiment().submit(config).get_status() == "Canceled"
    config.run_config.max_run_duration_seconds = None
    with pytest.raises(NeverEnds, match="max_run_duration_seconds"):
        hyperdrive.experiment().submit(config)


def test_a_slow_trial_takes_its_time_by_the_clock_only(hyperdrive, tune):
    hyperdrive.trial(1).is_slow(600)
    hyperdrive.trial(2).is_slow(7200, after=1)
    began = time.monotonic()

    run = tune(limit_s=3600)

    assert time.monotonic() - began < 30
    assert statuses(hyperdrive, run) == ["Completed", "Completed", "Canceled", "Completed"]
    durations = [record.ended_at - record.started_at for record in records(hyperdrive, run)]
    assert durations[0] < 30
    assert 600 <= durations[1] < 630
    assert 7200 <= durations[2] < 7230


def test_a_lost_node_leaves_no_last_word(hyperdrive, tune):
    hyperdrive.trial(2).loses_node(after=1)

    run = tune()

    lost = records(hyperdrive, run)[2]
    assert (lost.status.value, lost.exit_code) == ("Failed", -9)
    expect(run).completed().failed(2, match="SIGKILL")


def test_nan_and_silence_leave_a_trial_out_of_the_ranking(hyperdrive, tune):
    hyperdrive.trial(3).logs_nan()
    hyperdrive.trial(2).never_logs()
    hyperdrive.trial(1).logs_nan("done").never_logs("accuracy")

    run = tune()

    metrics = {name[-1]: values for name, values in run.get_metrics().items()}
    assert all(map(math.isnan, metrics["3"]["accuracy"]))
    assert metrics["2"] == {"done": 1}
    assert list(metrics["1"]) == ["done"]
    assert math.isnan(metrics["1"]["done"])
    expect(run).completed().best(0, metric=0.12)


def test_a_run_stays_queued_for_as_many_looks_as_it_is_told(hyperdrive, tune):
    hyperdrive.stays_queued(3)

    run = tune()

    assert [run.get_status() for _ in range(5)] == ["Queued"] * 3 + ["Completed"] * 2


def test_waiting_ends_the_queue_at_once(hyperdrive, tune):
    hyperdrive.stays_queued(1000)

    run = tune()

    assert run.get_status() == "Queued"
    assert list(run.get_children()) == []
    assert run.wait_for_completion(show_output=False)["status"] == "Completed"


def test_a_queued_run_can_be_cancelled(hyperdrive, tune):
    hyperdrive.stays_queued(1000)

    run = tune()
    run.cancel()

    assert run.get_status() == "Canceled"
    assert list(run.get_children()) == []


def test_the_user_cancels_the_sweep_when_a_trial_begins(hyperdrive, tune):
    hyperdrive.cancels(at_trial=2)

    run = tune()

    assert run.get_status() == "Canceled"
    assert statuses(hyperdrive, run) == ["Completed", "Completed", "Canceled"]
    reason = hyperdrive.history.runs.get(run.id).reason
    assert reason == "cancelled by the user after 3 of 4 trials"


def test_the_user_cancels_the_sweep_after_a_time(hyperdrive, tune):
    hyperdrive.trial(1).hangs()
    hyperdrive.trial(2).is_slow(10)
    hyperdrive.cancels(after_s=90)

    run = tune()

    assert run.get_status() == "Canceled"
    assert statuses(hyperdrive, run) == ["Completed", "Canceled", "Completed", "Completed"]


def test_code_in_a_trial_can_cancel_its_sweep(hyperdrive, tune):
    @hyperdrive.answer
    def train(run, learning_rate):
        if learning_rate == 0.2:
            run.parent.cancel()
        assert run.parent.get_status() in ("Running", "CancelRequested")
        run.log("accuracy", 1)

    run = tune()

    assert run.get_status() == "Canceled"
    assert statuses(hyperdrive, run) == ["Completed", "Canceled"]


def test_what_can_never_happen_is_said(hyperdrive, tune):
    hyperdrive.trial(9).fails()
    hyperdrive.trial(0).fails()
    tune()

    (told,) = hyperdrive.unused()
    assert "trial 9, but no sweep of this test had such a trial" in told
    hyperdrive._runner.faults.clear()


def test_nothing_can_be_made_to_happen_in_a_real_process(hyperdrive, tune, source):
    hyperdrive._runner.answers.clear()
    hyperdrive.trial(0).fails()
    (source / "train.py").write_text("")

    with pytest.raises(HyperlocalError, match="Let a function answer the script"):
        tune()
    hyperdrive._runner.faults.clear()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda it: it.trial(-1),
        lambda it: it.trial(0).hangs(after=-1),
        lambda it: it.stays_queued(-1),
        lambda it: it.cancels(),
        lambda it: it.cancels(at_trial=1, after_s=1),
        lambda it: setattr(it, "slots", 0),
    ],
)
def test_what_cannot_be_is_refused(hyperdrive, wrong):
    with pytest.raises((ValueError, TypeError)):
        wrong(hyperdrive)
    hyperdrive._runner.faults.clear()


def warnings_of(hyperdrive, run):
    return hyperdrive.history.runs.get(run.id).warnings


@pytest.mark.parametrize(
    ("misfortune", "expected"),
    [
        (lambda trial: trial.fails(after=9), "after 9 reports of the primary metric, but it made"),
        (lambda trial: trial.logs_nan("acuracy"), "misreport 'acuracy', but never logged it"),
        (lambda trial: trial.never_logs("acuracy"), "misreport 'acuracy', but never logged it"),
    ],
)
def test_what_has_not_happened_is_said(hyperdrive, tune, misfortune, expected):
    hyperdrive.answer(lambda run: run.log("accuracy", 1))
    misfortune(hyperdrive.trial(0))
    misfortune(hyperdrive.trial(1))
    tune()

    told = hyperdrive.unused()

    assert len(told) == 2
    assert all(expected in sentence for sentence in told)
    hyperdrive._runner.faults.clear()


def test_what_has_happened_is_not_said(hyperdrive, tune):
    hyperdrive.answer(lambda run: run.log("accuracy", 1))
    hyperdrive.trial(0).logs_nan().is_slow(5, after=1)
    hyperdrive.trial(1).never_logs("accuracy")
    tune()

    assert hyperdrive.unused() == []


def test_faults_are_checked(hyperdrive):
    for number in (-1, "0", 1.5):
        with pytest.raises(ValueError, match="trials are numbered 0, 1, 2"):
            hyperdrive.trial(number)
    with pytest.raises(ValueError, match="must be a number from 0"):
        hyperdrive.trial(0).is_slow(-5)
    hyperdrive._runner.faults.clear()


@pytest.mark.parametrize("after", [0, 2])
def test_what_happens_once_spares_later_sweeps(hyperdrive, tune, after):
    hyperdrive.trial(1).fails("no more memory", after=after).once()
    hyperdrive.trial(2).never_logs("done").once()

    first, second = tune(), tune()

    assert statuses(hyperdrive, first)[1] == "Failed"
    assert sum("done" in child.get_metrics() for child in first.get_children()) == 2
    expect(second).completed().has_trials(4, completed=4)
    assert all("done" in child.get_metrics() for child in second.get_children())
