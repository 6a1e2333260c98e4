"""`hyperlocal run --trials N` and `--fail-fast N`, with real sweeps."""

import subprocess

import pytest

from hyperlocal.domain.codec import plan_from_json
from tests.cli.conftest import COMMAND

TRAIN = """import sys
from azureml.core import Run
if "bad" in sys.argv:
    raise ValueError(f"bad {sys.argv[-1]}")
Run.get_context().log("score", 1)
"""

DRIVER = """import sys
from azureml.core import Experiment, ScriptRunConfig, Workspace
from azureml.train.hyperdrive import *
config = HyperDriveConfig(
    run_config=ScriptRunConfig(".", "train.py", sys.argv[1:], compute_target="cpu-cluster"),
    hyperparameter_sampling=GridParameterSampling({"--x": choice(*range(20))}),
    primary_metric_name="score", primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs=20, max_concurrent_runs=1)
run = Experiment(Workspace.from_config(), "options").submit(config)
print(run.wait_for_completion(show_output=True, raise_on_error=False)["status"])
"""


@pytest.fixture(autouse=True)
def project(folder):
    (folder / "train.py").write_text(TRAIN)
    (folder / "driver.py").write_text(DRIVER)


def test_a_rehearsal_ends_after_so_many_trials_and_says_so(hyperlocal, history):
    said = hyperlocal("run", "--trials", "2", "driver.py")

    (sweep,) = history.runs.top("options")
    assert len(history.runs.children(sweep.run_id)) == 2
    assert "hyperlocal run --trials 2: a rehearsal, with 2 of up to 20 trials." in said.err
    assert "This was a rehearsal: 2 of up to 20 trials" in "".join(sweep.warnings)
    assert said.lines[-1] == "Completed"


def test_a_sweep_whose_first_trials_fail_alike_is_cancelled_if_that_is_asked_for(
    hyperlocal, history
):
    said = hyperlocal("run", "--fail-fast", "2", "driver.py", "bad")

    (sweep,) = history.runs.top("options")
    failed = [t for t in history.runs.children(sweep.run_id) if t.status.value == "Failed"]
    assert len(failed) == 2
    assert sweep.reason.startswith("cancelled, as the first 2 trials have all failed alike")
    assert "ValueError: bad" in sweep.reason
    assert "--fail-fast 2: the sweep is cancelled if its first 2 trials fail alike" in said.err
    assert said.lines[-1] == "Canceled"


def test_one_failure_is_enough_where_that_is_asked_for_and_it_is_the_last(hyperlocal, history):
    hyperlocal("run", "--trials=1", "--fail-fast=1", "driver.py", "bad")

    (sweep,) = history.runs.top("options")
    assert sweep.status.value == "Canceled"
    assert "as the first trial has failed" in sweep.reason


def test_equal_failures_are_told_at_once_with_how_to_stop(folder, history):
    # The fourth trial waits until somebody has read what is said of the first three.
    (folder / "train.py").write_text(
        "import os, sys, time\n"
        f"while int(sys.argv[-1]) > 2 and not os.path.exists({str(folder / 'told')!r}):\n"
        "    time.sleep(0.01)\n"
        "raise ValueError(f'bad {sys.argv[-1]}')\n"
    )
    words = [*COMMAND, "run", "--trials", "5", "driver.py", "bad"]
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, text=True) as driver:
        before = []
        while not before or "all failed for the same reason" not in before[-1]:
            before.append(next(driver.stdout))
        (folder / "told").touch()
        after = driver.stdout.read()

    (sweep,) = history.runs.top("options")
    assert sweep.status.value == "Failed"  # as in the cloud, it goes on to its end
    assert len(history.runs.children(sweep.run_id)) == 5
    assert "trial 2 " in "".join(before)
    assert before[-1].endswith(f"`hyperlocal cancel {sweep.run_id}` stops the sweep.\n")
    assert "all failed for the same reason" not in after  # it is said once
    assert "trial 4 " in after


def test_without_options_nothing_changes(hyperlocal, history):
    said = hyperlocal("run", "driver.py", HYPERLOCAL_TRIALS="", HYPERLOCAL_FAIL_FAST="")

    (sweep,) = history.runs.top("options")
    assert plan_from_json(sweep.plan).limits.max_trials == 20
    assert plan_from_json(sweep.plan).limits.max_equal_failures is None
    assert sweep.warnings == []
    # What was learnt, and nothing else.
    assert said.err.startswith(f"\n{sweep.run_id}: Completed, 20 trials (20 Completed) in ")
    assert said.err.endswith(f"hyperlocal studio {sweep.run_id}\n")


def test_an_identical_completed_sweep_is_reused_and_that_is_said(hyperlocal, history, folder):
    first = hyperlocal("run", "--trials", "2", "driver.py")
    again = hyperlocal("run", "--trials", "2", "--reuse", "driver.py")

    (sweep,) = history.runs.top("options")
    assert first.lines[-1] == again.lines[-1] == "Completed"
    assert f"--reuse: {sweep.run_id} of " in again.err
    assert "which is not run again" in again.err
    assert "trial 1  Completed  score 1" in again.out


@pytest.mark.parametrize("change", ["source", "arguments", "trials", "seed", "failed"])
def test_a_sweep_that_is_not_identical_is_run(hyperlocal, history, folder, change):
    is_bad = ["bad"] if change == "failed" else []
    hyperlocal("run", "--trials", "1", "driver.py", *is_bad)
    trials, arguments, variables = "1", is_bad, {}
    if change == "source":
        (folder / "train.py").write_text(TRAIN + "\nprint('changed')")
    elif change == "arguments":
        arguments = ["other"]
    elif change == "trials":
        trials = "2"
    elif change == "seed":
        variables = {"HYPERLOCAL_SEED": "1"}

    said = hyperlocal("run", "--reuse", "--trials", trials, "driver.py", *arguments, **variables)

    assert "no completed sweep of this experiment is identical, so this one is run" in said.err
    assert len(list(history.runs.top("options"))) == 2


def test_data_that_was_changed_is_read_again(hyperlocal, history, folder):
    data = folder.parent / "data"
    data.mkdir()
    (data / "a.csv").write_text("1")
    hyperlocal("run", "--trials", "1", "driver.py", str(data))
    same = hyperlocal("run", "--trials", "1", "--reuse", "driver.py", str(data))
    (data / "a.csv").write_text("2")
    other = hyperlocal("run", "--trials", "1", "--reuse", "driver.py", str(data))

    assert "which is not run again" in same.err
    assert "is identical, so this one is run" in other.err
