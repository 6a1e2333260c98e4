"""A project's modules that are called as libraries: no command takes them for those."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SHADOW = "raise SystemExit('shadowed: ' + __name__)\n"
# `python -m` needs them itself, whatever it starts.
OF_DASH_M = {
    *("collections", "contextlib", "functools", "importlib", "keyword", "operator", "reprlib"),
    *("types", "warnings", "runpy", "pkgutil", "typing", "abc", "io", "os", "codecs", "stat"),
    *("enum", "weakref", "copyreg", "heapq", "zipimport", "inspect", "threading", "posixpath"),
}
LIBRARIES = ("pandas", "numpy", "scipy", "sklearn", "psutil", "rich", "joblib", "pathspec", "yaml")
LIBRARIES += ("packaging", "pyarrow", "matplotlib", "IPython", "nbformat", "requests")
COMMANDS = [
    ("check", "."),
    ("list",),
    ("home",),
    ("data", "list"),
    ("compute", "list"),
    ("whatif", "--help"),
    ("run", "--help"),
]


@pytest.fixture
def shadows(folder):
    def write(left_out=()):
        for name in (*sys.stdlib_module_names, *LIBRARIES):
            if name not in left_out and not name.startswith("_"):
                (folder / f"{name}.py").write_text(SHADOW)

    return write


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_as_a_module(folder, shadows, hyperlocal, words):
    shadows(OF_DASH_M)
    (folder / "train.py").write_text("import argparse, pandas\nfrom azureml.core import Run\n")

    said = hyperlocal(*words)

    assert "shadowed" not in said.out + said.err
    assert said.code in (0, 1), said.err


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_as_a_command_whose_path_has_the_project(folder, shadows, words):
    # The interpreter itself finds what it imports first in PYTHONPATH, too.
    shadows(OF_DASH_M | {"re", "site", "encodings", "sitecustomize", "usercustomize", "sys"})
    command = Path(sys.executable).parent / "hyperlocal"

    done = subprocess.run(
        [command, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert "shadowed" not in done.stdout + done.stderr
    assert done.returncode in (0, 1), done.stderr


def test_a_driver_finds_the_modules_beside_it(folder, hyperlocal):
    (folder / "statistics.py").write_text("OURS = 'ours'\n")
    (folder / "driver.py").write_text(
        "import statistics, azureml.core\nprint(statistics.OURS, azureml.core.__name__)\n"
    )

    assert hyperlocal("run", "driver.py").out == "ours hyperlocal.azureml.core\n"


def test_a_notebook_is_run_by_the_real_libraries_and_finds_what_is_beside_it(folder, hyperlocal):
    for name in ("nbformat", "IPython", "traitlets", "random", "sqlite3", "logging", "json"):
        (folder / f"{name}.py").write_text(SHADOW)
    (folder / "sub").mkdir()
    (folder / "sub" / "helper.py").write_text("OURS = 'ours'\n")
    cell = {"cell_type": "code", "source": "import helper; print(helper.OURS)"}
    cell |= {"metadata": {}, "outputs": [], "execution_count": None}
    body = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 2}
    (folder / "sub" / "tuning.ipynb").write_text(json.dumps(body))

    said = hyperlocal("run", "sub/tuning.ipynb")

    assert (said.lines[1:], said.code) == (["ours"], 0), said.err
