"""Run by an interpreter that has the real SDK: a team's code, imported with it, in a test."""

import sys

from azureml.core import Experiment, Run, ScriptRunConfig, Workspace
from azureml.train.hyperdrive import (
    GridParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    choice,
)

from hyperlocal.testing import expect, sandbox

NAMES = ("Experiment", "Run", "Workspace", "HyperDriveConfig", "PrimaryMetricGoal", "choice")


def tune(folder):
    """Submit a sweep, as the team's code does."""
    config = HyperDriveConfig(
        run_config=ScriptRunConfig(folder, "train.py", compute_target="cluster"),
        hyperparameter_sampling=GridParameterSampling({"--lr": choice(0.1, 0.2)}),
        primary_metric_name="accuracy",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=2,
    )
    return Experiment(Workspace.from_config(), "tuning").submit(config)


def state():
    modules = {n: m for n, m in sys.modules.items() if n.split(".")[0] == "azureml"}
    return modules, list(sys.meta_path), list(sys.path), [globals()[name] for name in NAMES]


before = state()
assert Run.__module__ == "azureml.core.run"
with sandbox(lambda run, lr: run.log("accuracy", lr)) as hyperdrive:
    assert Run.__module__ == "hyperlocal.azureml.core.run"
    expect(tune(str(hyperdrive.home))).completed().has_trials(2, completed=2).best(1, lr=0.2)
assert state() == before
print("undisturbed")
