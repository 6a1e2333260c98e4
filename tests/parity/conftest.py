"""The two SDKs, each in a process of its own, answering the same calls."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ORACLE = "HYPERLOCAL_ORACLE_PYTHON"


def _replay(python, face, calls, folder):
    lines = "".join(json.dumps({"expr": call}) + "\n" for call in calls)
    done = subprocess.run(
        [python, "-W", "ignore", str(HERE / "replay.py"), face],
        input=lines,
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(outcomes) == len(calls)
    return outcomes


@pytest.fixture(scope="session")
def under_hyperlocal(tmp_path_factory):
    """Replays calls under hyperlocal."""
    folder = tmp_path_factory.mktemp("hyperlocal")
    return lambda calls: _replay(sys.executable, "hyperlocal.azureml", calls, folder)


@pytest.fixture(scope="session")
def oracle():
    """The interpreter that has the real SDK."""
    python = os.environ.get(ORACLE)
    if not python:
        pytest.skip(f"{ORACLE} does not name an interpreter that has azureml-train-core")
    return python


@pytest.fixture(scope="session")
def under_the_sdk(oracle, tmp_path_factory):
    """Replays calls under the real SDK."""
    folder = tmp_path_factory.mktemp("azureml")
    return lambda calls: _replay(oracle, "azureml", calls, folder)


@pytest.fixture(scope="session")
def oracle_has_numpy(oracle):
    return subprocess.run([oracle, "-c", "import numpy"], capture_output=True).returncode == 0


@pytest.fixture(scope="session")
def oracle_has_pipelines(oracle):
    code = "import azureml.pipeline.steps"
    return subprocess.run([oracle, "-c", code], capture_output=True).returncode == 0


@pytest.fixture(scope="session")
def random_calls():
    """`random_calls(seed, count, with_numpy)` makes expressions for both SDKs."""
    return runpy.run_path(str(HERE / "differential" / "calls.py"))["random_calls"]


@pytest.fixture(scope="session")
def api():
    """The public surface of the real SDK, by module."""
    return json.loads((HERE / "data" / "api.json").read_text(encoding="utf-8"))
