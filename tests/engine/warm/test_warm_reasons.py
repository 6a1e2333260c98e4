"""When trials are started fresh although warm was possible elsewhere, and what is said of it."""

import sys

import pytest

from hyperlocal.engine.leader import FreshLeader
from hyperlocal.engine.warm.conditions import TrialStart, obstacle, trial_start
from hyperlocal.errors import SweepError


@pytest.fixture
def reason(stage):
    """Returns why trials of a script start fresh, after it has checked that they do."""

    def found(text, **modules):
        stage.write(text)
        for name, source in modules.items():
            stage.write(source, f"{name}.py")
        launcher = stage.warm_launcher()
        leader = stage.start(launcher)
        assert isinstance(leader, FreshLeader)
        stage.end(leader)
        assert stage.log == f"Trials start fresh: {launcher.reason}.\n"
        return launcher.reason

    return found


@pytest.fixture
def library(stage, tmp_path):
    """Installs a module outside the source."""
    folder = tmp_path / "installed"
    folder.mkdir()

    def install(name, text):
        (folder / f"{name}.py").write_text(text)
        stage.installed = str(folder)

    return install


@pytest.mark.parametrize("package", ["torch", "tensorflow", "jax"])
def test_packages_that_may_not_survive_a_fork(reason, package):
    assert reason(f"import {package}") == f"{package} may not survive a fork"


def test_packages_that_import_such_a_package(reason, library):
    library("torch", "")
    library("trainer", "import torch")

    assert "imports torch" in reason("import trainer")


def test_an_import_that_prints(reason, library):
    library("talking", "print('welcome to talking')")

    assert reason("import talking") == "an import prints: welcome to talking"


def test_an_import_that_fails(reason, library):
    library("falling", "raise OSError('no licence')")

    assert reason("import falling") == "import falling fails: OSError('no licence')"


def test_an_import_whose_own_import_fails(reason, library):
    library("lacking", "import something_else")

    assert "No module named 'something_else'" in reason("import lacking")


def test_an_import_that_ends_the_process(reason, library):
    library("ending", "import os\nos.write(2, b'bye\\n')\nos._exit(3)")

    assert reason("import ending") == "its imports ended the process (exit code 3: bye)"


def test_an_import_that_leaves_a_thread(reason, library):
    library(
        "threaded",
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(99,), name='keeper', daemon=True).start()\n",
    )

    assert reason("import threaded") == "an import leaves a thread running: keeper"


def test_an_import_that_leaves_a_native_thread(reason, library):
    library(
        "native",
        "import _thread, time\n_thread.start_new_thread(time.sleep, (99,))\n",
    )

    assert "native threads" in reason("import native")


def test_an_import_that_leaves_a_process(reason, library):
    library("forking", "import subprocess\nsubprocess.Popen(['sleep', '5'])")

    assert reason("import forking") == "an import leaves a process running"


@pytest.mark.parametrize("opened", ["socket.socket()", "open(__file__)"])
def test_an_import_that_leaves_something_open(reason, library, opened):
    library("opening", f"import socket\nkept = {opened}")

    assert "connection open" in reason("import opening")


def test_an_import_under_a_tracer(reason, library):
    library("tracing", "import sys\nsys.settrace(lambda *_: None)")

    assert "debugger" in reason("import tracing")


def test_a_module_of_the_source_that_a_library_would_find(reason, library):
    library("needy", "import colorsys")

    assert "colorsys" in reason("import needy", colorsys="")


def test_a_module_of_the_source_that_a_library_would_find_if_it_looked(reason, library):
    library("trying", "try:\n    import optional_thing\nexcept ImportError:\n    pass")

    assert "optional_thing" in reason("import trying", optional_thing="")


def test_a_source_that_is_not_python(reason):
    assert "cannot be read" in reason("print 'hello'")


def test_filters_before_an_import_that_adds_others(reason, library):
    library("filtering", "import warnings\nwarnings.simplefilter('always')")

    text = "import warnings\nwarnings.filterwarnings('ignore')\nimport filtering"

    assert "warnings are filtered" in reason(text)


def test_what_is_not_installed_is_no_reason(stage, tmp_path):
    externals = tmp_path / "installed" / "learning" / "externals"  # as of scikit-learn
    externals.mkdir(parents=True)
    for package in (externals.parent, externals):
        (package / "__init__.py").touch()
    stage.installed = str(tmp_path / "installed")
    stage.write(
        "try:\n    import nowhere.to_be_found\nexcept ImportError:\n    print('without')\n"
        "try:\n    from learning.externals import joblib\n"
        "except ImportError:\n    print('moved')\n"
    )

    assert stage.same().lines == ["without", "moved"]


def test_imports_after_a_change_are_left_to_the_trial(stage, tmp_path):
    stage.write(
        "import json, os\nos.environ['DEPTH'] = '3'\nimport configured\nprint(configured.DEPTH)\n"
    )
    stage.installed = str(tmp_path)
    (tmp_path / "configured.py").write_text("import os\nDEPTH = os.environ['DEPTH']\n")

    assert stage.same().lines == ["3"]
    assert "with json loaded. What is imported after line 2 of train.py is not" in stage.log


@pytest.mark.parametrize(
    ("command", "variables", "words"),
    [
        (["/other/python", "train.py"], {}, "/other/python"),
        ([sys.executable, "-m", "train"], {}, "no plain script"),
        ([sys.executable], {}, "no plain script"),
        ([sys.executable, "train.py"], {"COVERAGE_PROCESS_START": "x"}, "COVERAGE_PROCESS_START"),
        ([sys.executable, "train.py"], {"PYDEVD_LOAD_VALUES_ASYNC": "1"}, "PYDEVD"),
        ([sys.executable, "train.py"], {"PYTHONPATH": "/a::/b"}, "PYTHONPATH"),
    ],
)
def test_commands_and_variables_that_need_new_interpreters(command, variables, words):
    assert words in obstacle(command, variables)
    of_kernels = {"PYDEVD_USE_FRAME_EVAL": "NO"}
    assert obstacle([sys.executable, "train.py"], of_kernels) is None
    assert obstacle([sys.executable, "train.py", "--lr", "1"], {"PYTHONPATH": "/a:/b"}) is None


def test_a_trial_whose_variables_differ_in_what_is_read_once(stage):
    stage.write("import os; print(os.environ.get('OMP_NUM_THREADS'), os.environ.get('DEPTH'))")
    launcher = stage.warm_launcher()

    stage.environment = {"DEPTH": "3"}
    deeper = stage.start(launcher)
    assert not isinstance(deeper, FreshLeader)
    assert stage.end(deeper).lines == ["2 3"]

    stage.environment = {"OMP_NUM_THREADS": "1"}
    slower = stage.start(launcher)
    assert isinstance(slower, FreshLeader)
    assert stage.end(slower).lines == ["1 None"]


def test_the_setting_is_one_of_three():
    assert trial_start({}) is TrialStart.AUTO
    assert trial_start({"HYPERLOCAL_TRIAL_START": " Warm "}) is TrialStart.WARM
    with pytest.raises(SweepError, match="'hot', but must be"):
        trial_start({"HYPERLOCAL_TRIAL_START": "hot"})
