"""The pytest fixture in an environment that has the real SDK too.

The oracle's interpreter runs pytest with this environment's packages behind its own.
"""

import subprocess
import sysconfig

import pytest

pytestmark = [pytest.mark.parity, pytest.mark.timeout(180)]

RUN_PYTEST = """
import site, sys
site.addsitedir({packages!r})
import pytest
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]]))
"""

TUNING = """
import azureml.train.hyperdrive as hd
from azureml.core import Experiment, ScriptRunConfig, Workspace
from azureml.train.hyperdrive import BanditPolicy, HyperDriveRun, PrimaryMetricGoal, uniform

POLICIES = {"bandit": BanditPolicy}
GOAL = PrimaryMetricGoal.MAXIMIZE


def tune():
    config = hd.HyperDriveConfig(
        run_config=ScriptRunConfig(".", "train.py", compute_target="cluster"),
        hyperparameter_sampling=hd.RandomParameterSampling({"--lr": uniform(0, 1)}),
        policy=POLICIES["bandit"](slack_factor=0.2),
        primary_metric_name="accuracy",
        primary_metric_goal=GOAL,
        max_total_runs=3,
    )
    run = Experiment(Workspace.from_config(), "tuning").submit(config)
    assert isinstance(run, HyperDriveRun)
    return run
"""

TESTS = """
import sys

import tuning
from azureml.core import Experiment
from hyperlocal.testing import expect

REAL = [Experiment]


def is_real():
    module = sys.modules["azureml.core"]
    assert "hyperlocal" not in module.__file__
    return module.Experiment is tuning.Experiment is Experiment is REAL[0]


def test_before():
    assert is_real()


def test_ours(hyperdrive):
    hyperdrive.simulate([[0.9, 0.9], [0.1, 0.1], [0.8, 0.8]])
    expect(tuning.tune()).completed().stopped_only(1)
    assert Experiment is not REAL[0]
    assert Experiment.__module__.startswith("hyperlocal.")


def test_after():
    assert is_real()
"""


def test_the_sdk_is_exchanged_for_the_test_alone(oracle, tmp_path):
    (tmp_path / "tuning.py").write_text(TUNING)
    (tmp_path / "test_tuning.py").write_text(TESTS)
    script = RUN_PYTEST.format(packages=sysconfig.get_paths()["purelib"])

    done = subprocess.run(
        [oracle, "-c", script, "--rootdir", str(tmp_path), "test_tuning.py"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout
