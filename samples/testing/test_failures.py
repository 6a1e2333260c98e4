"""The tuning code when something goes wrong."""

import pytest
from hyperlocal.testing import child, expect
from tuning import TuningError, best_run, configuration, register_best, summary, tune


def test_one_failed_trial_does_no_harm(experiment, hyperdrive):
    hyperdrive.trial(1).fails("MemoryError: no memory left", after=2)

    run = tune(experiment, configuration(trials=4, epochs=3))

    expect(run).completed().has_trials(4, completed=3, failed=1).failed(1, match="no memory")
    logged = run.get_metrics()[f"{run.id}_1"]["accuracy"]
    assert len(logged) == 2
    assert summary(run)[1] == (1, "Failed", logged[-1])


def test_a_sweep_that_fails_is_submitted_again(experiment, hyperdrive):
    attempts = []

    @hyperdrive.answer
    def first_fails(run):
        attempts.append(run.parent.get_tags()["attempt"])
        if attempts[-1] == "1":
            raise OSError("the data could not be read")
        run.log("accuracy", 0.9)

    run = tune(experiment, configuration(trials=2))

    expect(run).completed().has_trials(2, completed=2)
    assert attempts == ["1", "1", "2", "2"]
    assert [each.get_status() for each in experiment.get_runs()] == ["Completed", "Failed"]


def test_after_two_attempts_it_gives_up(experiment, hyperdrive):
    @hyperdrive.answer
    def train():
        raise OSError("the data could not be read")

    with pytest.raises(TuningError, match="is Failed after 2 attempts"):
        tune(experiment, configuration(trials=2))


def test_a_trial_that_hangs_does_not_outlast_the_sweep(experiment, hyperdrive):
    hyperdrive.trial(0).hangs(after=1)

    run = tune(experiment, configuration(trials=3, epochs=2))  # an hour, which nobody waits for

    assert [status for _, status, _ in summary(run)] == ["Canceled", "Completed", "Completed"]


def test_a_sweep_that_is_cancelled_is_submitted_again(experiment, hyperdrive):
    hyperdrive.cancels(at_trial=1)

    with pytest.raises(TuningError, match="is Canceled after 3 attempts"):
        tune(experiment, configuration(trials=3), attempts=3)

    assert len(list(experiment.get_runs())) == 3


def test_nothing_is_registered_if_nothing_was_logged(experiment, hyperdrive, tmp_path):
    for number in range(2):
        hyperdrive.trial(number).never_logs("accuracy")
    run = tune(experiment, configuration(trials=2))

    with pytest.raises(TuningError, match=r"No trial of HD_.* logged 'accuracy'"):
        register_best(run, "digits", tmp_path)


def test_the_best_is_one_that_ended_by_itself(hyperdrive):
    run = hyperdrive.finished(
        [
            child({"--units": 16}, metrics={"accuracy": [0.7, 0.8]}),
            child({"--units": 32}, metrics={"accuracy": [0.9]}, status="Failed"),
            child({"--units": 64}, metrics={"accuracy": [0.99]}, stopped_at=1),
        ]
    )

    assert best_run(run).id == f"{run.id}_0"
    assert summary(run) == [(0, "Completed", 0.8), (1, "Failed", 0.9), (2, "Canceled", 0.99)]
