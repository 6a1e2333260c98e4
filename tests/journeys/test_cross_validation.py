"""Cross-validation by a sweep over the numbers of the splits, and code that reads its runs.

What a research toolbox for medical images has around HyperDrive, written anew: training on one
split per trial, tables of metrics over the splits, checkpoints of the best, runs that are found
again by an id in a text or a file, waiting, tags. Its tests need no mock.
"""

import csv
import json
import os
import re
import statistics
import time
from pathlib import Path

import pytest

from hyperlocal.testing import child, expect

pytestmark = pytest.mark.journey

N_SPLITS = 5
SPLIT = "crossval_index"
CHECKPOINTS = "outputs/checkpoints"
FINAL = ("Completed", "Failed", "Canceled")


# -- the code under test ---------------------------------------------------------------------


def cross_validation(source, n_splits=N_SPLITS, metric="val/dice"):
    """A sweep whose only parameter says which split is left out."""
    from azureml.core import ScriptRunConfig
    from azureml.train.hyperdrive import (
        GridParameterSampling,
        HyperDriveConfig,
        PrimaryMetricGoal,
        choice,
    )

    return HyperDriveConfig(
        run_config=ScriptRunConfig(
            source_directory=str(source),
            script="train.py",
            arguments=["--crossval_count", n_splits],
            compute_target="gpu-cluster",
        ),
        hyperparameter_sampling=GridParameterSampling({SPLIT: choice(list(range(n_splits)))}),
        primary_metric_name=metric,
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=n_splits,
    )


def submit(experiment, config, tags):
    run = experiment.submit(config)
    run.set_tags({**tags, "recovery_id": recovery_id(run)})
    return run


def wait(run, poll_s=0.001):
    """Wait until a run and all below it have ended; return the statuses that were seen."""
    seen = [run.get_status()]
    while seen[-1] not in FINAL or any(c.get_status() not in FINAL for c in run.get_children()):
        time.sleep(poll_s)
        seen.append(run.get_status())
    return seen


def recovery_id(run):
    return f"{run.experiment.name}:{run.id}"


def recovered(workspace, told):
    """Find a run by `experiment:id`, by its id alone, or by a file that has one of them."""
    from azureml.core import Experiment

    if os.path.isfile(told):
        told = Path(told).read_text(encoding="utf-8").strip()
    experiment, _, run_id = told.rpartition(":")
    if not re.fullmatch(r"[\w-]+", run_id):
        raise ValueError(f"{told!r} is no id of a run.")
    if not experiment:
        return workspace.get_run(run_id)
    runs = Experiment(workspace, experiment).get_runs(include_children=True)
    return next(run for run in runs if run.id == run_id)


def splits(run):
    """The trials of a cross-validation, by split."""
    found = {}
    for each in run.get_children():
        index = json.loads(each.get_tags()["hyperparameters"])[SPLIT]
        found[int(index)] = each
    return dict(sorted(found.items()))


def values(metric):
    return metric if isinstance(metric, list) else [metric]


def table(run):
    """A row for each split and epoch; an epoch that a metric has not is left empty."""
    rows = []
    for index, each in splits(run).items():
        metrics = {n: values(v) for n, v in each.get_metrics().items() if not isinstance(v, dict)}
        for epoch in range(max(map(len, metrics.values()), default=0)):
            row = {n: v[epoch] for n, v in metrics.items() if epoch < len(v)}
            rows.append({"split": index, "epoch": epoch, **row})
    return rows


def write_table(rows, path):
    names = list(dict.fromkeys(name for row in rows for name in row))
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


def aggregated(run, metric):
    """Mean and standard deviation of a metric's last value over the splits that completed."""
    last = [
        values(each.get_metrics(metric)[metric])[-1]
        for each in splits(run).values()
        if each.get_status() == "Completed"
    ]
    return statistics.mean(last), statistics.stdev(last)


def download_checkpoints(run, folder, only_last=False):
    """Download what a run keeps as checkpoints; return the paths, oldest epoch first."""
    names = [name for name in run.get_file_names() if name.startswith(f"{CHECKPOINTS}/")]
    if not names:
        raise FileNotFoundError(f"{run.id} has no checkpoints.")
    names.sort(key=lambda name: int(re.search(r"(\d+)\.ckpt$", name)[1]))
    paths = []
    for name in names[-1:] if only_last else names:
        path = Path(folder) / run.id / Path(name).name
        run.download_file(name, str(path))
        paths.append(path)
    return paths


def tree(run, depth=0):
    """A line for each run below this one."""
    yield f"{'  ' * depth}{run.type or 'run'} {run.get_status()}"
    for each in sorted(run.get_children(), key=lambda below: below.id):
        yield from tree(each, depth + 1)


# -- its tests -------------------------------------------------------------------------------

DICE = (0.71, 0.78, 0.64, 0.80, 0.75)


@pytest.fixture
def train(hyperdrive):
    """In place of train.py: three epochs, better from one to the next."""

    @hyperdrive.answer
    def train(run, crossval_index, crossval_count):
        assert crossval_count == N_SPLITS
        os.makedirs(CHECKPOINTS)
        for epoch in range(3):
            run.log("train/loss", 1 / (epoch + 1))
            run.log("val/dice", DICE[crossval_index] - 0.1 * (2 - epoch))
            with open(f"{CHECKPOINTS}/epoch_{epoch + 8}.ckpt", "w") as file:
                file.write(f"split {crossval_index}, epoch {epoch}")
        run.log("test/dice", DICE[crossval_index] - 0.02)
        run.log_row("by structure", lung=0.9, heart=DICE[crossval_index])

    return train


@pytest.fixture
def experiment(hyperdrive):
    return hyperdrive.experiment("segmentation")


@pytest.fixture
def finished(train, experiment, tmp_path):
    return submit(experiment, cross_validation(tmp_path), {"model": "unet"})


def test_each_split_is_trained_once(finished):
    run = finished

    expect(run).completed().tried_only(*[{SPLIT: index} for index in range(N_SPLITS)])
    assert list(splits(run)) == [0, 1, 2, 3, 4]
    assert list(tree(run)) == ["hyperdrive Completed", *["  azureml.scriptrun Completed"] * 5]


def test_metrics_become_a_table(finished, tmp_path):
    write_table(table(finished), tmp_path / "metrics.csv")

    with open(tmp_path / "metrics.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == N_SPLITS * 3
    assert list(rows[0]) == ["split", "epoch", "train/loss", "val/dice", "test/dice"]
    assert [row["val/dice"] for row in rows[:3]] == ["0.51", "0.61", "0.71"]
    assert [row["test/dice"] for row in rows[:3]] == ["0.69", "", ""]


def test_splits_are_aggregated(finished):
    mean, deviation = aggregated(finished, "val/dice")

    assert mean == pytest.approx(statistics.mean(DICE))
    assert deviation == pytest.approx(statistics.stdev(DICE))
    assert aggregated(finished, "test/dice")[0] == pytest.approx(mean - 0.02)
    structures = [each.get_metrics("by structure") for each in splits(finished).values()]
    assert [found["by structure"]["heart"] for found in structures] == list(DICE)


def test_a_split_that_failed_is_left_out(train, experiment, hyperdrive, tmp_path):
    hyperdrive.trial(3).fails("CUDA out of memory", after=2)

    run = submit(experiment, cross_validation(tmp_path), {})

    expect(run).completed().failed(3, match="out of memory")
    others = [dice for index, dice in enumerate(DICE) if index != 3]
    assert aggregated(run, "val/dice")[0] == pytest.approx(statistics.mean(others))
    assert [row["epoch"] for row in table(run) if row["split"] == 3] == [0, 1]


def test_checkpoints_of_the_best_split_are_downloaded(finished, tmp_path):
    best = finished.get_best_run_by_primary_metric()

    paths = download_checkpoints(best, tmp_path / "all")
    (last,) = download_checkpoints(best, tmp_path / "last", only_last=True)

    assert splits(finished)[3].id == best.id
    assert [path.name for path in paths] == ["epoch_8.ckpt", "epoch_9.ckpt", "epoch_10.ckpt"]
    assert last.read_text() == "split 3, epoch 2"
    with pytest.raises(FileNotFoundError, match="has no checkpoints"):
        download_checkpoints(finished, tmp_path)


def test_checkpoints_of_all_splits_make_an_ensemble(finished, tmp_path):
    members = [
        download_checkpoints(each, tmp_path, only_last=True)[0]
        for each in splits(finished).values()
    ]

    assert [path.read_text() for path in members] == [f"split {i}, epoch 2" for i in range(5)]


def test_a_run_is_recovered_by_id(finished, hyperdrive, tmp_path):
    workspace = hyperdrive.workspace
    (tmp_path / "most_recent_run.txt").write_text(recovery_id(finished) + "\n")

    for told in (recovery_id(finished), finished.id, str(tmp_path / "most_recent_run.txt")):
        again = recovered(workspace, told)
        assert type(again).__name__ == "HyperDriveRun"
        assert again.id == finished.id
        assert aggregated(again, "val/dice") == aggregated(finished, "val/dice")
    trial = recovered(workspace, f"segmentation:{finished.id}_2")
    assert trial.parent.id == finished.id
    assert json.loads(trial.get_tags()["hyperparameters"]) == {SPLIT: 2}
    with pytest.raises(ValueError, match="is no id of a run"):
        recovered(workspace, "segmentation:not an id")


def test_tags_are_kept_and_found(finished, experiment):
    from azureml.core import Run

    finished.tag("reviewed", "yes")

    tags = recovered(experiment.workspace, finished.id).get_tags()
    assert {k: tags[k] for k in ("model", "reviewed", "recovery_id")} == {
        "model": "unet",
        "reviewed": "yes",
        "recovery_id": f"segmentation:{finished.id}",
    }
    assert [run.id for run in Run.list(experiment, tags={"model": "unet"})] == [finished.id]
    assert list(Run.list(experiment, tags={"model": "resnet"})) == []


def test_waiting_sees_it_go_from_queued_to_the_end(train, experiment, hyperdrive, tmp_path):
    hyperdrive.stays_queued(polls=3)

    run = experiment.submit(cross_validation(tmp_path))

    assert wait(run) == ["Queued", "Queued", "Queued", "Completed"]
    expect(run).has_trials(N_SPLITS, completed=N_SPLITS)


def test_waiting_ends_when_somebody_cancels(train, experiment, hyperdrive, tmp_path):
    hyperdrive.trial(1).hangs(after=1)
    hyperdrive.cancels(after_s=24 * 3600)

    run = experiment.submit(cross_validation(tmp_path))

    assert wait(run)[-1] == "Canceled"
    assert splits(run)[1].get_status() == "Canceled"


def test_the_table_of_a_run_that_nobody_ran(hyperdrive):
    """Code that only reads needs no training at all."""
    run = hyperdrive.finished(
        [
            child({SPLIT: 1}, metrics={"val/dice": [0.6, 0.8], "lr": 0.1}),
            child({SPLIT: 0}, metrics={"val/dice": 0.7}),
            child({SPLIT: 2}, status="Failed"),
        ],
        metric="val/dice",
        tags={"model": "unet"},
    )

    assert table(run) == [
        {"split": 0, "epoch": 0, "val/dice": 0.7},
        {"split": 1, "epoch": 0, "val/dice": 0.6, "lr": 0.1},
        {"split": 1, "epoch": 1, "val/dice": 0.8},
    ]
    assert aggregated(run, "val/dice")[0] == pytest.approx(0.75)


def test_a_night_on_a_cluster(experiment, hyperdrive, tmp_path):
    """When it would have ended, and how long it takes on fewer nodes, without the night."""
    hyperdrive.simulate(
        lambda crossval_index: [{"val/dice": DICE[crossval_index]}] * 50, seconds=600, startup=300
    )

    run = submit(experiment, cross_validation(tmp_path), {})

    times = [hyperdrive.history.runs.get(each.id) for each in splits(run).values()]
    assert [round(each.ended_at - each.started_at) for each in times] == [30_000] * N_SPLITS
    assert aggregated(run, "val/dice")[0] == pytest.approx(statistics.mean(DICE))


def test_it_is_the_same_with_real_processes(hyperdrive, experiment, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "train.py").write_text(
        "import argparse, os\n"
        "from azureml.core import Run\n"
        "parser = argparse.ArgumentParser()\n"
        "parser.add_argument('--crossval_count', type=int)\n"
        "parser.add_argument('--crossval_index', type=int)\n"
        "args = parser.parse_args()\n"
        f"os.makedirs('{CHECKPOINTS}')\n"
        f"open('{CHECKPOINTS}/epoch_1.ckpt', 'w').write(str(args.crossval_index))\n"
        "Run.get_context().log('val/dice', args.crossval_index / args.crossval_count)\n"
    )

    run = submit(experiment, cross_validation(source, 2), {})

    assert wait(run, poll_s=0.05)[-1] == "Completed"
    assert table(run) == [
        {"split": 0, "epoch": 0, "val/dice": 0.0},
        {"split": 1, "epoch": 0, "val/dice": 0.5},
    ]
    (path,) = download_checkpoints(run.get_best_run_by_primary_metric(), tmp_path)
    assert path.read_text() == "1"
