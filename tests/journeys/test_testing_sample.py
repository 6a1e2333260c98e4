"""The sample of tests of tuning code, run as its README says."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "samples" / "testing"

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.fixture
def project(tmp_path, tmp_path_factory, monkeypatch):
    # Sessions that share a folder remove each other's old ones, and warn of it at times.
    monkeypatch.setenv("PYTEST_DEBUG_TEMPROOT", str(tmp_path_factory.mktemp("temporary")))
    for name in ("HYPERLOCAL_HOME", "HYPERLOCAL_SEED", "HYPERLOCAL_SLOTS", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache", "best")
    shutil.copytree(SAMPLE, tmp_path / "testing", ignore=ignored)
    return tmp_path / "testing"


def pytest_of(project, *options):
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(project), *options],
        cwd=project.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "two"])
def test_its_tests_pass_and_leave_nothing_behind(project, options):
    before = sorted(path.name for path in project.rglob("*.py"))

    done = pytest_of(project, *options)

    assert done.returncode == 0, done.stdout
    assert "14 passed" in done.stdout
    left = {p.name for p in project.parent.rglob("*") if p.name != "__pycache__"}
    assert {name for name in left if not name.endswith(".pyc")} == {
        "testing",
        "pytest.ini",
        *before,
    }


def test_a_mistake_in_the_tuning_code_is_found(project):
    code = (project / "tuning.py").read_text(encoding="utf-8")
    is_last = "last = accuracy[-1] if isinstance(accuracy, list) else accuracy"
    assert is_last in code
    (project / "tuning.py").write_text(code.replace(is_last, "last = accuracy[-1]"), "utf-8")

    done = pytest_of(project, "-k", "one_epoch")

    assert done.returncode == 1
    assert "TypeError: 'float' object is not subscriptable" in done.stdout
    assert "- runs of this test -" in done.stdout


def test_its_driver_runs_as_a_script(project):
    command = Path(sys.executable).parent / "hyperlocal"
    done = subprocess.run(
        [command, "run", "tuning.py"],
        cwd=project,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "HYPERLOCAL_SEED": "1"},
        timeout=240,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "Registered: digits:1" in done.stdout
    assert (project / "best" / "model.joblib").is_file()
