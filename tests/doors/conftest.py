"""Real processes, with the shim and beside a package that plays the real SDK."""

import os
import subprocess
import sys

import pytest

from hyperlocal._doors import environment_with_shim


@pytest.fixture
def fake_sdk(tmp_path):
    """A folder with an installed package `azureml` that is not ours."""
    folder = tmp_path / "site"
    core = folder / "azureml" / "core"
    core.mkdir(parents=True)
    (folder / "azureml" / "__init__.py").write_text("WHO = 'the real SDK'\n")
    (core / "__init__.py").write_text("WHO = 'the real SDK'\n")
    return folder


@pytest.fixture
def run_script(tmp_path):
    """Run a script's text in a process that was started with the shim; return what it printed."""

    def run(text, *, extra=(), python_flags=(), arguments=None, shim=True):
        script = tmp_path / "script.py"
        script.write_text(text)
        base = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        environment = environment_with_shim(base, [str(f) for f in extra])
        if not shim:
            environment = {**base, "PYTHONPATH": os.pathsep.join(map(str, extra))}
        done = subprocess.run(
            [sys.executable, *python_flags, *(arguments or [str(script)])],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run
