"""Estimators that run: alone, and as the trials of a sweep."""

import pytest

from hyperlocal.azureml._translate import trial_of
from hyperlocal.azureml.core import ScriptRunConfig
from hyperlocal.azureml.core.script_run import ScriptRun
from hyperlocal.azureml.exceptions import TrainingException, UserErrorException
from hyperlocal.azureml.train.dnn import Mpi, PyTorch
from hyperlocal.azureml.train.estimator import Estimator
from hyperlocal.azureml.train.hyperdrive import (
    GridParameterSampling,
    HyperDriveConfig,
    HyperDriveRunConfig,
    PrimaryMetricGoal,
    choice,
)
from hyperlocal.azureml.train.hyperdrive.exceptions import (
    HyperDriveConfigException,
    HyperDriveScenarioNotSupportedException,
)
from hyperlocal.azureml.train.sklearn import SKLearn
from hyperlocal.errors import NotEmulatedError

# What it is about here runs in whatever environment there is.
pytestmark = pytest.mark.filterwarnings("ignore:The environment 'default-environment' asks for")


def estimator_of(source, kind=Estimator, **arguments):
    return kind(source, **{"compute_target": "cpu", "entry_script": "train.py", **arguments})


def sweep_of(space, **work):
    return HyperDriveConfig(
        GridParameterSampling(space), "score", PrimaryMetricGoal.MAXIMIZE, 4, **work
    )


@pytest.mark.parametrize("kind", [Estimator, SKLearn])
def test_an_estimator_runs_by_itself(experiment, source, told, kind):
    estimator = estimator_of(
        source,
        kind,
        script_params={"--kernel": "linear", "--flag": "", "--layers": [1, 2]},
        environment_variables={"MINE": "$yes"},
        max_run_duration_seconds=60,
    )

    run = experiment.submit(estimator)
    run.wait_for_completion()

    assert type(run) is ScriptRun
    arguments = ["--kernel", "linear", "--flag", "--layers", "1", "2"]
    assert told(run)["arguments"] == arguments
    assert told(run)["environment"]["MINE"] == "$yes"
    assert run.get_details()["runDefinition"]["arguments"] == arguments
    assert run.get_metrics() == {"score": 7}


def test_a_source_that_is_not_there_is_told_at_submit(experiment, source):
    with pytest.raises(UserErrorException, match="no such folder"):
        experiment.submit(estimator_of(source + "2"))
    with pytest.raises(UserErrorException, match=r"'other\.py' is not in the source folder"):
        experiment.submit(estimator_of(source, entry_script="other.py"))


def test_a_sweep_over_an_estimator(experiment, source, told):
    estimator = estimator_of(source, SKLearn, script_params={"--kernel": "linear", "--c": 1})

    with pytest.warns(UserWarning, match="script_params --kernel are sampled too"):
        run = experiment.submit(sweep_of({"kernel": choice("rbf", "poly")}, estimator=estimator))
    run.wait_for_completion()

    children = sorted(run.get_children(), key=lambda child: child.id)
    assert [told(child)["arguments"] for child in children] == [
        ["--c", "1", "--kernel", "rbf"],
        ["--c", "1", "--kernel", "poly"],
    ]
    assert run.get_best_run_by_primary_metric() is not None
    # What the estimator itself says stays.
    assert estimator.run_config.arguments == ["--kernel", "linear", "--c", 1]


def test_the_old_configuration_of_a_sweep(experiment, source):
    with pytest.warns(UserWarning, match="HyperDriveRunConfig is deprecated"):
        config = HyperDriveRunConfig(
            estimator_of(source),
            GridParameterSampling({"--lr": choice(1, 2)}),
            "score",
            PrimaryMetricGoal.MAXIMIZE,
            4,
        )

    run = experiment.submit(config)
    run.wait_for_completion()

    assert run.get_status() == "Completed"
    assert config.source_directory == source


@pytest.mark.parametrize(
    ("given", "sampled", "kept"),
    [
        ({"--lr": 1, "--b": 2}, ["lr"], ["--b", 2]),
        ({"-lr": 1, "--b": 2}, ["--lr"], ["--b", 2]),
        ({"lr": 1, "--b": 2}, ["--lr", "b"], []),
        ({"--LR": 1}, ["lr"], ["--LR", 1]),
        # A flag without a value puts all names at the places of values.
        ({"--flag": "", "--lr": 1}, ["lr"], ["--flag", "--lr", 1]),
        ({"--l": [1, 2], "--lr": 3}, ["lr"], ["--l", 1, 2, "--lr", 3]),
        ({"--lr": 1, "--flag": ""}, ["lr"], ["--flag"]),
    ],
)
@pytest.mark.filterwarnings("ignore:The estimator's script_params")
def test_what_is_sampled_is_left_out_of_the_arguments(source, given, sampled, kept):
    config = sweep_of(
        {name: choice(1, 2) for name in sampled},
        estimator=estimator_of(source, script_params=given),
    )

    assert trial_of(config).arguments == kept


def test_a_script_run_keeps_what_is_sampled_too(experiment, source, told):
    script = ScriptRunConfig(source, "train.py", ["--lr", 9], compute_target="cpu")

    run = experiment.submit(sweep_of({"lr": choice(1)}, run_config=script))
    run.wait_for_completion()

    (child,) = run.get_children()
    assert told(child)["arguments"] == ["--lr", "9", "--lr", "1"]


def test_an_estimator_is_no_run_config(source):
    with pytest.raises(HyperDriveConfigException, match="must be a ScriptRunConfig"):
        sweep_of({"lr": choice(1)}, run_config=estimator_of(source))


@pytest.mark.parametrize("wrong", ["train.py", ScriptRunConfig("src", "train.py")])
def test_what_is_no_estimator_is_told_at_submit(experiment, wrong):
    config = sweep_of({"lr": choice(1)}, estimator=wrong)

    with pytest.raises(TrainingException, match="which is none"):
        experiment.submit(config)


def test_strictly_a_sweep_does_not_run_on_local(experiment, source, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_STRICT", "1")
    config = sweep_of({"lr": choice(1)}, estimator=estimator_of(source, compute_target="local"))

    with pytest.raises(HyperDriveScenarioNotSupportedException):
        experiment.submit(config)


def test_one_process_of_a_distributed_estimator_knows_its_rank(experiment, source, told):
    run = experiment.submit(estimator_of(source, PyTorch, distributed_training=Mpi()))
    run.wait_for_completion()

    environment = told(run)["environment"]
    assert environment["OMPI_COMM_WORLD_RANK"] == "0"
    assert environment["OMPI_COMM_WORLD_SIZE"] == "1"


def test_several_processes_are_refused_at_submit(experiment, source):
    with pytest.raises(NotEmulatedError, match="process_count_per_node is 2"):
        experiment.submit(estimator_of(source, PyTorch, distributed_training=Mpi(2)))


def test_the_default_of_an_estimator_is_told_once_and_without_advice(
    experiment, source, monkeypatch
):
    monkeypatch.setattr("hyperlocal.azureml._submit.preflight._noted", set())
    estimator = estimator_of(source, SKLearn)

    with pytest.warns(UserWarning, match="the estimator's default, joblib==0.13.2") as told:
        runs = [experiment.submit(estimator) for _ in range(2)]

    assert len([w for w in told if "0.20.3" in str(w.message)]) == 1
    assert "--environment build" not in str(told[0].message)
    for run in runs:
        assert not any("0.20.3" in each for each in run._fetch().warnings)
        run.wait_for_completion()


def test_what_its_user_wrote_is_told_apart_from_the_default(experiment, source, monkeypatch):
    monkeypatch.setattr("hyperlocal.azureml._submit.preflight._noted", set())
    estimator = estimator_of(source, SKLearn, pip_packages=["no-such-package==1.0"])

    with pytest.warns(UserWarning, match="does not have: missing: no-such-package==1.0. ") as told:
        run = experiment.submit(estimator)

    assert len(told) == 2
    run.wait_for_completion()
