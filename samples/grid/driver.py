"""Grid sampling: every combination of layers and batch size, once."""

import os

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.compute_target import ComputeTargetException
from azureml.core.conda_dependencies import CondaDependencies
from azureml.train.hyperdrive import (
    GridParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    choice,
)

here = os.path.dirname(os.path.abspath(__file__))

ws = Workspace.from_config()
experiment = Experiment(workspace=ws, name="digits-grid")

cluster_name = "cpu-cluster"
try:
    compute_target = ComputeTarget(workspace=ws, name=cluster_name)
    print("Found an existing cluster, using it.")
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
    arguments=["--epochs", 10],
    compute_target=compute_target,
    environment=env,
)

param_sampling = GridParameterSampling(
    {
        "num_hidden_layers": choice(1, 2, 3),
        "batch_size": choice(16, 32),
    }
)

hyperdrive_config = HyperDriveConfig(
    run_config=src,
    hyperparameter_sampling=param_sampling,
    primary_metric_name="Accuracy",
    primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs=6,
    max_concurrent_runs=4,
)

run = experiment.submit(hyperdrive_config)
run.wait_for_completion(show_output=True)

best_run = run.get_best_run_by_primary_metric()
arguments = best_run.get_details()["runDefinition"]["arguments"]
print("Best run:", best_run.id)
print("Accuracy:", best_run.get_metrics()["Accuracy"])
print("Arguments:", arguments)
print("Hidden layers:", arguments[3])
print("Batch size:", arguments[5])
print("Files:", best_run.get_file_names())

best_run.download_file("outputs/model.joblib", os.path.join(here, "best", "model.joblib"))
print("The best model is in best/model.joblib.")
