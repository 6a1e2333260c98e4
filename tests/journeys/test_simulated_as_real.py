"""A simulated sweep and a real one with the same curves stop the same trials at the same reports.

The trials of the real sweep report in the order in which the simulated ones do, each when the
policy has had its look at what was reported before.
"""

import json

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

# Does what the plan says of its trial, each when all that comes before has happened.
TRAIN = """
import argparse, json, time
from azureml.core import Run
from hyperlocal.history import History

parser = argparse.ArgumentParser()
parser.add_argument("--trial", type=int)
parser.add_argument("--policy")
args = parser.parse_args()
run = Run.get_context()
with open("plan.json") as file:
    events = json.load(file)[args.policy]
history = History.open()
sweep_id = run.parent.id

def has_happened(event):
    run_id = f"{sweep_id}_{event['trial']}"
    if event["what"] == "ends":
        record = history.runs.known(run_id)
        return record is not None and record.status.is_terminal
    if len(history.metrics.points(run_id)) < event["interval"]:
        return False
    decisions = history.decisions.of(run_id)
    return not event["is_judged"] or any(d.interval == event["interval"] for d in decisions)

def wait_for(event):
    deadline = time.monotonic() + 30
    while not has_happened(event):
        assert time.monotonic() < deadline, event
        time.sleep(0.005)

for event in events:
    if event["trial"] != args.trial:
        wait_for(event)
    elif event["what"] == "ends":
        time.sleep(30 if event["is_stopped"] else 0)
        break
    else:
        run.log("score", event["value"])
        wait_for(event)
"""

STEP_S, STARTUP_S, CLOSING_S = 1.5, 2.5, 1.0
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
    """What a simulated sweep stops, and the reports and ends of its trials, in order of time."""
    with sandbox() as hyperdrive:
        hyperdrive.simulate(curve)
        run = submit(folder, POLICIES[name], name)
        return stops(run), statuses(run), events_of(run, hyperdrive.history)


def events_of(run, history):
    judged = {(d.run_id, d.interval) for d in history.decisions.of_children(run.id)}
    stopped, events = stops(run), []
    for trial in range(len(CURVES)):
        run_id = f"{run.id}_{trial}"
        for interval, point in enumerate(history.metrics.points(run_id), 1):
            facts = {"interval": interval, "value": point.value}
            facts["is_judged"] = (run_id, interval) in judged
            events.append((point.logged_at, {"what": "reports", "trial": trial, **facts}))
        end = {"what": "ends", "trial": trial, "is_stopped": trial in stopped}
        events.append((history.runs.get(run_id).ended_at, end))
    return [event for _, event in sorted(events, key=lambda timed: timed[0])]


def test_the_same_trials_are_stopped_at_the_same_intervals(home, tmp_path, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "9")  # three for each of the three at once
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    expected = {name: simulated(folder, name) for name in POLICIES}
    plan = {name: events for name, (_, _, events) in expected.items()}
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
