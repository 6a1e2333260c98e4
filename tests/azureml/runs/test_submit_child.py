"""Runs below runs: submitted by an interactive run, and by a trial."""

import os
import time

import pytest

from hyperlocal.azureml.core import ScriptRunConfig
from hyperlocal.azureml.train.estimator import Estimator
from hyperlocal.azureml.train.hyperdrive import (
    GridParameterSampling,
    HyperDriveConfig,
    HyperDriveRun,
    PrimaryMetricGoal,
    choice,
)

TRAIN = """
import sys
from azureml.core import Run

Run.get_context().log("score", float(sys.argv[2]))
"""

# A trial that searches by itself, in one function so that the outer test can read it.
OUTER = """
import sys
from azureml.core import Run, ScriptRunConfig
from azureml.train.hyperdrive import (
    GridParameterSampling, HyperDriveConfig, PrimaryMetricGoal, choice,
)

run = Run.get_context()
script = ScriptRunConfig("inner", "train.py", compute_target="cpu")
inner = run.submit_child(HyperDriveConfig(
    GridParameterSampling({"x": choice(1, 2)}), "score", PrimaryMetricGoal.MAXIMIZE, 2,
    run_config=script,
), tags={"of": "inner"})
inner.wait_for_completion()
best = inner.get_best_run_by_primary_metric()
run.log("score", best.get_metrics()["score"] * float(sys.argv[2]))
single = run.submit_child(ScriptRunConfig("inner", "train.py", ["--x", 7]))
single.wait_for_completion()
run.log("single", single.get_metrics()["score"])
"""


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "2")
    folder = tmp_path / "source"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "train.py").write_text(TRAIN)
    (folder / "outer.py").write_text(OUTER)
    return folder


def sweep_of(script, *values):
    return HyperDriveConfig(
        GridParameterSampling({"x": choice(*values)}),
        "score",
        PrimaryMetricGoal.MAXIMIZE,
        len(values),
        run_config=script,
    )


def test_an_interactive_run_submits_children_of_all_kinds(experiment, source, run):
    inner = str(source / "inner")
    script = ScriptRunConfig(inner, "train.py", ["--x", 3], compute_target="cpu")
    estimator = Estimator(
        inner, compute_target="cpu", entry_script="train.py", script_params={"--x": 4}
    )

    single = run.submit_child(script, tags={"kind": "single"})
    estimated = run.submit_child(estimator)
    sweep = run.submit_child(
        sweep_of(ScriptRunConfig(inner, "train.py", compute_target="c"), 1, 2)
    )
    for child in (single, estimated, sweep):
        child.wait_for_completion()

    assert {child.id for child in run.get_children()} == {single.id, estimated.id, sweep.id}
    assert sweep.parent.id == run.id
    assert type(sweep) is HyperDriveRun
    assert (single.get_metrics(), single.tags) == ({"score": 3.0}, {"kind": "single"})
    assert estimated.get_metrics() == {"score": 4.0}
    assert sweep.get_best_run_by_primary_metric().get_metrics() == {"score": 2.0}
    assert len(list(run.get_children(recursive=True))) == 5


def test_a_trial_submits_a_sweep_of_its_own(experiment, source):
    script = ScriptRunConfig(str(source), "outer.py", compute_target="cpu")

    outer = experiment.submit(sweep_of(script, 10, 100))
    outer.wait_for_completion()

    trials = sorted(outer.get_children(), key=lambda child: child.id)
    assert [trial.get_metrics() for trial in trials] == [
        {"score": 20.0, "single": 7.0},
        {"score": 200.0, "single": 7.0},
    ]
    inner = [child for child in trials[0].get_children() if child.type == "hyperdrive"]
    assert [(child.tags["of"], child.get_status()) for child in inner] == [("inner", "Completed")]
    assert outer.get_best_run_by_primary_metric().id == trials[1].id


WAITING = """
import sys, time
from azureml.core import Run, ScriptRunConfig

run = Run.get_context()
child = run.submit_child(ScriptRunConfig("inner", "slow.py"))
while "--waits" in sys.argv and child.get_status() != "Completed":
    time.sleep(0.05)
"""
SLOW = """
import os, time

until = time.monotonic() + 60
while not os.path.exists(%r) and time.monotonic() < until:
    time.sleep(0.02)
"""


def eventually(condition):
    deadline = time.monotonic() + 20
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)
    return found


def test_a_child_goes_on_when_its_script_has_ended(experiment, source):
    (source / "outer.py").write_text(WAITING)
    (source / "inner" / "slow.py").write_text(SLOW % os.fspath(source / "go"))

    outer = experiment.submit(ScriptRunConfig(str(source), "outer.py"))
    outer.wait_for_completion()
    (child,) = outer.get_children()

    assert child.get_status() != "Completed"
    (source / "go").touch()
    child.wait_for_completion()
    assert child.get_status() == "Completed"


def test_a_trial_that_is_cancelled_takes_its_children_with_it(experiment, source):
    (source / "outer.py").write_text(WAITING)
    (source / "inner" / "slow.py").write_text(SLOW % "never")

    outer = experiment.submit(ScriptRunConfig(str(source), "outer.py", ["--waits"]))
    child = eventually(lambda: next(outer.get_children(status="Running"), None))
    outer.cancel()
    outer.wait_for_completion()

    eventually(lambda: child.get_status() in ("Failed", "Canceled"))
