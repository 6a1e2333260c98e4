"""What `hyperlocal run` tells at the end of a script that ran a sweep."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = str(Path(sys.executable).parent / "hyperlocal")


@pytest.fixture
def ended(sweep_folder):
    """Run a driver with some lines more, and return what it did."""

    def run(more, *command):
        driver = (sweep_folder.path / "driver.py").read_text(encoding="utf-8")
        sweep_folder.write("driver.py", driver + more)
        return subprocess.run(
            [*(command or (COMMAND, "run")), "driver.py"],
            cwd=sweep_folder.path,
            env={**os.environ, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_a_sweep_that_has_ended_is_summed_up_on_standard_error(ended):
    done = ended("run.wait_for_completion()\nprint('the end')\n")

    run_id = done.stdout.partition("Run: ")[2].split()[0]
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "the end"
    blank, ending, *told = done.stderr.splitlines()[-5:]
    assert blank == ""
    assert ending.startswith(f"{run_id}: Completed, 4 trials (4 Completed) in ")
    assert told == [
        "Best: trial 3, score 40, x=4",
        # As the user called it: where no environment is activated, the word alone is not found.
        f"All trials, and what mattered: {COMMAND} show {run_id} --importance",
        f"Charts: {COMMAND} studio {run_id}",
    ]


def test_a_sweep_that_goes_on_is_not_summed_up(ended):
    done = ended("")

    assert "goes on; watch it with" in done.stderr
    assert "Charts:" not in done.stderr


def test_after_an_exception_its_last_line_stays_the_last(ended):
    done = ended("run.wait_for_completion()\nraise ValueError('not good enough')\n")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "ValueError: not good enough"


def test_exit_codes_and_processes_that_the_script_starts_are_left_alone(ended):
    done = ended(
        "run.wait_for_completion()\n"
        "import os, subprocess, sys\n"
        "assert 'HYPERLOCAL_COMMAND' not in os.environ\n"
        "code = 'import atexit; from azureml.core import Run; print(1)'\n"
        "print(subprocess.run([sys.executable, '-c', code], capture_output=True).stderr)\n"
        "sys.exit(3)\n"
    )

    assert done.returncode == 3
    assert done.stdout.splitlines()[-1] == "b''"
    assert done.stderr.count("Charts:") == 1


def test_under_plain_python_nothing_is_added(ended):
    more = "run.wait_for_completion()\n"

    done = ended(more, sys.executable, "-c", _ACTIVATED)

    assert done.returncode == 0, done.stderr
    assert "Run: HD_" in done.stdout
    assert "Charts:" not in done.stderr


_ACTIVATED = (
    "import runpy, sys, hyperlocal; hyperlocal.activate(); "
    "runpy.run_path(sys.argv[1], run_name='__main__')"
)
