import subprocess
import sys

import pytest

from hyperlocal.azureml.train import hyperdrive


def test_a_star_import_gives_all_names():
    names = {}
    exec("from hyperlocal.azureml.train.hyperdrive import *", names)

    assert set(hyperdrive.__all__) <= set(names)


@pytest.mark.parametrize(
    ("submodule", "name"),
    [
        ("parameter_expressions", "choice"),
        ("sampling", "RandomParameterSampling"),
        ("policy", "BanditPolicy"),
        ("runconfig", "HyperDriveConfig"),
        ("runconfig", "PrimaryMetricGoal"),
        ("run", "PrimaryMetricGoal"),
        ("run", "HyperDriveRun"),
    ],
)
def test_a_name_is_the_same_in_the_package_and_in_its_module(submodule, name):
    assert getattr(getattr(hyperdrive, submodule), name) is getattr(hyperdrive, name)


def test_an_unknown_name_is_missing_in_the_usual_way():
    with pytest.raises(AttributeError, match="HyperbandPolicy"):
        _ = hyperdrive.HyperbandPolicy


@pytest.mark.slow
def test_nothing_heavy_is_imported():
    code = """
import sys
before = set(sys.modules)  # what the environment's own .pth files import is not ours
from hyperlocal.azureml.train.hyperdrive import (
    BanditPolicy, HyperDriveConfig, PrimaryMetricGoal, RandomParameterSampling, choice,
)
RandomParameterSampling({"a": choice(1)})
heavy = {"numpy", "sqlite3", "json", "logging", "pathlib", "typing", "uuid", "subprocess", "re"}
print(sorted(heavy & set(sys.modules) - before))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.stdout.strip() == "[]", done.stderr
