"""A source folder with scripts of steps, and an experiment to submit pipelines to."""

import json
import os

import pytest

from hyperlocal.azureml.core import Experiment, RunConfiguration, ScriptRunConfig, Workspace
from hyperlocal.azureml.pipeline.core import Pipeline, PipelineData
from hyperlocal.azureml.pipeline.steps import PythonScriptStep
from hyperlocal.azureml.train.hyperdrive import (
    GridParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    choice,
)

# Writes its arguments after the first into the file that the first one names.
WRITE = """
import os, sys
os.makedirs(os.path.dirname(sys.argv[1]), exist_ok=True)
with open(sys.argv[1], "w") as file:
    file.write(" ".join(sys.argv[2:]))
"""

# Copies the file that its first argument names to the second.
COPY = """
import shutil, sys
shutil.copyfile(sys.argv[1], sys.argv[2])
"""

TRAIN = """
import argparse, os
from azureml.core import Run

parser = argparse.ArgumentParser()
parser.add_argument("--data")
parser.add_argument("--x", type=int)
parser.add_argument("--base", type=int, default=0)
args = parser.parse_args()
base = int(open(args.data).read()) if args.data else args.base
run = Run.get_context()
run.log("score", 0)
run.log("score", base + args.x)
with open("outputs/model.txt", "w") as file:
    file.write(f"model {base + args.x}")
"""

TELL = """
import json, os, sys
from azureml.core import Run

def told(dataset):
    if isinstance(dataset, str):
        return sorted(os.listdir(dataset)) if os.path.isdir(dataset) else open(dataset).read()
    if hasattr(dataset, "to_path"):
        return {"id": dataset.id, "paths": dataset.to_path()}
    return dataset.to_pandas_dataframe().to_dict("list")

inputs = Run.get_context().input_datasets
with open(sys.argv[1], "w") as file:
    json.dump({"arguments": sys.argv[2:], "inputs": {n: told(inputs[n]) for n in inputs}}, file)
"""


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "2")
    folder = tmp_path / "source"
    folder.mkdir()
    for name, text in {"write.py": WRITE, "copy_it.py": COPY, "train.py": TRAIN}.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def workspace(home):
    return Workspace("subscription", "group", "workspace")


@pytest.fixture
def experiment(workspace):
    return Experiment(workspace, "pipelines")


@pytest.fixture
def script_step(source):
    def make(script, *arguments, name=None, **settings):
        settings.setdefault("source_directory", str(source))
        settings.setdefault("compute_target", "cpu")
        return PythonScriptStep(script, name=name, arguments=list(arguments), **settings)

    return make


@pytest.fixture
def sweep_config(source):
    def make(*arguments, **settings):
        settings.setdefault(
            "run_config",
            ScriptRunConfig(
                str(source), "train.py", list(arguments) or None, compute_target="cpu"
            ),
        )
        return HyperDriveConfig(
            hyperparameter_sampling=GridParameterSampling({"--x": choice(1, 3)}),
            primary_metric_name="score",
            primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
            max_total_runs=2,
            **settings,
        )

    return make


@pytest.fixture
def submit(workspace, experiment):
    """Submit steps as a pipeline; unless told otherwise wait for it, which must go well."""

    def start(*steps, waits=True, **settings):
        run = experiment.submit(Pipeline(workspace, list(steps)), **settings)
        if waits:
            run.wait_for_completion(show_output=False)
        return run

    return start


@pytest.fixture
def content():
    """`content(reference)` is the text of an output."""

    def read(reference):
        with open(reference._place.path) as file:
            return file.read()

    return read


@pytest.fixture
def tell(source, script_step):
    """A step that tells what it was given."""
    (source / "tell.py").write_text(TELL)

    def make(*arguments, inputs=(), **settings):
        output = PipelineData("told")
        return script_step(
            "tell.py", output, *arguments, inputs=list(inputs), outputs=[output], **settings
        )

    return make


@pytest.fixture
def told(content):
    return lambda run: json.loads(content(run.find_step_run("tell.py")[0].get_output_data("told")))


@pytest.fixture
def run_configuration():
    config = RunConfiguration()
    config.environment_variables = {"COLOUR": "blue"}
    return config


def only_folder(path):
    (name,) = os.listdir(path)
    return os.path.join(path, name)
