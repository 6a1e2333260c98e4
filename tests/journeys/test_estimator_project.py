"""A project of 2019: an estimator with `script_params`, and `HyperDriveRunConfig`."""

import ast
import json

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

# Reads what it got from the command line only; `--kernel` decides how much of the bias is used.
TRAIN = """
import argparse
import os
import pickle

from azureml.core.run import Run

run = Run.get_submitted_run()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kernel", type=str, default="linear")
    parser.add_argument("--penalty", type=float, default=1.0)
    parser.add_argument("--layers", type=int, nargs="+")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    run.log("Kernel type", args.kernel)
    run.log("Penalty", args.penalty)
    accuracy = {"linear": 0.7, "rbf": 0.9, "poly": 0.8}[args.kernel] - abs(args.penalty - 1) / 10
    if args.verbose:
        print("layers", args.layers, "kernel", args.kernel)
    run.log("Accuracy", float(accuracy))
    os.makedirs("outputs", exist_ok=True)
    with open("outputs/model.pkl", "wb") as file:
        pickle.dump({"kernel": args.kernel, "penalty": args.penalty}, file)


if __name__ == "__main__":
    main()
"""

DRIVER = """
import os
import shutil
import sys

import azureml.core
from azureml.core import Experiment, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.compute_target import ComputeTargetException
from azureml.train.estimator import Estimator
from azureml.train.hyperdrive import *
from azureml.train.sklearn import SKLearn
from azureml.widgets import RunDetails

print("SDK version:", azureml.core.VERSION)
ws = Workspace.from_config()
print(ws.name, ws.location, ws.resource_group, sep="\\t")

cluster_name = "cpu-cluster"
created = False
try:
    compute_target = ComputeTarget(workspace=ws, name=cluster_name)
except ComputeTargetException:
    created = True
    settings = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=4)
    compute_target = ComputeTarget.create(ws, cluster_name, settings)
    compute_target.wait_for_completion(show_output=True, min_node_count=None)
print("Created:", created)
print("Nodes:", compute_target.get_status().serialize()["scaleSettings"]["maxNodeCount"])

project_folder = "./sklearn-iris"
os.makedirs(project_folder, exist_ok=True)
shutil.copy("train_iris.py", project_folder)
experiment = Experiment(workspace=ws, name="train_iris")

base = {"--kernel": "linear", "--penalty": 1.0, "--layers": [16, 8], "--verbose": ""}
if sys.argv[1] == "SKLearn":
    estimator = SKLearn(
        source_directory=project_folder,
        script_params=base,
        compute_target=compute_target,
        entry_script="train_iris.py",
        pip_packages=["joblib"],
    )
else:
    estimator = Estimator(
        project_folder,
        script_params=base,
        compute_target=compute_target,
        entry_script="train_iris.py",
        conda_packages=["scikit-learn"],
        use_gpu=False,
    )

first = experiment.submit(estimator)
RunDetails(first).show()
first.wait_for_completion(show_output=False)
print("First:", first.get_metrics())

config = HyperDriveRunConfig(
    estimator=estimator,
    hyperparameter_sampling=GridParameterSampling(
        {"--kernel": choice("linear", "rbf", "poly"), "--penalty": choice(0.5, 1, 1.5)}
    ),
    primary_metric_name="Accuracy",
    primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs=12,
    max_concurrent_runs=4,
)
hyperdrive_run = experiment.submit(config)
RunDetails(hyperdrive_run).show()
hyperdrive_run.wait_for_completion(show_output=True)
assert hyperdrive_run.get_status() == "Completed"

best_run = hyperdrive_run.get_best_run_by_primary_metric()
arguments = best_run.get_details()["runDefinition"]["Arguments"]
print("Arguments:", arguments)
print("Metrics:", best_run.get_metrics())
print("Files:", best_run.get_file_names())
model = best_run.register_model(model_name="sklearn-iris", model_path="outputs/model.pkl")
print("Model:", model.name, model.version, model.run_id == best_run.id)
print("Runs:", len(list(hyperdrive_run.get_children())))
again = list(experiment.get_runs())[0]
print("Newest:", again.type, again.id == hyperdrive_run.id)
compute_target.delete()
"""


@pytest.mark.parametrize("estimator", ["SKLearn", "Estimator"])
def test_a_sweep_over_an_estimator(folder, estimator):
    folder.write("train_iris.py", TRAIN)
    folder.write("driver.py", DRIVER)

    said = folder.run("driver.py", estimator)

    assert said.after("Created:") == "True"
    assert said.after("Nodes:") == "4"
    first = ast.literal_eval(said.after("First:"))
    assert first == {"Kernel type": "linear", "Penalty": 1.0, "Accuracy": 0.7}
    # What is sampled stands once on the command line, although the estimator has it too.
    arguments = ast.literal_eval(said.after("Arguments:"))
    assert arguments.count("--kernel") == 1
    assert dict(zip(arguments[-4::2], arguments[-3::2], strict=True)) == {
        "--kernel": "rbf",
        "--penalty": "1",
    }
    metrics = ast.literal_eval(said.after("Metrics:"))
    assert metrics == {"Kernel type": "rbf", "Penalty": 1.0, "Accuracy": 0.9}
    assert ast.literal_eval(said.after("Files:"))[-1] == "outputs/model.pkl"
    assert said.after("Model:") == "sklearn-iris 1 True"
    assert said.after("Runs:") == "9"
    assert said.after("Newest:") == "hyperdrive True"


SINGLE = """
from azureml.core import Experiment, Workspace
from azureml.train.hyperdrive.parameter_expressions import choice
from azureml.train.hyperdrive.run import HyperDriveRun, PrimaryMetricGoal
from azureml.train.hyperdrive.runconfig import HyperDriveRunConfig
from azureml.train.hyperdrive.sampling import RandomParameterSampling
from azureml.train.sklearn import SKLearn

ws = Workspace.from_config()
experiment = Experiment(ws, "train_iris")
estimator = SKLearn("project", compute_target="cpu", entry_script="train_iris.py",
                    script_params={"--kernel": "linear", "--penalty": 0.0})
config = HyperDriveRunConfig(estimator, RandomParameterSampling({"kernel": choice("rbf", "poly")}),
                             "Accuracy", PrimaryMetricGoal.MAXIMIZE, 2)
run = experiment.submit(config)
with open("run.txt", "w") as file:
    file.write(run.id)
"""

LATER = """
import json
from azureml.core import Experiment, Workspace
from azureml.train.hyperdrive.run import HyperDriveRun

experiment = Experiment(Workspace.from_config(), "train_iris")
run = HyperDriveRun(experiment, open("run.txt").read())
run.wait_for_completion(raise_on_error=False)
for child in run.get_children_sorted_by_primary_metric():
    print("Child:", json.dumps(child["hyperparameters"]))
best = run.get_best_run_by_primary_metric()
print("Best:", json.dumps(best.get_details()["runDefinition"]["arguments"]))
"""


def test_a_bare_name_replaces_a_dashed_argument_and_another_process_reads_it(folder):
    (folder.path / "project").mkdir()
    folder.write("project/train_iris.py", TRAIN)
    folder.write("driver.py", SINGLE)
    folder.write("later.py", LATER)

    folder.run("driver.py")
    said = folder.run("later.py")

    assert json.loads(json.loads(said.after("Child:"))) == {"kernel": "rbf"}
    assert json.loads(said.after("Best:")) == ["--penalty", "0.0", "--kernel", "rbf"]
