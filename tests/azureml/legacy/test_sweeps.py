"""`hyperlocal run --legacy`, with real sweeps: in the trials, and only there."""

import json
import os
import subprocess
import sys

import pytest

TRAIN = """
import argparse
import os
import numpy as np
from collections import Mapping
from sklearn.externals import joblib
from azureml.core import Run
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
run = Run.get_context()
run.log("lr", np.float(parser.parse_args().lr))
print("wanted:", os.environ.get("HYPERLOCAL_LEGACY"))
"""

DRIVER = """
import collections
import json
from azureml.core import Experiment, ScriptRunConfig, Workspace
from azureml.train.hyperdrive import (
    GridParameterSampling, HyperDriveConfig, PrimaryMetricGoal, choice
)
config = HyperDriveConfig(
    run_config=ScriptRunConfig("src", "train.py", compute_target="cluster"),
    hyperparameter_sampling=GridParameterSampling({"--lr": choice(0.5)}),
    primary_metric_name="lr",
    primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs=1,
)
run = Experiment(Workspace.from_config(), "old").submit(config)
run.wait_for_completion(raise_on_error=False)
child = list(run.get_children())[0]
in_driver = hasattr(collections, "Mapping")
print(json.dumps([child.get_status(), child.get_metrics(), in_driver, run.id]))
"""


@pytest.fixture
def project(tmp_path, home):
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "train.py").write_text(TRAIN)
    (folder / "driver.py").write_text(DRIVER)
    return folder


@pytest.fixture
def hyperlocal(project):
    def run(*words, **environment):
        done = subprocess.run(
            [sys.executable, "-m", "hyperlocal", *words],
            cwd=project,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.mark.parametrize("how", ["option", "setting"])
def test_trials_have_old_names_and_the_driver_has_not(hyperlocal, how):
    if how == "option":
        said = hyperlocal("run", "--legacy", "driver.py")
    else:
        said = hyperlocal("run", "driver.py", HYPERLOCAL_LEGACY="1")

    status, metrics, in_driver, run_id = json.loads(said.splitlines()[-1])
    assert (status, metrics, in_driver) == ("Completed", {"lr": 0.5}, False)
    assert "wanted: 1" in hyperlocal("logs", f"{run_id}_0")


def test_without_the_switch_the_failure_names_it(hyperlocal):
    status, _, _, run_id = json.loads(hyperlocal("run", "driver.py").splitlines()[-1])

    assert status == "Failed"
    told = "`hyperlocal run --legacy` supplies collections.Mapping to trials"
    assert told in hyperlocal("show", f"{run_id}_0")


def test_a_training_script_by_itself_has_them(hyperlocal):
    assert "0.25" in hyperlocal("run", "--legacy", "src/train.py", "--lr", "0.25")
