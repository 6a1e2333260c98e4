"""Early termination: a bandit policy gives up runs that fall behind the best one."""

import os

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.compute_target import ComputeTargetException
from azureml.core.conda_dependencies import CondaDependencies
from azureml.train.hyperdrive import (
    BanditPolicy,
    HyperDriveConfig,
    PrimaryMetricGoal,
    RandomParameterSampling,
    choice,
    loguniform,
)

here = os.path.dirname(os.path.abspath(__file__))
epochs = 30

ws = Workspace.from_config()
experiment = Experiment(workspace=ws, name="digits-early-termination")

cluster_name = "cpu-cluster"
try:
    compute_target = ComputeTarget(workspace=ws, name=cluster_name)
except ComputeTargetException:
    compute_config = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=4)
    compute_target = ComputeTarget.create(ws, cluster_name, compute_config)
    compute_target.wait_for_completion(show_output=True)

env = Environment("sklearn-digits")
env.python.conda_dependencies = CondaDependencies.create(
    pip_packages=["azureml-defaults", "scikit-learn", "joblib"]
)

src = ScriptRunConfig(
    source_directory=here,
    script="train.py",
    arguments=["--epochs", epochs],
    compute_target=compute_target,
    environment=env,
)

# loguniform takes exponents: learning rates from e**-10 = 0.00005 to e**-2.5 = 0.08.
param_sampling = RandomParameterSampling(
    {
        "--learning_rate": loguniform(-10, -2.5),
        "--hidden": choice(64, 128),
    }
)

# From the third report on: give up a run that is worse than the best one divided by 1.1.
early_termination_policy = BanditPolicy(
    evaluation_interval=1, slack_factor=0.1, delay_evaluation=3
)

hyperdrive_config = HyperDriveConfig(
    run_config=src,
    hyperparameter_sampling=param_sampling,
    policy=early_termination_policy,
    primary_metric_name="accuracy",
    primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs=12,
    max_concurrent_runs=4,
)

run = experiment.submit(hyperdrive_config)
run.wait_for_completion(show_output=True)

best_run = run.get_best_run_by_primary_metric()
print("Best run:", best_run.id)
print("Best accuracy:", max(best_run.get_metrics()["accuracy"]))
print("Arguments:", best_run.get_details()["runDefinition"]["arguments"])


def as_list(value):
    """A metric that was logged once comes back as a number, else as a list."""
    return value if isinstance(value, list) else [value]


statuses = {child.id: child.get_status() for child in run.get_children()}
epochs_saved, seconds_saved = 0, 0.0
for run_id, metrics in sorted(run.get_metrics().items()):
    accuracies, seconds = as_list(metrics["accuracy"]), as_list(metrics["seconds"])
    missing = epochs - len(accuracies)
    epochs_saved += missing
    seconds_saved += missing * sum(seconds) / len(seconds)
    print(
        f"{run_id}: {statuses[run_id]} after {len(accuracies)} of {epochs} epochs, "
        f"accuracy {max(accuracies):.4f}"
    )

planned = epochs * len(statuses)
stopped = sum(status == "Canceled" for status in statuses.values())
print(f"Stopped early: {stopped} of {len(statuses)} runs")
print(f"Saved: {epochs_saved} of {planned} epochs, about {seconds_saved:.0f} seconds of training")

best_run.download_file("outputs/model.joblib", os.path.join(here, "best", "model.joblib"))
print("The best model is in best/model.joblib.")
