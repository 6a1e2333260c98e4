import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.fixture
def tuning(hyperdrive):
    """The team's module, imported while `azureml` is ours."""
    spec = importlib.util.spec_from_file_location("tuning", Path(__file__).with_name("tuning.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules["tuning"] = module
    spec.loader.exec_module(module)
    yield module
    sys.modules.pop("tuning", None)


@pytest.fixture
def source(tmp_path):
    """A source folder without any script."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "settings.json").write_text('{"depth": 3}')
    return folder


@pytest.fixture
def tune(tuning, source):
    """Submit the team's sweep."""
    return lambda **settings: tuning.tune(source, **settings)
