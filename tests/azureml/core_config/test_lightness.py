"""What a training script pays for `from azureml.core import Run`."""

import os
import subprocess
import sys

import pytest

from hyperlocal._doors import environment_with_shim

pytestmark = pytest.mark.slow

HEAVY = {
    "dataclasses",
    "datetime",
    "inspect",
    "json",
    "logging",
    "numpy",
    "pathlib",
    "re",
    "sqlite3",
    "subprocess",
    "typing",
    "uuid",
}


def loaded_by(statement):
    # -S: without the packages that an environment's own .pth files import.
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"{statement}\nimport sys; print(*sys.modules)"],
        env=environment_with_shim({k: v for k, v in os.environ.items() if k != "PYTHONPATH"}),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return set(done.stdout.split())


def test_importing_run_loads_nothing_heavy():
    loaded = loaded_by("from azureml.core import Run") - loaded_by("pass")

    assert "hyperlocal.azureml.core.run" in loaded
    assert not loaded & HEAVY


def test_importing_hyperlocal_loads_nothing_heavy():
    from hyperlocal import _doors

    above = os.path.dirname(os.path.dirname(_doors.__file__))
    loaded = loaded_by(f"import sys; sys.path.append({above!r}); import hyperlocal")

    assert not (loaded - loaded_by("pass")) & HEAVY
