"""A workspace in a home of the test's own, and advice that is given anew in each test."""

import pytest

from hyperlocal.azureml.core import Workspace
from hyperlocal.services import advice


@pytest.fixture(autouse=True)
def _no_advice_yet(monkeypatch):
    monkeypatch.setattr(advice, "_said", set())


@pytest.fixture
def workspace(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Workspace.from_config()
