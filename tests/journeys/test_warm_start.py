"""A warm start over two sweeps: the second knows the first, and goes on with its best trials."""

import json

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

# Fits a line by gradient descent, and leaves its weights and its loss for whoever goes on.
TRAIN = """
import argparse, json, os
from azureml.core import Run

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=10)
parser.add_argument("--learning-rate", type=float)
parser.add_argument("--momentum", type=float)
parser.add_argument("--resume-from", default=None)
args = parser.parse_args()

run = Run.get_context()
points = [(x / 10, 3 * x / 10 - 1) for x in range(-10, 11)]
state = {"epoch": 0, "slope": 0.0, "offset": 0.0, "speed": [0.0, 0.0]}
if args.resume_from:
    print("resuming from", args.resume_from)
    with open(os.path.join(args.resume_from, "model", "state.json")) as file:
        state = json.load(file)
last = state["epoch"] + args.epochs
while state["epoch"] < last:
    errors = [(state["slope"] * x + state["offset"] - y, x) for x, y in points]
    n = len(errors)
    gradient = [sum(e * x for e, x in errors) / n, sum(e for e, _ in errors) / n]
    state["speed"] = [
        args.momentum * speed - args.learning_rate * g
        for speed, g in zip(state["speed"], gradient)
    ]
    state["slope"] += state["speed"][0]
    state["offset"] += state["speed"][1]
    state["epoch"] += 1
    run.log("loss", sum(e * e for e, _ in errors) / len(errors))
run.log("epoch", state["epoch"])
os.makedirs("outputs/model", exist_ok=True)
with open("outputs/model/state.json", "w") as file:
    json.dump(state, file)
"""

SETUP = """
import json, sys
from azureml.core import Experiment, Run, ScriptRunConfig, Workspace
from azureml.train.hyperdrive import (
    BayesianParameterSampling, HyperDriveConfig, HyperDriveRun, PrimaryMetricGoal, uniform,
)

ws = Workspace.from_config()
experiment = Experiment(workspace=ws, name="warm-start")
settings = {
    "hyperparameter_sampling": BayesianParameterSampling(
        {"--learning-rate": uniform(0.05, 0.5), "--momentum": uniform(0.0, 0.5)}
    ),
    "run_config": ScriptRunConfig("train", "train.py", ["--epochs", 10], compute_target="cpu"),
    "primary_metric_name": "loss",
    "primary_metric_goal": PrimaryMetricGoal.MINIMIZE,
    "max_total_runs": 5,
    "max_concurrent_runs": 2,
}
"""

FIRST = (
    SETUP
    + """
run = experiment.submit(HyperDriveConfig(**settings))
run.wait_for_completion(show_output=True)
print("Run:", run.id)
"""
)

SECOND = (
    SETUP
    + """
earlier = HyperDriveRun(experiment, sys.argv[1])
good = earlier.get_children_sorted_by_primary_metric(top=2)
resumed = [Run(experiment, child["run_id"]) for child in good]
config = HyperDriveConfig(**settings, resume_from=[earlier], resume_child_runs=resumed)
run = experiment.submit(config)
run.wait_for_completion()
assert run.get_status() == "Completed"

children = sorted(run.get_children(), key=lambda child: int(child.id.split("_")[-1]))
facts = [
    {
        "epoch": child.get_metrics()["epoch"],
        "losses": child.get_metrics()["loss"],
        "hyperparameters": json.loads(child.tags["hyperparameters"]),
        "before": Run(experiment, old.id).get_metrics()["loss"] if old else None,
        "wanted": json.loads(old.tags["hyperparameters"]) if old else None,
    }
    for child, old in zip(children, [*resumed, None, None, None])
]
print("Facts:", json.dumps(facts))
best = run.get_best_run_by_primary_metric()
print("Best:", best.id in [child.id for child in children])
print("Known:", json.loads(run.properties["resume_from"])[0]["run_id"] == earlier.id)
"""
)


def uninterrupted(rate, momentum, epochs):
    """The losses of one long run of `TRAIN`."""
    points = [(x / 10, 3 * x / 10 - 1) for x in range(-10, 11)]
    weights, speed, losses = [0.0, 0.0], [0.0, 0.0], []
    for _ in range(epochs):
        errors = [(weights[0] * x + weights[1] - y, x) for x, y in points]
        gradient = [
            sum(e * x for e, x in errors) / len(points),
            sum(e for e, _ in errors) / len(points),
        ]
        speed = [momentum * s - rate * g for s, g in zip(speed, gradient, strict=True)]
        weights = [w + s for w, s in zip(weights, speed, strict=True)]
        losses.append(sum(e * e for e, _ in errors) / len(points))
    return losses


def test_the_second_sweep_goes_on_where_the_first_one_stopped(folder):
    (folder.path / "train").mkdir()
    folder.write("train/train.py", TRAIN)
    folder.write("first.py", FIRST)
    folder.write("second.py", SECOND)

    first = folder.run("first.py").after("Run:")
    said = folder.run("second.py", first)

    facts = json.loads(said.after("Facts:"))
    assert [fact["epoch"] for fact in facts] == [20, 20, 10, 10, 10]
    for fact in facts[:2]:
        assert fact["hyperparameters"] == fact["wanted"]
        # Both runs together are one that was never interrupted.
        rate, momentum = fact["hyperparameters"].values()
        whole = uninterrupted(rate, momentum, epochs=20)
        assert fact["before"] + fact["losses"] == pytest.approx(whole)
    assert said.after("Best:") == "True"
    assert said.after("Known:") == "True"
