"""Inline, simulated and real sweeps keep the same promises."""

import json
from pathlib import Path

import pytest

from hyperlocal.azureml.core import Experiment, ScriptRunConfig, Workspace
from hyperlocal.azureml.train.hyperdrive import GridParameterSampling, HyperDriveConfig, choice
from hyperlocal.testing import Curve
from tests.contracts.sweeps import PRIMARY, SweepContract

SCRIPT = """
import argparse, json, time
from azureml.core import Run
from hyperlocal.history import History

parser = argparse.ArgumentParser()
parser.add_argument("--trial", type=int)
number = parser.parse_args().trial
told = json.load(open("behaviours.json"))[number]
run = Run.get_context()
print("trial", number, "begins")
decisions = History.open().decisions
n_judged = 0
for interval, value in enumerate(told["curve"], 1):
    run.log("accuracy", float(value))
    if interval in told["judged_at"]:
        n_judged += 1
        while len(decisions.of(run.id)) < n_judged:
            time.sleep(0.01)
        if decisions.of(run.id)[-1].stop:
            time.sleep(600)
for name, value in told["others"].items():
    run.log(name, value)
open("outputs/model.txt", "w").write(f"trial {number}")
if told["error"]:
    name, _, message = told["error"].partition(": ")
    raise {"ValueError": ValueError, "OSError": OSError}[name](message)
"""


def submitted(folder, behaviours, config):
    return Experiment(Workspace.from_config(), "contract").submit(
        HyperDriveConfig(
            run_config=ScriptRunConfig(
                source_directory=str(folder), script="train.py", compute_target="cpu-cluster"
            ),
            hyperparameter_sampling=GridParameterSampling(
                {"--trial": choice(*range(len(behaviours)))}
            ),
            **config,
        )
    )


def failure(text):
    """Return the exception whose last line is this text."""
    name, _, message = text.partition(": ")
    return {"ValueError": ValueError, "OSError": OSError}[name](message)


class TestInline(SweepContract):
    @pytest.fixture(autouse=True)
    def _folder(self, hyperdrive, tmp_path):
        self.hyperdrive = hyperdrive
        self.folder = tmp_path / "source"
        self.folder.mkdir()

    def submit(self, behaviours, config):
        @self.hyperdrive.answer
        def train(run, trial):
            told = behaviours[trial]
            print("trial", trial, "begins")
            for value in told.curve:
                run.log(PRIMARY, value)
            for name, value in told.others.items():
                run.log(name, value)
            Path("outputs/model.txt").write_text(f"trial {trial}")
            if told.error:
                raise failure(told.error)

        return submitted(self.folder, behaviours, config)


class TestSimulated(SweepContract):
    """The same in virtual time, with curves."""

    prints = False

    @pytest.fixture(autouse=True)
    def _folder(self, hyperdrive, tmp_path):
        self.hyperdrive = hyperdrive
        self.folder = tmp_path / "source"
        self.folder.mkdir()

    def submit(self, behaviours, config):
        def curve(trial):
            told = behaviours[trial]
            files = {"outputs/model.txt": f"trial {trial}"}
            others = [({name: value}, 0) for name, value in told.others.items()]
            return Curve([*told.curve, *others], closing=1.0, error=told.error, files=files)

        self.hyperdrive.simulate(curve, seconds=60, startup=30)
        return submitted(self.folder, behaviours, config)


class TestReal(SweepContract):
    """The same with a controller and processes."""

    @pytest.fixture(autouse=True)
    def _folder(self, home, tmp_path):
        self.folder = tmp_path / "source"
        self.folder.mkdir()

    @pytest.fixture
    def mixed(self, real_mixed):
        return real_mixed

    def submit(self, behaviours, config):
        told = [
            {
                "curve": list(map(str, each.curve)),
                "others": each.others,
                "judged_at": each.judged_at,
                "error": each.error,
            }
            for each in behaviours
        ]
        (self.folder / "behaviours.json").write_text(json.dumps(told))
        (self.folder / "train.py").write_text(SCRIPT)
        return submitted(self.folder, behaviours, config)


@pytest.fixture(scope="module")
def real_mixed(recording):
    """The run of `TestReal.mixed`, which tests only read."""
    sweep = TestReal()
    with recording() as folder:
        sweep.folder = folder / "source"
        sweep.folder.mkdir()
        return sweep.new_mixed()
