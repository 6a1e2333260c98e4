"""A lab of a course: a registered table, a named input and a grid."""

import ast
import csv
import random

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

TRAIN = """
import argparse
import os

import joblib
import numpy as np
from azureml.core import Run

run = Run.get_context()

parser = argparse.ArgumentParser()
parser.add_argument("--input-data", type=str, dest="input_data", help="training dataset")
parser.add_argument("--learning_rate", type=float, dest="learning_rate", default=0.1)
parser.add_argument("--iterations", type=int, dest="iterations", default=20)
args = parser.parse_args()

run.log("learning_rate", np.float64(args.learning_rate))
run.log("iterations", np.int64(args.iterations))

print("Loading Data...")
patients = run.input_datasets["training_data"].to_pandas_dataframe()
features = ["Pregnancies", "PlasmaGlucose", "BMI", "Age"]
X, y = patients[features].values, patients["Diabetic"].values
mean, std = X.mean(axis=0), X.std(axis=0)
X = (X - mean) / std
X_train, X_test, y_train, y_test = X[::2], X[1::2], y[::2], y[1::2]

weights = np.zeros(len(features))
for _ in range(args.iterations):
    likely = 1 / (1 + np.exp(-X_train @ weights))
    weights -= args.learning_rate * X_train.T @ (likely - y_train) / len(X_train)
scores = X_test @ weights
run.log("Accuracy", np.float64(np.average((scores > 0) == y_test)))
pairs = scores[y_test == 1][:, None] - scores[y_test == 0]
run.log("AUC", np.float64(np.average(pairs > 0)))

# The same table by its name, from the workspace of the run.
named = run.experiment.workspace.datasets["patients"]
assert len(named.to_pandas_dataframe()) == len(patients)
run.log("rows", len(patients))

os.makedirs("outputs", exist_ok=True)
joblib.dump(value=(mean, std, weights), filename="outputs/model.pkl")
run.complete()
"""

DRIVER = """
import os
import sys

import joblib
from azureml.core import (
    Dataset, Datastore, Environment, Experiment, Model, ScriptRunConfig, Workspace,
)
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.compute_target import ComputeTargetException
from azureml.train.hyperdrive import (
    GridParameterSampling, HyperDriveConfig, PrimaryMetricGoal, choice,
)
from azureml.widgets import RunDetails

ws = Workspace.from_config()
default_ds = ws.get_default_datastore()
if "patients" not in ws.datasets:
    default_ds.upload_files(
        files=["./data/patients.csv", "./data/patients2.csv"],
        target_path="patient-data/",
        overwrite=True,
        show_progress=True,
    )
    tab_data_set = Dataset.Tabular.from_delimited_files(
        path=(default_ds, "patient-data/*.csv")
    )
    try:
        tab_data_set = tab_data_set.register(
            workspace=ws, name="patients", description="patients' data",
            tags={"format": "CSV"}, create_new_version=True,
        )
        print("Dataset registered.")
    except Exception as ex:
        print(ex)
else:
    print("Dataset already registered.")

with open("environment.yml", "w") as file:
    file.write("name: lab\\ndependencies:\\n- pip:\\n  - azureml-defaults\\n")
hyper_env = Environment.from_conda_specification("experiment_env", "environment.yml")
cluster_name = "course-cluster"
try:
    training_cluster = ComputeTarget(workspace=ws, name=cluster_name)
    print("Found existing cluster, use it.")
except ComputeTargetException:
    compute_config = AmlCompute.provisioning_configuration("STANDARD_DS11_V2", max_nodes=2)
    training_cluster = ComputeTarget.create(ws, cluster_name, compute_config)
    training_cluster.wait_for_completion(show_output=True)

patients = ws.datasets.get("patients")
print("Version:", patients.version, Dataset.get_by_name(ws, "patients").tags["format"])
print("First:", patients.take(1).to_pandas_dataframe()["PatientID"].tolist())
script_config = ScriptRunConfig(
    source_directory="training",
    script="lab_training.py",
    arguments=["--input-data", patients.as_named_input("training_data")],
    environment=hyper_env,
    compute_target=training_cluster,
)
hyperdrive = HyperDriveConfig(
    run_config=script_config,
    hyperparameter_sampling=GridParameterSampling(
        {"--learning_rate": choice(0.01, 0.1), "--iterations": choice(5, 20)}
    ),
    policy=None,
    primary_metric_name="AUC",
    primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs=int(sys.argv[1]),
    max_concurrent_runs=2,
)
experiment = Experiment(workspace=ws, name="lab-hyperdrive")
run = experiment.submit(config=hyperdrive)
RunDetails(run).show()
run.wait_for_completion()

for child_run in run.get_children_sorted_by_primary_metric():
    print(child_run)
best_run = run.get_best_run_by_primary_metric()
best_run_metrics = best_run.get_metrics()
script_arguments = best_run.get_details()["runDefinition"]["arguments"]
print("Arguments:", script_arguments)
print("Metrics:", best_run_metrics)
print("Children:", len(list(run.get_children())))

best_run.register_model(
    model_path="outputs/model.pkl",
    model_name="patients_model",
    tags={"Training context": "Hyperdrive"},
    properties={"AUC": best_run_metrics["AUC"], "Accuracy": best_run_metrics["Accuracy"]},
)
for model in Model.list(ws):
    print("Model:", model.name, model.version, model.tags, model.properties["AUC"])
mean, std, weights = joblib.load(Model.get_model_path("patients_model", _workspace=ws))
print("Ill:", (([2, 180, 43.5, 60] - mean) / std) @ weights > 0)
"""


@pytest.fixture
def lab(folder):
    """The folder of a lab, with two files of patients."""
    rng = random.Random(9)
    (folder.path / "data").mkdir()
    (folder.path / "training").mkdir()
    for name, first in (("patients.csv", 1000), ("patients2.csv", 2000)):
        with open(folder.path / "data" / name, "w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(["PatientID", "Pregnancies", "PlasmaGlucose", "BMI", "Age", "Diabetic"])
            for number in range(150):
                glucose, bmi = rng.randint(60, 190), round(rng.uniform(18, 50), 2)
                ill = int(glucose / 190 + bmi / 50 + rng.gauss(0, 0.15) > 1.4)
                patient = [first + number, rng.randint(0, 9), glucose, bmi]
                rows.writerow([*patient, rng.randint(21, 77), ill])
    folder.write("training/lab_training.py", TRAIN)
    folder.write("driver.py", DRIVER)
    return folder


def test_a_grid_over_a_registered_table(lab):
    said = lab.run("driver.py", "6")

    assert "Dataset registered." in said.text
    assert said.after("Version:") == "1 CSV"
    assert said.after("First:") == "[1000]"
    metrics = ast.literal_eval(said.after("Metrics:"))
    assert metrics["rows"] == 300
    assert metrics["AUC"] > 0.7
    assert said.after("Children:") == "4"
    arguments = ast.literal_eval(said.after("Arguments:"))
    assert arguments[0] == "--input-data"
    assert len(arguments) == 6
    assert float(arguments[3]) == metrics["learning_rate"]
    assert metrics["iterations"] == arguments[5]  # numpy's int64 is kept as text, as by the SDK
    model = said.after("Model:")
    assert model.startswith("patients_model 1 {'Training context': 'Hyperdrive'}")
    assert float(model.split()[-1]) == metrics["AUC"]
    assert said.after("Ill:") == "True"


def test_the_lab_again_finds_its_table_and_cluster(lab):
    lab.run("driver.py", "1")

    said = lab.run("driver.py", "1")

    assert "Dataset already registered." in said.text
    assert "Found existing cluster, use it." in said.text
    assert said.after("Version:") == "1 CSV"
    assert said.after("Model:").startswith("patients_model 2 ")
