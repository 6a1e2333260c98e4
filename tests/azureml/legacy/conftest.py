"""Scripts in processes of their own, which are given old names or are not."""

import os
import subprocess
import sys

import numpy
import pandas
import pytest
import sklearn

from hyperlocal._doors import environment_with_shim
from hyperlocal._legacy import start_folder


def _major_and_minor(library):
    return tuple(int(part) for part in library.__version__.split(".")[:2])


needs_today = pytest.mark.skipif(
    _major_and_minor(numpy) < (2, 0)
    or _major_and_minor(pandas) < (2, 0)
    or _major_and_minor(sklearn) < (1, 6),
    reason="the libraries that are installed still have it",
)


@pytest.fixture
def python(tmp_path):
    """Run a script's text; return what it printed, or the last line of its traceback."""

    def run(text, *, legacy=True, extra=(), command=None, environment=None):
        script = tmp_path / "script.py"
        script.write_text(text)
        base = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        folders = [start_folder()] if legacy else []
        done = subprocess.run(
            command or [sys.executable, "-W", "ignore", str(script)],
            cwd=tmp_path,
            env={
                **environment_with_shim(base, [*folders, *map(str, extra)]),
                **(environment or {}),
            },
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
        return (done.stdout if done.returncode == 0 else done.stdout + done.stderr).strip()

    return run
