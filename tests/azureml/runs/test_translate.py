"""From the SDK's configurations to our plans; what only the service would refuse."""

import sys
import types

import numpy as np
import pytest

from hyperlocal._doors import shim_folder
from hyperlocal.azureml._translate import (
    Script,
    check_emulated,
    sweep_of,
)
from hyperlocal.azureml._translate.space import space_of
from hyperlocal.azureml.core import Environment, RunConfiguration, ScriptRunConfig
from hyperlocal.azureml.exceptions import TrainingException, UserErrorException
from hyperlocal.azureml.train.hyperdrive import (
    BanditPolicy,
    BayesianParameterSampling,
    GridParameterSampling,
    HyperDriveConfig,
    MedianStoppingPolicy,
    PrimaryMetricGoal,
    RandomParameterSampling,
    TruncationSelectionPolicy,
    choice,
    lognormal,
    loguniform,
    normal,
    qlognormal,
    qloguniform,
    qnormal,
    quniform,
    randint,
    uniform,
)
from hyperlocal.domain import distribution as d
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.policy import Bandit, MedianStopping, Schedule, TruncationSelection
from hyperlocal.domain.sweep import SamplingKind
from hyperlocal.errors import NotEmulatedError
from hyperlocal.services import advice
from hyperlocal.services.runs.configurations import (
    generator_config_of,
    policy_config_of,
    primary_metric_config_of,
)

LAUNCH = Launch(command=("python", "train.py"))


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    (folder / "sub").mkdir(parents=True)
    (folder / "train.py").write_text("")
    (folder / "sub" / "train.py").write_text("")
    return folder


@pytest.fixture
def configure(source):
    def make(space=None, sampling=RandomParameterSampling, properties=None, **changes):
        arguments = {
            "primary_metric_name": "accuracy",
            "primary_metric_goal": PrimaryMetricGoal.MAXIMIZE,
            "max_total_runs": 100,
            "max_concurrent_runs": 4,
            **changes,
        }
        space = {"lr": uniform(0, 1)} if space is None else space
        return HyperDriveConfig(
            sampling(space, properties),
            run_config=ScriptRunConfig(str(source), "train.py", compute_target="cpu"),
            **arguments,
        )

    return make


def translate(config, **changes):
    return sweep_of(
        config, LAUNCH, **{"takes_arguments": True, "most_concurrent": None, **changes}
    )


def test_a_whole_sweep(configure):
    sweep = translate(
        configure(
            {"lr": uniform(0, 1), "--batch": choice(16, 32)},
            properties={"seed": 7},
            policy=BanditPolicy(slack_factor=0.1, evaluation_interval=2, delay_evaluation=5),
            max_duration_minutes=30,
        )
    )

    assert sweep.sampling.kind is SamplingKind.RANDOM
    assert sweep.sampling.seed == 7
    assert sweep.metric_name == "accuracy"
    assert sweep.goal is Goal.MAXIMIZE
    assert sweep.policy == Bandit(Schedule(2, 5), slack_factor=0.1)
    limits = sweep.limits
    assert (limits.max_trials, limits.max_concurrent, limits.max_duration_s) == (100, 4, 1800)
    assert sweep.launch.flags == {"lr": "--lr", "--batch": "--batch"}
    assert sweep.launch.parameter_variables == {
        "lr": "AZUREML_SWEEP_lr",
        "--batch": "AZUREML_SWEEP_batch",
    }
    assert sweep.launch.sorts_parameters


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (choice(1, "a", None, True), d.Choice((1, "a", None, True))),
        (choice([1, 2]), d.Choice((1, 2))),
        (choice(range(3)), d.Choice((0, 1, 2))),
        (choice({"a": [1]}), d.Choice(({"a": [1]},))),
        (randint(5), d.RandInt(5)),
        (randint(True), d.RandInt(1)),
        (uniform(0, 1), d.Uniform(0, 1)),
        (quniform(1, 10, 2), d.QUniform(1, 10, 2)),
        (loguniform(-3, -1), d.LogUniform(-3, -1)),
        (qloguniform(0, 3, 1), d.QLogUniform(0, 3, 1)),
        (normal(0, 1), d.Normal(0, 1)),
        (qnormal(0, 1, 1), d.QNormal(0, 1, 1)),
        (lognormal(0, 1), d.LogNormal(0, 1)),
        (qlognormal(0, 1, 1), d.QLogNormal(0, 1, 1)),
    ],
)
def test_every_expression(configure, expression, expected):
    sweep = translate(configure({"x": expression}))

    assert dict(sweep.space)["x"] == expected
    assert type(generator_config_of(sweep)["parameter_space"]["x"]) is list


@pytest.mark.parametrize(
    "space",
    [
        {"x": 5},
        {"x": None},
        {"x": []},
        {"x": ["choice", 5]},
        {"x": ["choice", [[]]]},
        {"x": ["zipf", [1, 2]]},
        {"x": ["uniform", [1]]},
        {"x": ["uniform", ["a", 2]]},
        {"x": uniform(float("-inf"), 1)},
        {"x": ["uniform", [0, float("nan")]]},
        {"x": quniform(0, 10, 0)},
        {"x": quniform(0, 10, -1)},
        {"x": loguniform(0, 1000)},
        {"x": choice(object())},
        {"x": choice(len)},
        {"lr": choice(1), "--lr": choice(2)},
        {"": choice(1)},
        {"--": choice(1)},
        ["x"],
    ],
)
def test_spaces_that_the_service_would_refuse(configure, space):
    config = configure(space)

    with pytest.raises(TrainingException, match="refused"):
        translate(config)


def test_a_space_of_none_is_refused(configure):
    with pytest.raises(TrainingException, match="parameter space"):
        translate(configure(types.MappingProxyType({}), sampling=_space_of_none))


def _space_of_none(space, properties):
    return RandomParameterSampling(None)


@pytest.mark.parametrize("value", [0, -1, "5", 2.5, True, 5.0])
def test_counts_that_cannot_be(configure, value):
    with pytest.raises(TrainingException, match="max_total_runs"):
        translate(configure(max_total_runs=value))
    with pytest.raises(TrainingException, match="max_concurrent_runs"):
        # 0 means as many as there are trials, already to the SDK.
        translate(configure(max_concurrent_runs=value or -1))


@pytest.mark.parametrize("value", [0, -5, "60", float("nan")])
def test_durations_that_cannot_be(configure, value):
    config = configure()
    config._max_duration_minutes = value

    with pytest.raises(TrainingException, match="max_duration_minutes"):
        translate(config)


def test_more_trials_than_the_cloud_takes_run_here_with_a_warning(configure):
    config = configure(max_total_runs=1001)

    with pytest.warns(UserWarning, match="1000"):
        assert translate(config).limits.max_trials == 1001


@pytest.mark.parametrize("name", [None, "", "  ", 5])
def test_metrics_that_no_script_can_log(configure, name):
    with pytest.raises(TrainingException, match="primary_metric_name"):
        translate(configure(primary_metric_name=name))


@pytest.mark.parametrize("text", ["a\0b", "a\ud800"])
def test_texts_that_no_process_can_be_given(source, experiment, configure, text):
    for space in ({text: choice(1)}, {"x": choice(text)}):
        with pytest.raises(TrainingException, match="no process can be given"):
            translate(configure(space))
    for changes in ({"script": "train.py", "arguments": [text]}, {"command": text}):
        with pytest.raises(TrainingException, match="no process can be given"):
            Script(ScriptRunConfig(str(source), **changes)).launch(
                experiment.workspace, experiment, is_sweep=False
            )


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"A=B": "1"}, "'A=B' cannot be the name"),
        ({"": "1"}, "'' cannot be the name"),
        ({"A": "\0"}, "the environment variable A ="),
    ],
)
def test_variables_that_no_process_can_have(source, experiment, variables, told):
    config = ScriptRunConfig(str(source), "train.py")
    config.run_config.environment_variables = variables

    with pytest.raises(TrainingException, match=told):
        Script(config).launch(experiment.workspace, experiment, is_sweep=False)


def test_a_parameter_with_an_equals_sign_is_an_argument_but_no_variable(configure):
    launch = translate(configure({"a=b": choice(1), "c": choice(2)})).launch

    assert launch.flags == {"a=b": "--a=b", "c": "--c"}
    assert launch.parameter_variables == {"c": "AZUREML_SWEEP_c"}


@pytest.mark.parametrize("slots", ["0", "abc", "1.5", "-1"])
def test_a_number_of_slots_that_cannot_be(configure, monkeypatch, slots):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", slots)

    with pytest.raises(TrainingException, match=f"HYPERLOCAL_SLOTS is '{slots}'"):
        translate(configure())


def test_the_compute_targets_nodes_are_a_limit(configure):
    assert translate(configure(), most_concurrent=2).limits.max_concurrent == 2
    assert translate(configure(), most_concurrent=9).limits.max_concurrent == 4


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (None, None),
        (BanditPolicy(slack_amount=0.2), Bandit(Schedule(), slack_amount=0.2)),
        (BanditPolicy(slack_factor=0), Bandit(Schedule(), slack_amount=0.0)),
        (MedianStoppingPolicy(1, 5), MedianStopping(Schedule(1, 5))),
        (TruncationSelectionPolicy(20), TruncationSelection(Schedule(), 20)),
    ],
)
def test_policies(configure, policy, expected):
    assert translate(configure(policy=policy)).policy == expected


@pytest.mark.parametrize(
    "policy",
    [
        BanditPolicy(slack_factor=0.1, evaluation_interval=0),
        BanditPolicy(slack_factor=0.1, delay_evaluation=-1),
        BanditPolicy(slack_factor=-0.1),
        BanditPolicy(slack_factor="0.1"),
        BanditPolicy(slack_amount=float("inf")),
    ],
)
def test_policies_that_the_service_would_refuse(configure, policy):
    with pytest.raises(TrainingException, match="refused"):
        translate(configure(policy=policy))


def test_a_policy_is_ignored_under_bayesian_sampling_and_that_is_said(configure):
    config = configure(sampling=BayesianParameterSampling, policy=BanditPolicy(slack_factor=0.1))

    with pytest.warns(UserWarning, match="ignored") as warned:
        sweep = translate(config)

    assert warned[0].filename == __file__  # where the user can change it
    assert sweep.policy is None
    assert sweep.sampling.kind is SamplingKind.BAYESIAN


def test_a_grid_keeps_the_order_of_declaration(configure):
    sweep = translate(configure({"b": choice(1), "a": choice(2)}, sampling=GridParameterSampling))

    assert not sweep.launch.sorts_parameters
    assert sweep.space.names == ("b", "a")


def test_a_seed_from_the_environment(configure, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SEED", "12")

    assert translate(configure()).sampling.seed == 12
    assert translate(configure(properties={"seed": 7})).sampling.seed == 7


def test_without_a_seed_one_is_drawn(configure, monkeypatch):
    monkeypatch.delenv("HYPERLOCAL_SEED", raising=False)

    assert translate(configure()).sampling.seed != translate(configure()).sampling.seed


@pytest.mark.parametrize("seed", [-1, "a", 1.5, True, 2**63])
def test_seeds_that_cannot_be(configure, seed):
    with pytest.raises(TrainingException, match="non-negative integer"):
        translate(configure(properties={"seed": seed}))


@pytest.mark.parametrize("sampling", [RandomParameterSampling, GridParameterSampling])
def test_options_that_a_sampling_does_not_have(configure, sampling):
    config = configure({"n": choice(1)}, sampling=sampling, properties={"spread": 1})

    with pytest.raises(TrainingException, match="'spread'"):
        translate(config)


def test_the_order_of_a_grid_can_be_the_old_one(configure):
    config = configure(
        {"n": choice(1)}, sampling=GridParameterSampling, properties={"order": "first-fastest"}
    )

    assert translate(config).sampling.options == {"order": "first-fastest"}


def test_a_sweep_in_the_words_of_the_sdk(configure):
    config = configure(
        {"lr": loguniform(-3, -1), "n": choice(1, 2)},
        properties={"seed": 7},
        policy=TruncationSelectionPolicy(20, 2, 5),
    )
    sweep = translate(config)

    assert generator_config_of(sweep) == config._generator_config
    assert policy_config_of(sweep) == config._policy_config
    assert primary_metric_config_of(sweep) == config._primary_metric_config


@pytest.mark.parametrize("attribute", ["_pipeline"])
def test_what_is_not_emulated_is_loud(configure, attribute):
    config = configure()
    setattr(config, attribute, [{"run_id": "HD_0"}])

    with pytest.raises(NotEmulatedError, match=attribute[1:]):
        check_emulated(config)


def launch_of(script_config, experiment, *, is_sweep=False):
    script = Script(script_config)
    script.check()
    return script.launch(experiment.workspace, experiment, is_sweep=is_sweep)


def test_a_script_and_its_arguments(source, experiment):
    config = ScriptRunConfig(str(source), "sub/train.py", ["--a", 1, 2.5, True, "$X ${run_id}"])

    launch = launch_of(config, experiment)

    assert launch.command == (
        sys.executable.replace("$", "$$"),
        "sub/train.py",
        "--a",
        "1",
        "2.5",
        "True",
        "$$X $${run_id}",
    )
    assert launch.python_path == (shim_folder(), "${working_folder}")
    assert launch.max_duration_s == 2592000
    assert launch.log_file == ""


def test_the_log_of_a_sweep(source, experiment):
    launch = launch_of(ScriptRunConfig(str(source), "train.py"), experiment, is_sweep=True)

    assert launch.log_file == "azureml-logs/hyperdrive.txt"
    assert launch.log_format.format(time="T", source="API", level="INFO", text="x") == (
        '"<START>[T][API][INFO]x<END>\\n"'
    )


def test_variables(source, experiment):
    environment = Environment("mine")
    environment.environment_variables = {"A": "1", "B": "1"}
    config = ScriptRunConfig(str(source), "train.py", environment=environment)
    config.run_config.environment_variables = {"B": "$HOME"}

    variables = launch_of(config, experiment).environment

    assert variables["A"] == "1"
    assert variables["B"] == "$$HOME"
    assert variables["AZUREML_RUN_ID"] == "${run_id}"
    assert variables["AZUREML_ROOT_RUN_ID"] == "${parent_id}"
    assert variables["AZUREML_ARM_PROJECT_NAME"] == "trials"
    assert variables["AZUREML_ARM_WORKSPACE_NAME"] == "workspace"
    assert all(isinstance(value, str) for value in variables.values())


@pytest.mark.parametrize(
    "command", ["python train.py --lr $AZUREML_SWEEP_lr", ["echo", "$AZUREML_SWEEP_lr"]]
)
def test_a_command_is_for_the_shell(source, experiment, command):
    launch = launch_of(ScriptRunConfig(str(source), command=command), experiment, is_sweep=True)

    shell, flag, text = launch.command
    assert shell.endswith("sh")
    assert flag == "-c"
    assert text.endswith("$$AZUREML_SWEEP_lr")


def test_a_command_without_a_parameter_does_the_same_in_every_trial(source, experiment):
    config = ScriptRunConfig(str(source), command="python train.py")

    with pytest.warns(UserWarning, match="AZUREML_SWEEP_"):
        launch_of(config, experiment, is_sweep=True)


def test_a_command_gets_no_arguments(configure):
    sweep = translate(configure(), takes_arguments=False)

    assert sweep.launch.flags == {}
    assert sweep.launch.parameter_variables == {"lr": "AZUREML_SWEEP_lr"}


@pytest.mark.parametrize(
    ("folder", "script", "told"),
    [
        ("nowhere", "train.py", "no such folder"),
        ("source", "missing.py", "training script 'missing.py'"),
        ("source", "../train.py", "training script"),
        ("source", None, "nothing to run"),
    ],
)
def test_what_is_not_there(source, folder, script, told):
    (source.parent / "train.py").write_text("")
    config = ScriptRunConfig(str(source.parent / folder), script)

    with pytest.raises(UserErrorException, match=told):
        Script(config).check()


@pytest.mark.parametrize(
    ("script", "command"),
    [("train.R", "['Rscript', 'train.R']"), ("a/run.sh", "['bash', 'a/run.sh']")],
)
def test_a_script_in_another_language_is_told_how_it_is_run(source, script, command):
    config = ScriptRunConfig(str(source), script)

    with pytest.raises(UserErrorException) as raised:
        Script(config).check()

    assert f"command={command}" in raised.value.message


def test_a_script_of_python_may_have_any_name(source):
    (source / "train").write_text("")

    Script(ScriptRunConfig(str(source), "train")).check()


@pytest.mark.parametrize("seconds", [0, -1, "60"])
def test_limits_of_a_trial_that_cannot_be(source, seconds):
    config = ScriptRunConfig(str(source), "train.py", max_run_duration_seconds=seconds)

    with pytest.raises(TrainingException, match="max_run_duration_seconds"):
        Script(config).check()


def test_several_nodes_are_not_emulated(source):
    run_config = RunConfiguration()
    run_config.node_count = 2

    with pytest.raises(NotEmulatedError, match="several nodes"):
        Script(ScriptRunConfig(str(source), "train.py", run_config=run_config)).check()


def test_an_object_of_the_sdk_is_no_argument(source, experiment):
    with pytest.raises(NotEmulatedError, match="Experiment among the arguments"):
        Script(ScriptRunConfig(str(source), "train.py", ["--data", experiment]))


def test_what_is_shown_of_a_script(source):
    definition = Script(
        ScriptRunConfig(str(source), "train.py", ["--a", 1], compute_target="cpu")
    ).definition

    assert definition["script"] == "train.py"
    assert definition["arguments"] == ["--a", "1"]
    assert definition["target"] == "cpu"
    assert definition["communicator"] == "None"
    assert definition["nodeCount"] == 1


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (choice((1, 2), (3,)), ([1, 2], [3])),
        (choice(np.float64(0.5), np.int64(2)), (0.5, 2)),
        (choice(*np.array([True, False])), (True, False)),
        (choice([np.str_("a")]), ("a",)),
        (choice({"k": (1, 2)}, {"k": [np.int64(3)]}), ({"k": [1, 2]}, {"k": [3]})),
    ],
    ids=repr,
)
def test_options_that_the_cloud_refuses_are_converted_and_told_once(
    expression, expected, monkeypatch
):
    monkeypatch.setattr(advice, "_said", set())

    with pytest.warns(UserWarning, match="the cloud refuses them") as told:
        spaces = [space_of({"x": expression}, SamplingKind.RANDOM) for _ in range(2)]

    ((_, chosen),) = spaces[1].parameters
    assert chosen == d.Choice(expected)
    assert len(told) == 1
