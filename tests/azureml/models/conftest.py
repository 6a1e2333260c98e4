"""A workspace in a home of the test's own, a run with files, and a working directory."""

import io

import pytest

from hyperlocal.azureml.core import Experiment, Workspace
from hyperlocal.services import advice


@pytest.fixture
def workspace(home, tmp_path, monkeypatch):
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(advice, "_said", set())
    return Workspace.from_config()


@pytest.fixture
def run(workspace):
    opened = Experiment(workspace, "trials").start_logging(outputs=None)
    opened.upload_file("outputs/model.pkl", io.BytesIO(b"weights"))
    opened.upload_file("outputs/net/a.bin", io.BytesIO(b"a"))
    opened.upload_file("outputs/net/deep/b.bin", io.BytesIO(b"b"))
    opened.upload_file("model.json", io.BytesIO(b"{}"))
    return opened
