"""Random sampling: learning rate, dropout and batch size, drawn anew for each run."""

import json
import os

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.compute_target import ComputeTargetException
from azureml.train.hyperdrive import (
    HyperDriveConfig,
    PrimaryMetricGoal,
    RandomParameterSampling,
    choice,
    normal,
    uniform,
)

here = os.path.dirname(os.path.abspath(__file__))

ws = Workspace.from_config()
experiment = Experiment(ws, "digits-random")

try:
    compute_target = ComputeTarget(workspace=ws, name="cpu-cluster")
except ComputeTargetException:
    compute_target = ComputeTarget.create(
        ws,
        "cpu-cluster",
        AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=4),
    )
    compute_target.wait_for_completion(show_output=True)

env = Environment.from_conda_specification(
    name="digits", file_path=os.path.join(here, "environment.yml")
)

src = ScriptRunConfig(
    source_directory=here,
    script="train.py",
    arguments=["--hidden", 500, "--epochs", 15],
    compute_target=compute_target,
    environment=env,
)

param_sampling = RandomParameterSampling(
    {
        "learning_rate": normal(10, 3),
        "keep_probability": uniform(0.05, 0.1),
        "batch_size": choice(16, 32, 64, 128),
    }
)

hyperdrive_config = HyperDriveConfig(
    run_config=src,
    hyperparameter_sampling=param_sampling,
    primary_metric_name="validation_loss",
    primary_metric_goal=PrimaryMetricGoal.MINIMIZE,
    max_total_runs=12,
    max_concurrent_runs=4,
    max_duration_minutes=60,
)

run = experiment.submit(hyperdrive_config)
run.wait_for_completion(show_output=True)

print("The three best of", len(list(run.get_children())), "runs:")
for child in run.get_children_sorted_by_primary_metric(top=3):
    values = json.loads(child["hyperparameters"])
    print(f"  {child['run_id']}: loss {child['best_primary_metric']:.4f} with {values}")

best_run = run.get_best_run_by_primary_metric()
metrics = best_run.get_metrics()
arguments = best_run.get_details()["runDefinition"]["arguments"]
parameters = dict(zip(arguments[4::2], arguments[5::2]))
print("Best run:", best_run.id)
print("Its last accuracy:", metrics["accuracy"][-1])
print("Its lowest loss:", min(metrics["validation_loss"]))
print("Learning rate in thousandths:", parameters["--learning_rate"])
print("Keep probability:", parameters["--keep_probability"])
print("Batch size:", parameters["--batch_size"])
print("Files:", best_run.get_file_names())

best_run.download_file("outputs/model.npz", os.path.join(here, "best", "model.npz"))
print("The best model is in best/model.npz.")
