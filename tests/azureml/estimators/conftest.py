"""A source folder with a script that tells what it was given, and an experiment to submit to."""

import json

import pytest

from hyperlocal.azureml.core import Experiment, Workspace

TRAIN = """
import json, os, sys
from azureml.core import Run

with open("outputs/told.json", "w") as file:
    json.dump({"arguments": sys.argv[1:], "environment": dict(os.environ)}, file)
run = Run.get_context()
run.log("score", len(sys.argv))
"""


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.setenv("HYPERLOCAL_SLOTS", "2")
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    (folder / "conda.yml").write_text(
        "name: mine\ndependencies:\n- python=3.7\n- numpy=1.18\n- pip:\n  - scikit-learn==0.22\n"
    )
    (folder / "requirements.txt").write_text("pandas==1.0  # old\n\n--pre\nxgboost\n")
    return str(folder)


@pytest.fixture
def experiment(home):
    return Experiment(Workspace("subscription", "group", "workspace"), "estimators")


@pytest.fixture
def told(tmp_path):
    """`told(run)` is what the run's script was given: its arguments and its environment."""

    def read(run):
        path = tmp_path / f"{run.id}.json"
        run.download_file("outputs/told.json", str(path))
        return json.loads(path.read_text())

    return read
