import warnings

import pytest

from hyperlocal.azureml.core import RunConfiguration, ScriptRunConfig
from hyperlocal.azureml.train.hyperdrive import (
    BanditPolicy,
    BayesianParameterSampling,
    HyperDriveConfig,
    HyperDriveRunConfig,
    MedianStoppingPolicy,
    PrimaryMetricGoal,
    RandomParameterSampling,
    choice,
    uniform,
)
from hyperlocal.azureml.train.hyperdrive.exceptions import HyperDriveConfigException

SAMPLING = RandomParameterSampling({"--lr": uniform(0, 1)})
MAXIMIZE = PrimaryMetricGoal.MAXIMIZE


@pytest.fixture
def script():
    return ScriptRunConfig("src", script="train.py")


@pytest.fixture
def a_config(script):
    def make(
        hyperparameter_sampling=SAMPLING,
        primary_metric_name="accuracy",
        primary_metric_goal=MAXIMIZE,
        max_total_runs=10,
        **further,
    ):
        if not {"run_config", "estimator", "pipeline"} & set(further):
            further["run_config"] = script
        return HyperDriveConfig(
            hyperparameter_sampling,
            primary_metric_name,
            primary_metric_goal,
            max_total_runs,
            **further,
        )

    return make


def test_a_config_shows_what_scripts_poke_at(a_config):
    config = a_config(
        max_concurrent_runs=4, policy=BanditPolicy(slack_factor=0.1), custom_run_id="mine"
    )

    assert config._generator_config == SAMPLING.to_json()
    assert config._policy_config == BanditPolicy(slack_factor=0.1).to_json()
    assert config._primary_metric_config == {"name": "accuracy", "goal": "maximize"}
    assert config._max_total_runs == 10
    assert config._max_concurrent_runs == 4
    assert config._max_duration_minutes == 10080
    assert config._platform == "AML"
    assert config._custom_run_id == "mine"
    assert config._resume_from is None
    assert config._resume_child_runs is None


def test_without_a_policy_nothing_is_stopped(a_config):
    assert a_config()._policy_config == {"name": "Default"}


@pytest.mark.parametrize("concurrent", [None, 0])
def test_by_default_all_runs_are_concurrent(a_config, concurrent):
    assert a_config(max_concurrent_runs=concurrent)._max_concurrent_runs == 10


def test_properties_can_be_read_and_not_set(a_config, script):
    config = a_config()

    assert config.run_config is script
    assert config.source_directory == "src"
    assert config.estimator is None
    assert config.pipeline is None
    with pytest.raises(AttributeError):
        config.run_config = None


def test_limits_that_only_the_service_rejects_pass(a_config):
    for total in (0, -1, 5000, "5", 2.5, None):
        assert a_config(max_total_runs=total)._max_total_runs == total


@pytest.mark.parametrize(
    ("work", "found"),
    [
        ({"run_config": None}, "none of them is"),
        ({"run_config": "x", "estimator": "y"}, "estimator and run_config"),
        ({"estimator": 0, "pipeline": 0}, "estimator and pipeline"),
    ],
    ids=str,
)
def test_exactly_one_thing_is_run(a_config, work, found):
    with pytest.raises(HyperDriveConfigException, match=found) as caught:
        a_config(**work)

    assert caught.value.error_code == "ArgumentInvalid"


@pytest.mark.parametrize("run_config", ["train.py", RunConfiguration()], ids=["text", "run"])
def test_run_config_is_a_script_run_config(a_config, run_config):
    with pytest.raises(HyperDriveConfigException, match="ScriptRunConfig"):
        a_config(run_config=run_config)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("hyperparameter_sampling", None),
        ("hyperparameter_sampling", {"--lr": uniform(0, 1)}),
        ("primary_metric_goal", "maximize"),
        ("primary_metric_goal", None),
        ("policy", "bandit"),
        ("max_duration_minutes", None),
        ("max_duration_minutes", "60"),
    ],
)
def test_a_wrong_argument_is_named(a_config, argument, value):
    with pytest.raises(HyperDriveConfigException, match=argument) as caught:
        a_config(**{argument: value})

    assert caught.value.error_code == "ArgumentInvalid"


def test_a_longer_sweep_than_a_week_is_warned_about_and_kept(a_config):
    with pytest.warns(UserWarning, match="10080"):
        config = a_config(max_duration_minutes=10081)

    assert config._max_duration_minutes == 10081


def test_a_pipeline_is_a_preview(a_config):
    with pytest.warns(UserWarning, match="preview"):
        config = a_config(pipeline=object())

    assert config._platform == "AML_PIPELINES"
    assert config.source_directory is None


def bayesian_warnings(a_config, **limits):
    sampling = BayesianParameterSampling({"--lr": uniform(0, 1), "--n": choice(1, 2)})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        a_config(sampling, **limits)
    return [str(each.message).split()[0] for each in caught]


def test_bayesian_sampling_wants_many_runs_and_few_at_a_time(a_config):
    enough = {"max_total_runs": 40, "max_concurrent_runs": 20}

    assert bayesian_warnings(a_config, **enough) == []
    assert bayesian_warnings(a_config, **enough | {"max_total_runs": 39}) == ["max_total_runs"]
    assert bayesian_warnings(a_config, **enough | {"max_concurrent_runs": 21}) == [
        "max_concurrent_runs"
    ]
    assert bayesian_warnings(a_config, max_total_runs=39) == [
        "max_total_runs",
        "max_concurrent_runs",
    ]


def test_bayesian_sampling_with_a_policy_is_accepted_silently(a_config):
    sampling = BayesianParameterSampling({"--lr": uniform(0, 1)})

    config = a_config(
        sampling, max_total_runs=20, max_concurrent_runs=2, policy=MedianStoppingPolicy()
    )

    assert config._policy_config["name"] == "MedianStopping"


def test_a_warning_points_at_the_script(a_config):
    with pytest.warns(UserWarning, match="10080") as caught:
        HyperDriveConfig(SAMPLING, "acc", MAXIMIZE, 1, estimator="x", max_duration_minutes=10081)

    assert caught[0].filename == __file__


def test_the_old_name_warns_and_gives_a_config():
    with pytest.warns(UserWarning, match="deprecated"):
        config = HyperDriveRunConfig("an estimator", SAMPLING, "acc", MAXIMIZE, 10, 4)

    assert type(config) is HyperDriveConfig
    assert config.estimator == "an estimator"
    assert config._max_concurrent_runs == 4


def test_a_stored_configuration_is_restored_without_checks():
    config = HyperDriveConfig._restored(
        generator_config=SAMPLING.to_json(),
        policy_config={"name": "Default"},
        primary_metric_config={"name": "acc", "goal": "minimize"},
        max_total_runs=10,
        max_concurrent_runs=2,
        max_duration_minutes=60,
    )

    assert config._generator_config == SAMPLING.to_json()
    assert config.run_config is None
    assert config.source_directory is None


def test_goals_are_read_from_text():
    assert PrimaryMetricGoal.from_str("Minimize") is PrimaryMetricGoal.MINIMIZE
    assert PrimaryMetricGoal.MAXIMIZE.value == "MAXIMIZE"
    for text in ("max", None, 5):
        with pytest.raises(HyperDriveConfigException, match="maximize"):
            PrimaryMetricGoal.from_str(text)
