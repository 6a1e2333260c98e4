"""Samples are Azure scripts: they name nothing but the SDK and what scikit-learn brings."""

import ast
import os
import subprocess
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "samples"
# Tests, and what they share, are no Azure scripts.
SCRIPTS = sorted(
    script
    for script in SAMPLES.glob("*/*.py")
    if not script.name.startswith("test_") and script.name != "conftest.py"
)
ALLOWED = {"argparse", "azureml", "joblib", "json", "numpy", "os", "sklearn", "time"}


def imports_of(script):
    nodes = ast.walk(ast.parse(script.read_text(encoding="utf-8")))
    return [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]


def script_id(script):
    return f"{script.parent.name}/{script.name}"


def test_there_is_a_driver_and_a_training_script_for_each_sample():
    assert len(SCRIPTS) == 10
    assert {script.name for script in SCRIPTS} == {"driver.py", "train.py", "tuning.py"}


@pytest.mark.parametrize("script", SCRIPTS, ids=script_id)
def test_a_sample_imports_nothing_of_ours(script):
    for node in imports_of(script):
        modules = (
            [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
        assert {module.split(".")[0] for module in modules} <= ALLOWED


def test_each_sample_is_in_the_list():
    listed = (SAMPLES / "README.md").read_text(encoding="utf-8")

    assert all(f"`{script.parent.name}`" in listed for script in SCRIPTS)


@pytest.mark.parity
@pytest.mark.skipif(
    "HYPERLOCAL_ORACLE_PYTHON" not in os.environ, reason="needs HYPERLOCAL_ORACLE_PYTHON"
)
@pytest.mark.timeout(120)
@pytest.mark.parametrize("script", SCRIPTS, ids=script_id)
def test_the_real_sdk_has_what_a_sample_imports(script):
    lines = [ast.unparse(node) for node in imports_of(script) if "azureml" in ast.unparse(node)]

    done = subprocess.run(
        [os.environ["HYPERLOCAL_ORACLE_PYTHON"], "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
