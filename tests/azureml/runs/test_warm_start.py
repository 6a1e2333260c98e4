"""Warm starts: sweeps that build on earlier ones, with real controllers and trials."""

import json

import pytest

from hyperlocal.azureml.core import Experiment, ScriptRunConfig
from hyperlocal.azureml.exceptions import TrainingException
from hyperlocal.azureml.train.hyperdrive import (
    BayesianParameterSampling,
    GridParameterSampling,
    HyperDriveConfig,
    HyperDriveRun,
    PrimaryMetricGoal,
    RandomParameterSampling,
    choice,
    uniform,
)
from hyperlocal.azureml.train.hyperdrive.exceptions import HyperDriveConfigException
from hyperlocal.domain.codec import plan_from_json
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.status import Status

# Counts its epochs in a checkpoint, and goes on from that of the run it resumes.
TRAIN = """
import argparse, os
from azureml.core import Run

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
parser.add_argument("--epochs", type=int, default=1)
parser.add_argument("--resume-from")
args = parser.parse_args()
epoch = 0
if args.resume_from:
    with open(os.path.join(args.resume_from, "checkpoint.txt")) as file:
        epoch = int(file.read())
run = Run.get_context()
for epoch in range(epoch + 1, epoch + args.epochs + 1):
    run.log("score", epoch * args.lr)
with open("outputs/checkpoint.txt", "w") as file:
    file.write(str(epoch))
"""


@pytest.fixture
def script(tmp_path, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "2")
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    return ScriptRunConfig(str(folder), "train.py", ["--epochs", 2], compute_target="cpu")


def config_of(script, *rates, sampling=GridParameterSampling, **changes):
    arguments = {"max_total_runs": 4, **changes}
    return HyperDriveConfig(
        sampling({"lr": choice(*rates)}),
        "score",
        PrimaryMetricGoal.MAXIMIZE,
        run_config=script,
        **arguments,
    )


def run_to_end(experiment, config):
    run = experiment.submit(config)
    run.wait_for_completion()
    return run


def resumed(script, children, *rates, **changes):
    with pytest.warns(UserWarning, match="will be run again"):
        return config_of(script, *rates, resume_child_runs=children, **changes)


def by_number(run):
    return sorted(run.get_children(), key=lambda child: int(child.id.rpartition("_")[2]))


def test_resumed_children_go_on_from_their_checkpoints(experiment, script):
    first = run_to_end(experiment, config_of(script, 1, 2))
    earlier = by_number(first)

    second = run_to_end(experiment, resumed(script, earlier, 1, 2, 3))

    children = by_number(second)
    assert [json.loads(child.tags["hyperparameters"]) for child in children] == [
        {"lr": 1},
        {"lr": 2},
        {"lr": 3},
    ]
    assert [child.get_metrics()["score"] for child in children] == [[3, 4], [6, 8], [3, 6]]
    assert [child.properties.get("hyperlocal.resumed_run") for child in children] == [
        earlier[0].id,
        earlier[1].id,
        None,
    ]
    arguments = children[0].get_details()["runDefinition"]["arguments"]
    folder = experiment._history.folder(earlier[0].id).outputs
    assert arguments == ["--epochs", "2", "--lr", "1", "--resume-from", str(folder)]


def test_a_third_sweep_goes_on_from_the_second(experiment, script):
    run = run_to_end(experiment, config_of(script, 1))
    for _ in range(2):
        run = run_to_end(experiment, resumed(script, by_number(run), 1))

    (child,) = run.get_children()
    assert child.get_metrics() == {"score": [5, 6]}


def test_a_resumed_child_keeps_parameters_that_are_searched_no_more(experiment, script):
    first = run_to_end(experiment, config_of(script, 1))
    children = list(first.get_children())

    with pytest.warns(UserWarning, match="will be run again"):
        config = HyperDriveConfig(
            RandomParameterSampling({"--epochs": choice(5)}),
            "score",
            PrimaryMetricGoal.MAXIMIZE,
            1,
            run_config=script,
            resume_child_runs=children,
        )
    (child,) = run_to_end(experiment, config).get_children()

    assert child.get_metrics() == {"score": [3, 4]}


def test_resumed_children_can_be_read_off_the_parent(experiment, script):
    first = run_to_end(experiment, config_of(script, 1))
    (child,) = first.get_children()

    second = run_to_end(experiment, resumed(script, child, 1))

    scopes = json.loads(second.tags["_aml_system_resume_child_runs"])
    assert [scope["run_id"] for scope in scopes] == [child.id]
    assert HyperDriveRun(experiment, second.id).hyperdrive_config._resume_child_runs == scopes


def test_a_folder_is_there_although_nothing_was_left(experiment, script, history):
    first = run_to_end(experiment, config_of(script, 1))
    (child,) = first.get_children()
    outputs = history.folder(child.id).outputs
    (outputs / "checkpoint.txt").unlink()
    outputs.rmdir()

    second = experiment.submit(resumed(script, child, 1))
    second.wait_for_completion(raise_on_error=False)

    assert outputs.is_dir()


def test_a_command_has_no_place_for_what_is_resumed(experiment, script, history):
    first = run_to_end(experiment, config_of(script, 1))
    command = ScriptRunConfig(
        script.source_directory, command="echo $AZUREML_SWEEP_lr", compute_target="cpu"
    )

    with pytest.raises(TrainingException, match="resume_child_runs needs a script"):
        experiment.submit(resumed(command, list(first.get_children()), 1))


def test_what_has_no_hyperparameters_cannot_be_resumed(experiment, script, new_sweep):
    writer = new_sweep()
    run = experiment.start_logging(outputs=None)
    run.complete()
    child_id = "HD_1_bare"
    writer.history.runs.create(
        child_id, experiment=experiment.name, kind="trial", parent_id=writer.run_id
    )
    writer.history.runs.finish(child_id, Status.COMPLETED)
    config = config_of(script, 1)
    config._resume_child_runs = [{"run_id": child_id}]

    with pytest.raises(TrainingException, match="without hyperparameters"):
        experiment.submit(config)


@pytest.mark.filterwarnings("ignore:max_total_runs is")
def test_bayesian_sampling_is_given_the_earlier_trials(experiment, script):
    space = {"lr": uniform(0, 1)}

    def config(sampling, **changes):
        return HyperDriveConfig(
            sampling(space, {"seed": 1}),
            "score",
            PrimaryMetricGoal.MAXIMIZE,
            max_concurrent_runs=1,  # so that the same seed gives the same trials
            run_config=script,
            **changes,
        )

    first = run_to_end(experiment, config(BayesianParameterSampling, max_total_runs=4))
    second = run_to_end(
        experiment, config(BayesianParameterSampling, max_total_runs=1, resume_from=first)
    )

    # The more the better, of which the first trials told it.
    (text,) = second.get_hyperparameters().values()
    assert json.loads(text)["lr"] > 0.9
    assert json.loads(second.properties["resume_from"])[0]["run_id"] == first.id
    assert (
        "Building on 4 trials"
        in second.get_details_with_logs()["logFiles"]["azureml-logs/hyperdrive.txt"]
    )


@pytest.mark.filterwarnings("ignore:max_total_runs is")
def test_bayesian_sampling_needs_the_same_space(experiment, script):
    first = run_to_end(experiment, config_of(script, 1, 2))

    with pytest.raises(HyperDriveConfigException, match="only with its parameter space"):
        config_of(script, 1, 2, 3, sampling=BayesianParameterSampling, resume_from=first)


@pytest.fixture
def families(new_sweep, experiment):
    """Two sweeps, the second of which builds on the first, as controllers would leave them."""

    def make(goal, *bests):
        first = new_sweep(goal, "HD_1")
        first.trial(bests[0])
        first.finish()
        second = new_sweep(goal, "HD_2", earlier=("HD_1",))
        for best in bests[1:]:
            second.trial(best)
        second.finish()
        return second.run

    return make


@pytest.mark.parametrize(
    ("goal", "bests", "best"),
    [
        (Goal.MAXIMIZE, (0.9, 0.5), "HD_1_0"),
        (Goal.MAXIMIZE, (0.4, 0.5), "HD_2_0"),
        (Goal.MINIMIZE, (0.4, 0.5), "HD_1_0"),
        (Goal.MINIMIZE, (0.0, 0.5), "HD_1_0"),
        (Goal.MAXIMIZE, (0.5, 0.5), "HD_2_0"),
        (Goal.MAXIMIZE, (0.5,), "HD_1_0"),
    ],
)
def test_the_best_run_may_be_of_an_earlier_sweep(families, goal, bests, best):
    assert families(goal, *bests).get_best_run_by_primary_metric().id == best


def test_the_best_run_may_be_asked_of_this_sweep_alone(families):
    run = families(Goal.MAXIMIZE, 0.9, 0.5)

    best = run.get_best_run_by_primary_metric(include_resume_from_runs=False)

    assert best.id == "HD_2_0"


def test_a_best_run_of_another_experiment_is_in_that_one(new_sweep, workspace, experiment):
    other = Experiment(workspace, "others")
    first = new_sweep.func(other, Goal.MAXIMIZE, "HD_1")
    first.trial(0.9)
    first.finish()
    second = new_sweep(run_id="HD_2", earlier=("HD_1",))
    second.finish()

    best = second.run.get_best_run_by_primary_metric()

    assert (best.id, best.experiment.name) == ("HD_1_0", "others")


def test_an_earlier_sweep_of_another_home_is_refused(experiment, script):
    config = config_of(script, 1)
    config._resume_from = [{"run_id": "HD_gone"}]

    with pytest.raises(TrainingException, match="HD_gone cannot be built on"):
        experiment.submit(config)


def test_what_is_built_on_is_in_the_plan(experiment, script):
    first = run_to_end(experiment, config_of(script, 1))
    second = run_to_end(experiment, config_of(script, 1, resume_from=[first]))

    plan = plan_from_json(experiment._history.runs.get(second.id).plan)
    assert plan.prior_sweeps == (first.id,)
    assert plan.resumed == ()
