"""What journeys share: scripts and samples in a folder of their own, run as a user runs them."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

SAMPLES = Path(__file__).parents[2] / "samples"

DRIVER = """
from azureml.core import Experiment, ScriptRunConfig, Workspace
from azureml.train.hyperdrive import (
    GridParameterSampling, HyperDriveConfig, PrimaryMetricGoal, choice,
)

ws = Workspace.from_config()
experiment = Experiment(ws, "journey")
config = HyperDriveConfig(
    run_config=ScriptRunConfig(
        ".", "train.py", ["--pause", {pause}], compute_target=ws.compute_targets["cpu"]
    ),
    hyperparameter_sampling=GridParameterSampling({{"x": choice(1, 2, 3, 4)}}),
    primary_metric_name="score",
    primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs=4,
)
run = experiment.submit(config)
print("Run:", run.id, flush=True)
"""

TRAIN = """
import argparse, os, time
from azureml.core import Run

parser = argparse.ArgumentParser()
parser.add_argument("--pause", type=float, default=0)
parser.add_argument("--x", type=int, default=0)
args = parser.parse_args()
time.sleep(args.pause)
run = Run.get_context()
run.log("score", args.x * 10)
os.makedirs("outputs", exist_ok=True)
with open("outputs/x.txt", "w") as file:
    file.write(str(args.x))
print("x was", args.x)
"""

QUESTIONS = """
from azureml.core import Experiment, Workspace
from azureml.train.hyperdrive import HyperDriveRun

run = HyperDriveRun(Experiment(Workspace.from_config(), "journey"), "{run_id}")
run.wait_for_completion()
print("Status:", run.get_status())
print("Children:", sorted(child.get_status() for child in run.get_children()))
best = run.get_best_run_by_primary_metric()
print("Best:", best.id, best.get_metrics())
best.download_file("outputs/x.txt", "best.txt")
"""


@dataclass
class Folder:
    """A user's folder, with a home of its own."""

    path: Path
    home: Path

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text, encoding="utf-8")

    def command(self, *words: str) -> "Said":
        """Run a command here to its end, as in a pipe, and return what it said."""
        done = subprocess.run(
            words,
            cwd=self.path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=240,
            check=False,
        )
        return Said(done.stdout, done.returncode)

    def hyperlocal(self, *words: str) -> "Said":
        """Run the command `hyperlocal` that is installed beside this interpreter."""
        return self.command(str(Path(sys.executable).parent / "hyperlocal"), *words)

    def run(self, script: str, *arguments: str) -> "Said":
        """`hyperlocal run script arguments`, which must end well."""
        said = self.hyperlocal("run", script, *arguments)
        assert said.exit_code == 0, said.text
        return said


@dataclass
class Said:
    """What a command printed, and its exit code."""

    text: str
    exit_code: int

    def after(self, label: str) -> str:
        """Return what follows `label` on its line."""
        match = re.search(rf"^{re.escape(label)} *(.*)$", self.text, re.MULTILINE)
        assert match, f"no line {label!r} in:\n{self.text}"
        return match[1]


@pytest.fixture
def folder(tmp_path, home, monkeypatch):
    """An empty folder of a user."""
    for name in ("HYPERLOCAL_SEED", "HYPERLOCAL_SLOTS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "project").mkdir()
    return Folder(tmp_path / "project", home)


@pytest.fixture
def sweep_folder(folder):
    """A folder with a small sweep: four runs, of which x=4 is the best."""
    folder.write("driver.py", DRIVER.format(pause=0))
    folder.write("train.py", TRAIN)
    return folder


@pytest.fixture
def sample(tmp_path, home, monkeypatch):
    """Copy a sample into a folder of its own."""
    monkeypatch.setenv("HYPERLOCAL_SEED", "1")

    def copy(name: str) -> Folder:
        path = tmp_path / name
        shutil.copytree(SAMPLES / name, path, ignore=shutil.ignore_patterns("best", "__pycache__"))
        return Folder(path, home)

    return copy


@pytest.fixture
def driver_of():
    """Return the text of a driver whose trials take a while."""
    return lambda pause: DRIVER.format(pause=pause)


@pytest.fixture
def questions_about():
    """Return the text of a script that attaches to a sweep and asks about it."""
    return lambda run_id: QUESTIONS.format(run_id=run_id)


@pytest.fixture
def processes_in():
    """Return a function that lists the processes that mention a folder in their command line."""

    def find(path: Path) -> list[str]:
        found = []
        for process in psutil.process_iter(["pid", "cmdline"]):
            words = process.info["cmdline"] or []
            if process.pid != os.getpid() and any(str(path) in word for word in words):
                found.append(" ".join(words))
        return found

    return find
