"""Which earlier runs a new sweep may build on. Most runs here are stand-ins."""

import pytest

from hyperlocal.azureml.core import Experiment, Run, ScriptRunConfig, Workspace
from hyperlocal.azureml.train.hyperdrive import (
    BayesianParameterSampling,
    HyperDriveConfig,
    HyperDriveRun,
    PrimaryMetricGoal,
    RandomParameterSampling,
    choice,
)
from hyperlocal.azureml.train.hyperdrive.exceptions import HyperDriveConfigException
from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import Choice
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.space import Space
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Limits, Sampling, SamplingKind, Sweep
from hyperlocal.history import History

SPACE = {"a": choice(1, 2)}


class SomeWorkspace:
    subscription_id = "s"
    resource_group = "g"
    name = "w"


class SomeExperiment:
    name = "e"
    workspace = SomeWorkspace()


class EarlierRun(Run):
    """A run without a history behind it."""

    id = type = parent = experiment = hyperdrive_config = None

    def __init__(self, run_id, status, run_type, parent=None, config=None):
        self.__dict__.update(
            id=run_id,
            type=run_type,
            parent=parent,
            status=status,
            hyperdrive_config=config,
            experiment=SomeExperiment(),
        )

    def get_status(self):
        return self.__dict__["status"]


def a_sweep(run_id="HD_1", status="Completed", *, total=10, space=SPACE, metric="acc"):
    config = HyperDriveConfig._restored(
        generator_config={"name": "RANDOM", "parameter_space": space},
        policy_config={"name": "Default"},
        primary_metric_config={"name": metric, "goal": "maximize"},
        max_total_runs=total,
        max_concurrent_runs=1,
        max_duration_minutes=60,
    )
    return EarlierRun(run_id, status, "hyperdrive", config=config)


def a_child(run_id="HD_1_0", status="Canceled", parent=None):
    return EarlierRun(run_id, status, "azureml.scriptrun", parent=parent or a_sweep())


def a_config(sampling=RandomParameterSampling, total=10, **resumed):
    return HyperDriveConfig(
        sampling(SPACE),
        "acc",
        PrimaryMetricGoal.MAXIMIZE,
        total,
        2,
        run_config=ScriptRunConfig(".", script="train.py"),
        **resumed,
    )


def test_a_sweep_is_remembered_by_where_it_is():
    config = a_config(resume_from=a_sweep("HD_7"))

    assert config._resume_from == [
        {
            "run_scope": {
                "host": "local",
                "subscription_id": "s",
                "resource_group": "g",
                "workspace_name": "w",
                "experiment_name": "e",
            },
            "run_id": "HD_7",
        }
    ]


def test_several_sweeps_can_be_built_on():
    config = a_config(resume_from=[a_sweep("HD_1"), a_sweep("HD_2", "Canceled")])

    assert [each["run_id"] for each in config._resume_from] == ["HD_1", "HD_2"]


@pytest.mark.parametrize(
    ("sweeps", "problem"),
    [
        (["HD_1"], "no HyperDriveRun"),
        ([a_child()], "no HyperDriveRun"),
        ([a_sweep(metric="loss")], "must be the same"),
        ([a_sweep(status="Failed")], "is Failed"),
        ([a_sweep(status="Running")], "is Running"),
        ([a_sweep(), a_sweep()], "more than once"),
        ([a_sweep(total=991)], "1001"),
        ([a_sweep(f"HD_{n}") for n in range(6)], "at most 5"),
    ],
    ids=["text", "child", "metric", "failed", "running", "twice", "too many runs", "six"],
)
def test_a_sweep_that_cannot_be_built_on(sweeps, problem):
    with pytest.raises(HyperDriveConfigException, match=problem) as caught:
        a_config(resume_from=sweeps)

    assert caught.value.error_code == "ArgumentInvalid"


def test_only_bayesian_sampling_needs_the_same_space():
    other = a_sweep(space={"a": choice(1, 2, 3)})

    assert a_config(resume_from=other)._resume_from
    with pytest.raises(HyperDriveConfigException, match="parameter space"):
        a_config(BayesianParameterSampling, total=20, resume_from=other)


def test_children_are_run_again_and_that_is_said():
    with pytest.warns(UserWarning, match="--resume-from"):
        config = a_config(resume_child_runs=[a_child("HD_1_0"), a_child("HD_1_3", "Failed")])

    assert [each["run_id"] for each in config._resume_child_runs] == ["HD_1_0", "HD_1_3"]


@pytest.mark.parametrize(
    ("children", "problem"),
    [
        (["HD_1_0"], "in it"),
        ([a_child(), a_child()], "more than once"),
        ([a_child(status="Running")], "is Running"),
        ([a_child(parent=a_sweep(metric="loss"))], "must be the same"),
        ([EarlierRun("lonely", "Completed", "azureml.scriptrun")], "no parent"),
        ([a_child(f"HD_1_{n}") for n in range(11)], "11 runs"),
        ([a_child(f"c_{n}", parent=a_sweep(f"HD_{n}")) for n in range(6)], "at most 5"),
    ],
    ids=["text", "twice", "running", "metric", "no parent", "too many", "six parents"],
)
def test_a_child_that_cannot_be_resumed(children, problem):
    with pytest.raises(HyperDriveConfigException, match=problem) as caught:
        a_config(resume_child_runs=children)

    assert caught.value.error_code == "ArgumentInvalid"


def test_a_total_that_is_no_number_is_named():
    with pytest.raises(HyperDriveConfigException, match="max_total_runs is 'ten'"):
        a_config(total="ten", resume_from=a_sweep())


@pytest.fixture
def a_recorded_sweep(home):
    """A finished sweep with one finished child, in the history of this home."""
    plan = Sweep(
        space=Space((("a", Choice((1, 2))),)),
        sampling=Sampling(SamplingKind.RANDOM, 0),
        metric_name="acc",
        goal=Goal.MAXIMIZE,
        limits=Limits(max_trials=10, max_concurrent=1, max_duration_s=60),
        launch=Launch(("python", "train.py")),
    )
    runs = History.open().runs
    runs.create("HD_9", experiment="e", kind="hyperdrive", plan=plan_to_json(plan))
    runs.create(
        "HD_9_0",
        experiment="e",
        kind="azureml.scriptrun",
        parent_id="HD_9",
        parameters={"a": 1},
    )
    for run_id in ("HD_9_0", "HD_9"):
        runs.finish(run_id, Status.COMPLETED)
    return HyperDriveRun(Experiment(Workspace.from_config(), "e"), "HD_9")


def test_a_sweep_of_this_home_can_be_built_on(a_recorded_sweep):
    config = a_config(BayesianParameterSampling, total=20, resume_from=a_recorded_sweep)

    assert config._resume_from[0]["run_id"] == "HD_9"
    assert config._resume_from[0]["run_scope"]["experiment_name"] == "e"


def test_a_child_of_this_home_can_be_run_again(a_recorded_sweep):
    with pytest.warns(UserWarning, match="--resume-from"):
        config = a_config(resume_child_runs=list(a_recorded_sweep.get_children()))

    assert [each["run_id"] for each in config._resume_child_runs] == ["HD_9_0"]
