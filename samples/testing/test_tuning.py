"""The tuning code when all goes well."""

import pytest
import train
from azureml.core import Model
from hyperlocal.testing import expect
from tuning import best_run, configuration, register_best, summary, tune


def test_slow_learners_are_stopped(experiment):
    run = tune(experiment, configuration(trials=12))

    expect(run).completed().has_trials(12)
    stopped = [number for number, status, _ in summary(run) if status == "Canceled"]
    assert len(stopped) >= 3
    expect(run).stopped(*stopped, at=3, because="is below").stopped_only(*stopped)


@pytest.mark.parametrize("trials", [1, 5])
def test_each_trial_has_a_row(experiment, trials):
    run = tune(experiment, configuration(trials=trials, epochs=2))

    rows = summary(run)

    assert [number for number, _, _ in rows] == list(range(trials))
    assert all(status == "Completed" and 0 < last < 1 for _, status, last in rows)


def test_one_epoch_is_a_number_and_no_list(experiment):
    ((_, _, last),) = summary(tune(experiment, configuration(trials=1, epochs=1)))

    assert isinstance(last, float)


def test_the_best_model_is_registered_and_downloaded(experiment, tmp_path):
    run = tune(experiment, configuration())

    model = register_best(run, "digits", tmp_path / "best")

    best = best_run(run)
    expect(run).best(metric=best.get_metrics()["accuracy"][-1])
    rate = run.get_hyperparameters()[best.id]
    assert (tmp_path / "best" / "model.joblib").read_text().startswith("a model for 0.")
    assert '"--learning-rate"' in rate
    found = Model(experiment.workspace, "digits")
    assert (found.version, found.run_id) == (1, best.id) == (model.version, model.run_id)
    assert found.tags["sweep"] == run.id
    assert run.get_tags()["registered"] == "digits:1"


def test_the_training_itself(experiment, hyperdrive, tmp_path):
    hyperdrive.answer(train.train)  # the function of the script, with coverage and debugger

    run = tune(experiment, configuration(trials=2, epochs=4))

    assert best_run(run).get_metrics()["accuracy"][-1] > 0.85
    register_best(run, "digits", tmp_path)


def test_the_script_in_processes_of_its_own(hyperdrive):
    run = tune(hyperdrive.experiment(), configuration(trials=2, epochs=3))

    expect(run).completed().has_trials(2)
    assert "outputs/model.joblib" in best_run(run).get_file_names()
