"""Processes that were started with the shim, and whatever they start in turn."""

import os

import pytest

from hyperlocal._doors import environment_with_shim, shim_folder

WHOSE = "import azureml; print(azureml.__name__)"


def test_a_script_gets_ours(run_script):
    assert run_script(WHOSE) == "hyperlocal.azureml"


def test_ours_comes_before_an_installed_sdk(run_script, fake_sdk):
    assert run_script(WHOSE, extra=[fake_sdk]) == "hyperlocal.azureml"


def test_without_the_shim_the_installed_sdk_is_untouched(run_script, fake_sdk):
    text = "import hyperlocal, azureml; print(azureml.WHO)"

    assert run_script(text, extra=[fake_sdk], shim=False) == "the real SDK"


def test_a_submodule_may_be_the_first_import(run_script):
    text = "from azureml.core import Run; print(Run.__module__)"

    assert run_script(text) == "hyperlocal.azureml.core.run"


def test_submodules_are_found_by_attribute(run_script):
    text = "import azureml as aml; print(aml.core.Workspace.__name__)"

    assert run_script(text) == "Workspace"


def test_both_names_are_the_same_module_and_class(run_script):
    text = """
import azureml.core.workspace, hyperlocal.azureml.core.workspace, sys
print(sys.modules["azureml.core.workspace"] is sys.modules["hyperlocal.azureml.core.workspace"])
from azureml.core import Workspace as theirs
from hyperlocal.azureml.core import Workspace as ours
print(theirs is ours)
"""
    assert run_script(text).split() == ["True", "True"]


def test_importing_ours_first_makes_no_second_copy(run_script):
    text = """
from hyperlocal.azureml.core import Workspace as ours
from azureml.core.workspace import Workspace as theirs
print(theirs is ours)
"""
    assert run_script(text) == "True"


def test_reload_keeps_the_module(run_script):
    text = """
import importlib, sys
import azureml.core
before = azureml.core
after = importlib.reload(azureml.core)
print(after is before is sys.modules["azureml.core"], after.__spec__.name)
"""
    assert run_script(text) == "True hyperlocal.azureml.core"


def test_a_module_started_with_dash_m(run_script, tmp_path):
    package = tmp_path / "training"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "train.py").write_text(WHOSE)

    assert run_script("", arguments=["-m", "training.train"]) == "hyperlocal.azureml"


def test_code_from_the_command_line(run_script):
    assert run_script("", arguments=["-c", WHOSE]) == "hyperlocal.azureml"


def test_processes_started_by_subprocess(run_script, fake_sdk):
    text = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {WHOSE!r}])"

    assert run_script(text, extra=[fake_sdk]) == "hyperlocal.azureml"


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_multiprocessing_children(run_script, fake_sdk, method):
    text = f"""
import multiprocessing

def whose(_):
    import azureml.core
    return azureml.core.__name__

if __name__ == "__main__":
    with multiprocessing.get_context({method!r}).Pool(1) as pool:
        print(pool.map(whose, [0])[0])
"""
    assert run_script(text, extra=[fake_sdk]) == "hyperlocal.azureml.core"


def test_objects_travel_to_spawned_children(run_script):
    text = """
import multiprocessing
from azureml.core.authentication import InteractiveLoginAuthentication as theirs

def is_same_class(instance):
    from azureml.core.authentication import InteractiveLoginAuthentication as here
    return isinstance(instance, here)

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(is_same_class, [theirs()])[0])
"""
    assert run_script(text) == "True"


def test_joblib_workers(run_script, fake_sdk):
    text = """
from joblib import Parallel, delayed

def whose():
    import azureml.core
    return azureml.core.__name__

if __name__ == "__main__":
    print(Parallel(n_jobs=2, backend="loky")(delayed(whose)() for _ in range(2)))
"""
    answer = run_script(text, extra=[fake_sdk])

    assert answer == "['hyperlocal.azureml.core', 'hyperlocal.azureml.core']"


def test_an_interpreter_that_has_no_hyperlocal(run_script):
    """As in a virtual environment of the training script's own."""
    text = """
import sys
import azureml
print(azureml.__name__, [p for p in sys.path if p.endswith("site-packages")])
"""
    # -S: no site-packages, so hyperlocal is not installed there.
    assert run_script(text, python_flags=["-S"]) == "hyperlocal.azureml []"


def test_a_pickle_from_the_cloud_names_the_sdk_and_is_read_here(run_script):
    text = """
import pickle
auth = pickle.loads(b"cazureml.core.authentication\\nMsiAuthentication\\n(tR.")
print(type(auth).__name__, pickle.loads(pickle.dumps(auth)).__class__ is auth.__class__)
"""
    assert run_script(text) == "MsiAuthentication True"


def test_a_module_can_be_looked_for(run_script):
    text = """
from importlib.util import find_spec
print(find_spec("azureml.core.run") is not None, find_spec("azureml.cor"))
"""
    assert run_script(text) == "True None"


def test_an_unknown_module_is_not_found_under_the_name_that_was_asked(run_script):
    text = """
try:
    import azureml.cor
except ModuleNotFoundError as error:
    print(error.name, "|", error)
"""
    assert run_script(text) == "azureml.cor | No module named 'azureml.cor'"


def test_the_environment_puts_the_shim_first_and_keeps_the_rest():
    before = {"PYTHONPATH": os.pathsep.join(["/a", "/b"]), "HOME": "/home/me"}

    after = environment_with_shim(before, ["/work"])

    assert after["PYTHONPATH"].split(os.pathsep) == [shim_folder(), "/work", "/a", "/b"]
    assert after["HOME"] == "/home/me"
    assert before["PYTHONPATH"] == os.pathsep.join(["/a", "/b"])


def test_the_shim_is_not_put_on_the_path_twice():
    once = environment_with_shim({})

    assert environment_with_shim(once) == once
