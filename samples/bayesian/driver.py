"""Bayesian sampling: each new learning rate and batch size learns from the runs before it."""

import os

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.compute_target import ComputeTargetException
from azureml.core.conda_dependencies import CondaDependencies
from azureml.train.hyperdrive.parameter_expressions import choice, uniform
from azureml.train.hyperdrive.run import PrimaryMetricGoal
from azureml.train.hyperdrive.runconfig import HyperDriveConfig
from azureml.train.hyperdrive.sampling import BayesianParameterSampling

here = os.path.dirname(os.path.abspath(__file__))

ws = Workspace.from_config()
experiment = Experiment(workspace=ws, name="digits-bayesian")

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
    compute_target=compute_target,
    environment=env,
)

param_sampling = BayesianParameterSampling(
    {
        "learning_rate": uniform(0.05, 0.1),
        "batch_size": choice(16, 32, 64, 128),
    }
)

hyperdrive_config = HyperDriveConfig(
    run_config=src,
    hyperparameter_sampling=param_sampling,
    primary_metric_name="accuracy",
    primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs=40,  # twenty for each tuned parameter, as the documentation advises
    max_concurrent_runs=4,
)

run = experiment.submit(hyperdrive_config)
run.wait_for_completion(show_output=True)

best_run = run.get_best_run_by_primary_metric()
arguments = best_run.get_details()["runDefinition"]["arguments"]
parameters = dict(zip(arguments[0::2], arguments[1::2]))
print("Best run:", best_run.id)
print("Best accuracy:", max(best_run.get_metrics()["accuracy"]))
print("Learning rate:", parameters["--learning_rate"])
print("Batch size:", parameters["--batch_size"])
print("Files:", best_run.get_file_names())

best_run.download_file("outputs/model.joblib", os.path.join(here, "best", "model.joblib"))
print("The best model is in best/model.joblib.")
