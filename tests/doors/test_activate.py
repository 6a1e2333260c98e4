"""`activate()` and `deactivate()`, inside one process."""


def test_it_sets_an_imported_sdk_aside_and_gives_it_back(run_script, fake_sdk):
    text = """
import sys
import azureml.core as real
import hyperlocal

hyperlocal.activate()
import azureml.core
print(azureml.core.__name__)
hyperlocal.deactivate()
import azureml.core
print(azureml.core is real, sys.modules["azureml"].WHO)
"""
    printed = run_script(text, extra=[fake_sdk], shim=False).splitlines()

    assert printed == ["hyperlocal.azureml.core", "True the real SDK"]


def test_it_can_be_repeated(run_script, fake_sdk):
    text = """
import sys
import hyperlocal
path, finders = list(sys.path), list(sys.meta_path)

for _ in range(2):
    hyperlocal.activate()
    hyperlocal.activate()
    import azureml.core
    print(azureml.core.__name__)
    hyperlocal.deactivate()
    hyperlocal.deactivate()
    import azureml.core
    print(azureml.core.WHO)
print(sys.path == path, [f for f in sys.meta_path if "_doors" in type(f).__module__])
"""
    printed = run_script(text, extra=[fake_sdk], shim=False).splitlines()

    assert printed == ["hyperlocal.azureml.core", "the real SDK"] * 2 + ["True []"]


def test_without_an_sdk_deactivating_leaves_none(run_script):
    text = """
import hyperlocal
hyperlocal.activate()
import azureml.core
hyperlocal.deactivate()
try:
    import azureml.core
except ModuleNotFoundError as error:
    print(error.name)
"""
    assert run_script(text, shim=False) == "azureml"


def test_workers_follow(run_script, fake_sdk):
    text = """
import hyperlocal
from joblib import Parallel, delayed

def whose():
    import azureml.core
    return azureml.core.__name__

if __name__ == "__main__":
    hyperlocal.activate()
    print(Parallel(n_jobs=2, backend="loky")(delayed(whose)() for _ in range(2))[0])
"""
    assert run_script(text, extra=[fake_sdk], shim=False) == "hyperlocal.azureml.core"


def test_threads_that_import_at_once_get_one_module(run_script):
    text = """
import threading
import hyperlocal
hyperlocal.activate()
seen, start = [], threading.Barrier(8)

def work(name):
    start.wait()
    __import__(name)
    import azureml.core.workspace
    seen.append(azureml.core.workspace)

names = ["azureml.core.workspace", "hyperlocal.azureml.core.workspace"] * 4
threads = [threading.Thread(target=work, args=(name,)) for name in names]
[t.start() for t in threads]
[t.join() for t in threads]
print(len(seen), len(set(map(id, seen))))
"""
    assert run_script(text, shim=False) == "8 1"


def test_importing_hyperlocal_changes_nothing(run_script):
    text = """
import sys
path, finders = list(sys.path), list(sys.meta_path)
import hyperlocal
print(sys.path == path, sys.meta_path == finders, "azureml" in sys.modules)
"""
    assert run_script(text, shim=False) == "True True False"


ASK = "import azureml.core as a; print(getattr(a, 'WHO', a.__name__), flush=True)"


def test_child_processes_follow_and_follow_no_more(run_script, fake_sdk):
    text = f"""
import os, subprocess, sys
import hyperlocal
before = dict(os.environ)
def ask():
    subprocess.run([sys.executable, "-c", {ASK!r}], check=True)
hyperlocal.activate()
ask()
hyperlocal.deactivate()
ask()
print(dict(os.environ) == before, flush=True)
"""
    printed = run_script(text, extra=[fake_sdk], shim=False).splitlines()

    assert printed == ["hyperlocal.azureml.core", "the real SDK", "True"]


def test_what_others_add_to_the_path_of_children_stays(run_script):
    text = """
import os
import hyperlocal
from hyperlocal._doors import shim_folder
for before in ("a", "", None):
    if before is None:
        os.environ.pop("PYTHONPATH", None)
    else:
        os.environ["PYTHONPATH"] = before
    hyperlocal.activate()
    assert os.environ["PYTHONPATH"].split(os.pathsep)[0] == shim_folder()
    hyperlocal.deactivate()
    assert os.environ.get("PYTHONPATH") == before
    hyperlocal.activate()
    os.environ["PYTHONPATH"] += os.pathsep + "added"
    hyperlocal.deactivate()
    told = os.environ["PYTHONPATH"].split(os.pathsep)
    assert told == ([before] if before else []) + ["added"], (before, told)
print("done")
"""
    assert run_script(text, shim=False) == "done"
