"""A capstone project: the training script reads a table by its URL, which the data map answers."""

import ast
import csv
import json
import random

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

URL = "https://storage.example.invalid/capstone/bank_marketing.csv"

# Data at import time, a function that the driver imports too, a run that is had before argparse.
TRAIN = f"""
import argparse
import os

import joblib
import numpy as np
import pandas as pd
from azureml.core.run import Run
from azureml.data.dataset_factory import TabularDatasetFactory

run = Run.get_context()


def clean_data(data):
    months = {{"jan": 1, "feb": 2, "mar": 3}}
    x_df = data.to_pandas_dataframe().dropna()
    jobs = pd.get_dummies(x_df.job, prefix="job")
    x_df.drop("job", inplace=True, axis=1)
    x_df = x_df.join(jobs)
    x_df["married"] = x_df.married.apply(lambda s: 1 if s == "yes" else 0)
    x_df["month"] = x_df.month.map(months)
    y_df = x_df.pop("y").apply(lambda s: 1 if s == "yes" else 0)
    return x_df, y_df


def score(weights, x, y):
    return np.mean((x @ weights > 0) == (y == 1))


ds = TabularDatasetFactory.from_delimited_files(path="{URL}")
x, y = clean_data(ds)
x = np.c_[(x - x.mean()) / x.std(), np.ones(len(x))]
x_train, x_test, y_train, y_test = x[:140], x[140:], y[:140], y[140:]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--C", type=float, default=1.0, help="Inverse of regularization strength")
    parser.add_argument("--max_iter", type=int, default=100)
    args = parser.parse_args()

    run.log("Regularization Strength:", np.float64(args.C))
    run.log("Max iterations:", np.int64(args.max_iter))
    weights = np.zeros(x_train.shape[1])
    for iteration in range(args.max_iter):
        likely = 1 / (1 + np.exp(-x_train @ weights))
        weights -= 0.05 * (x_train.T @ (likely - y_train) / len(x_train) + weights / args.C / 1e3)
        if iteration % 10 == 9:
            run.log("Accuracy so far", score(weights, x_train, y_train))
    run.log("Accuracy", np.float64(score(weights, x_test, y_test)))
    os.makedirs("outputs", exist_ok=True)
    joblib.dump(weights, "outputs/model.joblib")


if __name__ == "__main__":
    main()
"""

DRIVER = """
import os
import shutil

import joblib
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.train.automl import AutoMLConfig
from azureml.train.hyperdrive.parameter_expressions import choice, uniform
from azureml.train.hyperdrive.policy import BanditPolicy
from azureml.train.hyperdrive.run import PrimaryMetricGoal
from azureml.train.hyperdrive.runconfig import HyperDriveConfig
from azureml.train.hyperdrive.sampling import RandomParameterSampling
from azureml.widgets import RunDetails

ws = Workspace.from_config()
exp = Experiment(workspace=ws, name="capstone")
print("Workspace name: " + ws.name, "Azure region: " + ws.location, sep="\\n")
run = exp.start_logging()

name = "project-cluster"
if name in ws.compute_targets:
    cpu_cluster = ws.compute_targets[name]
else:
    config = AmlCompute.provisioning_configuration("Standard_D2_V2", min_nodes=1, max_nodes=4)
    cpu_cluster = ComputeTarget.create(ws, name, config)
cpu_cluster.wait_for_completion(show_output=True)

with open("conda_dependencies.yml", "w") as file:
    file.write("dependencies:\\n- pip:\\n  - azureml-defaults\\n")
sklearn_env = Environment.from_conda_specification("sklearn-env", "./conda_dependencies.yml")
if "training" not in os.listdir():
    os.mkdir("./training")
shutil.copy("train.py", "./training")

src = ScriptRunConfig(
    source_directory="./training",
    script="train.py",
    compute_target=cpu_cluster,
    environment=sklearn_env,
)
hyperdrive_config = HyperDriveConfig(
    run_config=src,
    hyperparameter_sampling=RandomParameterSampling(
        {"--C": uniform(0.01, 1), "--max_iter": choice(50, 100, 200)}
    ),
    policy=BanditPolicy(slack_factor=0.1, evaluation_interval=1, delay_evaluation=5),
    primary_metric_name="Accuracy",
    primary_metric_goal=PrimaryMetricGoal("MAXIMIZE"),
    max_total_runs=6,
    max_concurrent_runs=3,
)
hyperdrive_run = exp.submit(hyperdrive_config, show_output=True)
RunDetails(hyperdrive_run).show()
hyperdrive_run.wait_for_completion(show_output=True)

best_run = hyperdrive_run.get_best_run_by_primary_metric()
metrics = best_run.get_metrics()
values = best_run.get_details()["runDefinition"]["arguments"]
print("Arguments:", dict(zip(values[::2], values[1::2])))
print("Metrics:", {name: metrics[name] for name in metrics if name != "Accuracy so far"})
model = best_run.register_model(
    model_name="hyperdrive-bank",
    model_path="./outputs/model.joblib",
    tags={
        "Method": "HyperDrive",
        "Accuracy": metrics["Accuracy"],
        "Max iterations": metrics["Max iterations:"],
    },
)
print("Tags:", ws.models["hyperdrive-bank"].tags)
path = model.download(target_dir="best", exist_ok=True)
print("Weights:", len(joblib.load(path)))
first = hyperdrive_run.get_children_sorted_by_primary_metric()[0]
print("Best sorted:", first["best_primary_metric"] == metrics["Accuracy"])
run.complete()

# The next cell of the notebook.
AutoMLConfig(task="classification", primary_metric="accuracy", label_column_name="y")
"""


@pytest.fixture
def project(folder):
    """The project, with its table where the data map can name it."""
    rng = random.Random(4)
    (folder.path / "data").mkdir()
    with open(folder.path / "data" / "bank.csv", "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["age", "job", "married", "month", "y"])
        for _ in range(200):
            age = rng.randint(18, 80)
            likely = "yes" if age + rng.gauss(0, 8) > 45 else "no"
            job = rng.choice(["nurse", "smith", "clerk"])
            married, month = rng.choice(["yes", "no"]), rng.choice(["jan", "feb", "mar"])
            rows.writerow([age, job, married, month, likely])
    folder.write("train.py", TRAIN)
    folder.write("driver.py", DRIVER)
    return folder


def test_the_best_model_is_registered_with_its_metrics(project):
    mapped = project.hyperlocal("data", "map", URL, "data/bank.csv")
    assert mapped.exit_code == 0, mapped.text

    said = project.hyperlocal("run", "driver.py")

    # All cells up to the one that no local run can answer.
    assert said.exit_code == 1, said.text
    assert "NotEmulatedError" in said.text
    assert "AutoML" in said.text.splitlines()[-1]
    metrics = ast.literal_eval(said.after("Metrics:"))
    arguments = ast.literal_eval(said.after("Arguments:"))
    assert metrics["Accuracy"] > 0.7
    assert str(metrics["Regularization Strength:"]) == arguments["--C"]
    tags = ast.literal_eval(said.after("Tags:"))
    assert tags["Method"] == "HyperDrive"
    assert float(tags["Accuracy"]) == metrics["Accuracy"]
    assert float(tags["Max iterations"]) == int(arguments["--max_iter"])
    assert said.after("Weights:") == "7"  # age, married, month, three jobs and a constant
    assert said.after("Best sorted:") == "True"


def test_a_table_that_is_not_there_says_what_to_do(project):
    said = project.hyperlocal("run", "train.py")

    assert said.exit_code != 0
    assert f"hyperlocal data map {URL}" in said.text


def test_the_map_is_kept_beside_the_home_and_read_without_a_run(project):
    project.hyperlocal("data", "map", URL, "data/bank.csv")

    with open(project.home.parent / "hyperlocal-data.json", encoding="utf-8") as file:
        assert json.load(file)["urls"] == {URL: "project/data/bank.csv"}
    said = project.run("train.py", "--C", "0.5")
    assert (project.path / "outputs" / "model.joblib").is_file()
    assert "Accuracy" in said.text
