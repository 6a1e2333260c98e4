"""Models and secrets in a real sweep: what its trials and its driver do with them."""

from pathlib import Path

import pytest

from hyperlocal.azureml.core import Environment, Experiment, Model, ScriptRunConfig
from hyperlocal.azureml.train.hyperdrive import (
    GridParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    choice,
)

TRAIN = """
import os
import sys
from azureml.core import Model, Run

run = Run.get_context()
rate = sys.argv[-1]
path = Model.get_model_path("start")
assert path == os.path.join("azureml-models", "start", "1", "start.txt")
os.makedirs("outputs/net", exist_ok=True)
with open("outputs/net/weights.txt", "w") as file:
    file.write(open(path).read() + rate)
run.register_model("own", "./outputs/net", tags={"rate": float(rate)})
assert run.get_secret("token") == "t0ken"
run.log("score", float(rate))
"""


@pytest.fixture
def sweep(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "2")
    Path("start.txt").write_text("from ")
    Model.register(workspace, "start.txt", "start")
    workspace.get_default_keyvault().set_secret("token", "t0ken")
    source = tmp_path / "source"
    source.mkdir()
    (source / "train.py").write_text(TRAIN)
    config = HyperDriveConfig(
        run_config=ScriptRunConfig(
            str(source), "train.py", compute_target="cpu", environment=Environment("mine")
        ),
        hyperparameter_sampling=GridParameterSampling({"--lr": choice(0.1, 0.2)}),
        primary_metric_name="score",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=2,
    )
    run = Experiment(workspace, "trials").submit(config)
    run.wait_for_completion()
    return run


def test_the_best_trials_model_is_registered_and_downloaded(sweep, workspace):
    best = sweep.get_best_run_by_primary_metric()

    model = best.register_model("best", "outputs/net", properties=best.get_metrics())

    assert model.properties == {"score": "0.2"}
    assert model.run.id == best.id
    assert best.get_environment().name == "mine"
    path = Model(workspace, "best").download("here")
    assert Path(path).read_text() == "from 0.2"


def test_trials_register_models_of_their_own(sweep, workspace):
    models = Model.list(workspace, name="own")

    assert sorted(model.tags["rate"] for model in models) == ["0.1", "0.2"]
    assert {model.version for model in models} == {1, 2}
    assert {model.run_id for model in models} == {run.id for run in sweep.get_children()}
