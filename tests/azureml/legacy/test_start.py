"""Old names reach every interpreter of a trial, and nobody else."""

import os
import subprocess
import sys

import pytest

from hyperlocal._legacy import is_wanted, start_folder

ASK = "import numpy; print(numpy.float is float)"


def test_the_script_need_not_import_azureml(python):
    assert python(ASK) == "True"


def test_without_the_folder_nothing_is_loaded(python):
    text = "import sys; print([name for name in sys.modules if 'hyperlocal' in name])"

    assert python(text, legacy=False) == "[]"


@pytest.mark.usefixtures("unmeasured")
def test_libraries_are_not_imported_before_the_script_imports_them(python):
    text = "import sys; print({'numpy', 'pandas', 'sklearn', 'inspect'} & set(sys.modules))"

    assert python(text, command=[sys.executable, "-c", text]) == "set()"


def test_processes_that_a_script_starts(python):
    text = f"""
import multiprocessing, subprocess, sys
from joblib import Parallel, delayed

def ask(_=0):
    import numpy
    return numpy.float is float

if __name__ == "__main__":
    subprocess.run([sys.executable, "-c", {ASK!r}])
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(ask, [0])[0], Parallel(n_jobs=2)(delayed(ask)() for _ in range(2)))
"""
    assert python(text).split("\n") == ["True", "True [True, True]"]


def test_the_users_own_sitecustomize_runs_too(python, tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text("import builtins\nbuiltins.whose = 'mine'\n")

    text = f"import sitecustomize; print(whose, sitecustomize.__file__); {ASK}"

    assert python(text, extra=[folder]).split("\n") == [
        f"mine {folder / 'sitecustomize.py'}",
        "True",
    ]


def test_an_error_in_the_users_own_sitecustomize_is_told_as_always(python, tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text("raise ImportError('of mine')\n")

    assert "of mine" in python(ASK + "; raise SystemExit(1)", extra=[folder])


def test_an_interpreter_without_hyperlocal(python, tmp_path):
    place = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    text = "import collections, sys; print(collections.Mapping, len(sys.path))"
    interpreter = str(place / "bin" / "python")

    told = python(text, command=[interpreter, "-c", text])
    plain = python(text, command=[interpreter, "-c", "import sys; print(len(sys.path))"])

    assert told == f"<class 'collections.abc.Mapping'> {plain}"


def test_a_patched_module_keeps_its_loader(python):
    text = """
import inspect, numpy
print(numpy.__loader__ is numpy.__spec__.loader, type(numpy.__loader__).__name__)
print(inspect.getsource(numpy).startswith('"'))
"""
    assert python(text).split("\n") == ["True SourceFileLoader", "True"]


@pytest.mark.parametrize(
    ("value", "wanted"), [("1", True), ("yes", True), ("0", False), ("", False), ("Off", False)]
)
def test_the_setting(value, wanted):
    assert is_wanted({"HYPERLOCAL_LEGACY": value}) is wanted
    assert not is_wanted({})


def test_the_folder_holds_one_file_and_shadows_nothing_else():
    assert [n for n in os.listdir(start_folder()) if n != "__pycache__"] == ["sitecustomize.py"]
