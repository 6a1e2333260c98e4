"""A project that also has the real SDK installed, and imported, tests with hyperlocal."""

import os
import subprocess
from pathlib import Path

import pytest

import hyperlocal

pytestmark = pytest.mark.parity


def test_the_real_sdk_is_replaced_for_a_test_and_then_back(oracle, tmp_path):
    done = subprocess.run(
        [oracle, "-W", "ignore", Path(__file__).with_name("sandbox_beside_the_sdk.py")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(hyperlocal.__file__).parents[1])},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout == "undisturbed\n"
