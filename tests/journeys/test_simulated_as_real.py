"""A simulated sweep and a real one with the same curves stop the same trials at the same reports.

The trials of the real sweep sleep until the moments at which the simulated ones report.
"""

import json
import time

import pytest

from hyperlocal.azureml.core import Experiment, ScriptRunConfig, Workspace
from hyperlocal.azureml.train.hyperdrive import (
    BanditPolicy,
    GridParameterSampling,
    HyperDriveConfig,
    MedianStoppingPolicy,
    PrimaryMetricGoal,
    TruncationSelectionPolicy,
    choice,
)
from hyperlocal.testing import Curve, sandbox
from hyperlocal.whatif import Recording, replay

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

TRAIN = """
import argparse, json, time
from azureml.core import Run

parser = argparse.ArgumentParser()
parser.add_argument("--trial", type=int)
parser.add_argument("--policy")
args = parser.parse_args()
run = Run.get_context()
with open("plan.json") as file:
    plan = json.load(file)
def wait_until(moment):
    time.sleep(max(0.0, plan["begins_at"] + moment - time.time()))
told = plan["trials"][args.policy][args.trial]
for moment, value in told["reports"]:
    wait_until(moment)
    run.log("score", value)
wait_until(told["ends"])
"""

STEP_S, STARTUP_S, CLOSING_S = 1.5, 2.5, 1.0
# How long the real controllers may take to start their first trials.
HEAD_START_S = 5.0
CURVES = [
    [0.30, 0.50, 0.60, 0.65, 0.66],
    [0.20, 0.30, 0.35, 0.40, 0.42],
    [0.25, 0.45, 0.70, 0.80, 0.82],
    [0.10, 0.60, 0.62, 0.63, 0.90],
    [0.40, 0.41, 0.42, 0.43, 0.44],
    [0.35, 0.55, 0.75, 0.85, 0.95],
]
POLICIES = {
    "bandit": BanditPolicy(slack_amount=0.22, evaluation_interval=1, delay_evaluation=2),
    "median": MedianStoppingPolicy(evaluation_interval=1, delay_evaluation=2),
    "truncation": TruncationSelectionPolicy(40, evaluation_interval=2),
}


def curve(trial):
    """Trials that run side by side do not report at the same moments."""
    first, *others = CURVES[trial]
    return Curve([(first, STEP_S * (1 + trial % 3 / 3)), *others], STEP_S, STARTUP_S, CLOSING_S)


def submit(folder, policy, name):
    return Experiment(Workspace.from_config(), "same").submit(
        HyperDriveConfig(
            run_config=ScriptRunConfig(
                str(folder), "train.py", ["--policy", name], compute_target="cpu-cluster"
            ),
            hyperparameter_sampling=GridParameterSampling({"--trial": choice(*range(6))}),
            policy=policy,
            primary_metric_name="score",
            primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
            max_total_runs=6,
            max_concurrent_runs=3,
        )
    )


def stops(run):
    """The numbers of the trials that the policy stopped, and at which report."""
    decided = {}
    for decision in run._history.decisions.of_children(run.id):
        if decision.stop:
            decided.setdefault(int(decision.run_id.rpartition("_")[2]), decision.interval)
    return decided


def statuses(run):
    return {child.id.rpartition("_")[2]: child.get_status() for child in run.get_children()}


def simulated(folder, name):
    """What a simulated sweep stops, and when its trials begin and report."""
    with sandbox() as hyperdrive:
        hyperdrive.simulate(curve)
        run = submit(folder, POLICIES[name], name)
        parent = hyperdrive.history.runs.get(run.id)
        trials = []
        for number, record in enumerate(hyperdrive.history.runs.children(run.id)[::-1]):
            moment = record.started_at - parent.created_at
            reports = []
            for n, value in enumerate(CURVES[number]):
                moment += STEP_S * (1 + (number % 3 / 3 if n == 0 else 0))
                reports.append((moment, value))
            trials.append({"reports": reports, "ends": moment + CLOSING_S})
        return stops(run), statuses(run), trials


def test_the_same_trials_are_stopped_at_the_same_intervals(home, tmp_path, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "9")  # three for each of the three at once
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    expected = {name: simulated(folder, name) for name in POLICIES}
    plan = {
        "begins_at": time.time() + HEAD_START_S,
        "trials": {name: trials for name, (_, _, trials) in expected.items()},
    }
    (folder / "plan.json").write_text(json.dumps(plan))

    runs = {name: submit(folder, policy, name) for name, policy in POLICIES.items()}
    for run in runs.values():
        run.wait_for_completion()

    assert {name: stops(run) for name, run in runs.items()} == {
        name: told for name, (told, _, _) in expected.items()
    }
    for name, run in runs.items():
        assert statuses(run) == expected[name][1]
        assert 0 < len(stops(run)) < 6
        # Nor does it decide anything else when the real one is replayed as it was.
        (again,) = replay(Recording.of_run(run), "own").outcomes
        assert {int(t.trial_id): t.stopped_at for t in again.stopped} == stops(run)
