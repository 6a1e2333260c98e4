"""A pipeline of three steps: data are prepared, a sweep trains, the best model is registered."""

import ast
import random

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

PREPARE = """
import argparse
import os

from azureml.core import Run

run = Run.get_context()
parser = argparse.ArgumentParser()
parser.add_argument("--raw", type=str)
parser.add_argument("--prepped", type=str)
parser.add_argument("--rows", type=int)
args = parser.parse_args()

with open(os.path.join(args.raw, "houses.csv")) as file:
    lines = file.read().splitlines()[: args.rows + 1]
os.makedirs(args.prepped, exist_ok=True)
with open(os.path.join(args.prepped, "clean.csv"), "w") as file:
    file.write("\\n".join(line for line in lines if "?" not in line) + "\\n")
run.log("dropped", sum("?" in line for line in lines))
"""

TRAIN = """
import argparse
import csv
import json
import os

from azureml.core import Run

run = Run.get_context()
parser = argparse.ArgumentParser()
parser.add_argument("--data", type=str)
parser.add_argument("--degree", type=int)
parser.add_argument("--ridge", type=float)
args = parser.parse_args()

import numpy as np

with open(os.path.join(args.data, "clean.csv")) as file:
    table = [(float(row["area"]), float(row["price"])) for row in csv.DictReader(file)]
area, price = np.array(table).T
X = np.vander(area, args.degree + 1)
half = len(X) // 2
gram = X[:half].T @ X[:half] + args.ridge * np.eye(args.degree + 1)
weights = np.linalg.solve(gram, X[:half].T @ price[:half])
error = float(np.sqrt(np.mean((X[half:] @ weights - price[half:]) ** 2)))
run.log("rmse", error)
os.makedirs("outputs", exist_ok=True)
with open("outputs/model.json", "w") as file:
    json.dump({"weights": weights.tolist(), "degree": args.degree}, file)
"""

REGISTER = """
import argparse
import json
import os

from azureml.core import Model, Run

parser = argparse.ArgumentParser()
parser.add_argument("--saved-model", type=str)
parser.add_argument("--metrics", type=str)
args = parser.parse_args()

run = Run.get_context()
with open(args.metrics) as file:
    told = json.load(file)
lowest = min(metrics["rmse"][0] for metrics in told.values())
ws = run.experiment.workspace
# As in containers: what is registered is below the working directory.
os.makedirs("model", exist_ok=True)
with open(args.saved_model) as source, open("model/model.json", "w") as target:
    target.write(source.read())
model = Model.register(
    workspace=ws, model_path="model/model.json", model_name="houses", tags={"rmse": lowest}
)
print("registered version", model.version)
"""

DRIVER = """
import json
import os
import sys

from azureml.core import Datastore, Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.runconfig import RunConfiguration
from azureml.data.data_reference import DataReference
from azureml.pipeline.core import Pipeline, PipelineData, PipelineParameter, TrainingOutput
from azureml.pipeline.steps import HyperDriveStep, HyperDriveStepRun, PythonScriptStep
from azureml.train.hyperdrive import *
from azureml.widgets import RunDetails

ws = Workspace.from_config()
ds = ws.get_default_datastore()
ds.upload(src_dir="data", target_path="houses", overwrite=True, show_progress=True)
raw = DataReference(datastore=ds, data_reference_name="raw", path_on_datastore="houses")

settings = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=2)
target = ComputeTarget.create(ws, "pipe-cluster", settings)
target.wait_for_completion(show_output=True)
rc = RunConfiguration()
rc.target = target
rc.environment = Environment("houses")

rows = PipelineParameter(name="rows", default_value=10)
prepped = PipelineData("prepped", datastore=ds)
prepare = PythonScriptStep(
    name="prepare",
    script_name="prepare.py",
    source_directory="prepare",
    arguments=["--raw", raw, "--prepped", prepped, "--rows", rows],
    inputs=[raw],
    outputs=[prepped],
    compute_target=target,
    runconfig=rc,
)

hd_config = HyperDriveConfig(
    run_config=ScriptRunConfig(source_directory="train", script="train.py", run_config=rc),
    hyperparameter_sampling=GridParameterSampling(
        {"--degree": choice(1, 2, 5), "--ridge": choice(0.0, 10.0)}
    ),
    primary_metric_name="rmse",
    primary_metric_goal=PrimaryMetricGoal.MINIMIZE,
    max_total_runs=6,
    max_concurrent_runs=2,
)
metrics_data = PipelineData(
    name="metrics_data",
    datastore=ds,
    pipeline_output_name="metrics_output",
    training_output=TrainingOutput(type="Metrics"),
)
saved_model = PipelineData(
    name="saved_model",
    datastore=ds,
    pipeline_output_name="best_model_output",
    training_output=TrainingOutput("Model", model_file="outputs/model.json"),
)
search = HyperDriveStep(
    name="search",
    hyperdrive_config=hd_config,
    estimator_entry_script_arguments=["--data", prepped],
    inputs=[prepped],
    outputs=[metrics_data, saved_model],
    allow_reuse=True,
)
register = PythonScriptStep(
    name="register",
    script_name="register.py",
    source_directory="register",
    arguments=["--saved-model", saved_model, "--metrics", metrics_data],
    inputs=[saved_model, metrics_data],
    compute_target=target,
    runconfig=rc,
    allow_reuse=False,
)
register.run_after(search)

pipeline = Pipeline(workspace=ws, steps=[register])
pipeline.validate()
experiment = Experiment(ws, "houses")
pipeline_run = experiment.submit(pipeline, pipeline_parameters={"rows": int(sys.argv[1])})
RunDetails(pipeline_run).show()
print("Ended:", pipeline_run.wait_for_completion(show_output=True))

print("Steps:", sorted(step.name for step in pipeline_run.get_steps()))
print("Dropped:", pipeline_run.find_step_run("prepare")[0].get_metrics())
hd_step_run = HyperDriveStepRun(step_run=pipeline_run.find_step_run("search")[0])
best_run = hd_step_run.get_best_run_by_primary_metric()
print("Best:", best_run.get_details()["runDefinition"]["arguments"][-4:])
print("Error:", best_run.get_metrics()["rmse"])

output = pipeline_run.get_pipeline_output("metrics_output")
print("Downloaded:", output.download(".", show_progress=True))
with open(output._path_on_datastore) as file:
    told = json.load(file)
print("Told:", sorted(metrics["rmse"][0] for metrics in told.values())[0], len(told))
model = ws.models["houses"]
print("Model:", model.version, model.tags["rmse"])
"""


@pytest.fixture
def project(folder):
    """The project: three folders of scripts, and a table of houses of which some lack a price."""
    rng = random.Random(2)
    for name, script, text in (
        ("prepare", "prepare.py", PREPARE),
        ("train", "train.py", TRAIN),
        ("register", "register.py", REGISTER),
    ):
        (folder.path / name).mkdir()
        folder.write(f"{name}/{script}", text)
    (folder.path / "data").mkdir()
    rows = ["area,price"]
    for number in range(60):
        area = rng.uniform(-1, 1)
        price = 1 + 2 * area + 3 * area**2 + rng.gauss(0, 0.05)
        rows.append(f"{area:.4f},{'?' if number % 10 == 9 else format(price, '.4f')}")
    folder.write("data/houses.csv", "\n".join(rows) + "\n")
    folder.write("driver.py", DRIVER)
    return folder


def test_three_steps_of_which_one_is_a_sweep(project):
    said = project.run("driver.py", "60")

    assert said.after("Ended:") == "Finished"
    assert said.after("Steps:") == "['prepare', 'register', 'search']"
    assert said.after("Dropped:") == "{'dropped': 6}"
    # `ridge` 0.0 is best; which of the degrees from 2 on is a matter of noise.
    best = ast.literal_eval(said.after("Best:"))
    assert best[::2] == ["--degree", "--ridge"]
    assert int(best[1]) >= 2
    assert best[3] == "0"
    error = float(said.after("Error:"))
    assert error < 0.2
    assert said.after("Downloaded:") == "1"
    assert said.after("Told:") == f"{error} 6"
    assert said.after("Model:") == f"1 {error}"
