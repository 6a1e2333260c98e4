"""Tuning code of a team, as these tests use it: it knows nothing of hyperlocal."""

from azureml.core import Experiment, ScriptRunConfig, Workspace
from azureml.train.hyperdrive import (
    BanditPolicy,
    GridParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    choice,
)


def config(source, *, policy=None, concurrent=4, values=(0.1, 0.2, 0.3, 0.4), limit_s=None):
    script = ScriptRunConfig(
        source_directory=str(source),
        script="train.py",
        arguments=["--epochs", 3, "--data-set", "iris", "--verbose"],
        compute_target="cpu-cluster",
        max_run_duration_seconds=limit_s,
    )
    return HyperDriveConfig(
        run_config=script,
        hyperparameter_sampling=GridParameterSampling({"--learning-rate": choice(*values)}),
        policy=policy,
        primary_metric_name="accuracy",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=len(values),
        max_concurrent_runs=concurrent,
    )


def tune(source, **settings):
    experiment = Experiment(Workspace.from_config(), "tuning")
    return experiment.submit(config(source, **settings))


def bandit():
    return BanditPolicy(slack_amount=0.05, evaluation_interval=1)
