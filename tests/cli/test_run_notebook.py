"""`hyperlocal run NOTEBOOK`, with notebooks of a few cells."""

import json
import os
import re
import sys

import pytest


@pytest.fixture
def notebook(folder):
    def write(*cells, name="tuning.ipynb"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        parts = [
            {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
            | {"execution_count": None}
            for source in cells
        ]
        text = {"cell_type": "markdown", "source": "# Tuning", "metadata": {}}
        body = {"cells": [text, *parts], "metadata": {}, "nbformat": 4, "nbformat_minor": 2}
        path.write_text(json.dumps(body))
        return name

    return write


def test_cells_share_their_names_and_find_the_emulator(notebook, hyperlocal):
    name = notebook(
        "from azureml.core import Workspace\nname = Workspace.from_config().name",
        "print(name)\nname.upper()",
    )

    said = hyperlocal("run", name)

    assert said.lines[:3] == ["--- code cell 1 of 2 ---", "--- code cell 2 of 2 ---", "hyperlocal"]
    assert "'HYPERLOCAL'" in said.out
    assert said.code == 0


def test_magics_and_shell_commands_work(notebook, hyperlocal, folder):
    said = hyperlocal(
        "run",
        notebook(
            "%%writefile train.py\nprint('trained')",
            f"!{sys.executable} train.py",
            "lines = !echo one; echo two\nprint(list(lines))",
        ),
    )

    assert (folder / "train.py").exists()
    assert "trained" in said.lines
    assert "['one', 'two']" in said.lines


def test_its_folder_is_the_working_directory(notebook, hyperlocal, folder):
    name = notebook("import os, helper\nprint(os.getcwd())", name="sub/tuning.ipynb")
    (folder / "sub" / "helper.py").write_text("")

    assert hyperlocal("run", name).lines[1:] == [f"{folder / 'sub'}"]


@pytest.mark.parametrize(
    "fails", ["1 / 0", "import sys\nsys.exit(3)", "print((", "raise KeyError"]
)
def test_the_first_cell_that_fails_is_the_last(notebook, hyperlocal, fails):
    said = hyperlocal("run", notebook("print('one')", fails, "print('three')"))

    assert "one" in said.lines
    assert "three" not in said.lines
    assert "code cell 2 of tuning.ipynb failed; those after it were not run" in said.err
    assert said.code == 1


def test_a_notebook_without_its_library_names_what_to_install(notebook, hyperlocal, folder):
    (folder / "nbformat.py").write_text("raise ModuleNotFoundError('none', name='nbformat')")

    said = hyperlocal("run", notebook("print(1)"), PYTHONPATH=str(folder))

    assert (said.code, said.out) == (2, "")
    assert "needs nbformat, which is not installed: pip install 'hyperlocal[notebook]'" in said.err


def test_a_notebook_submits_a_sweep(notebook, hyperlocal):
    said = hyperlocal(
        "run",
        notebook(
            "%%writefile train.py\n"
            "import sys\nfrom azureml.core import Run\n"
            "Run.get_context().log('score', float(sys.argv[2]))",
            "from azureml.core import Experiment, ScriptRunConfig, Workspace\n"
            "from azureml.train.hyperdrive import *\n"
            "script = ScriptRunConfig('.', 'train.py', compute_target='cpu-cluster')\n"
            "config = HyperDriveConfig(run_config=script,\n"
            "    hyperparameter_sampling=GridParameterSampling({'--x': choice(1, 2)}),\n"
            "    primary_metric_name='score', primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,\n"
            "    max_total_runs=2)\n"
            "run = Experiment(Workspace.from_config(), 'notebook').submit(config)\n"
            "run.wait_for_completion()['status']",
            "run.get_best_run_by_primary_metric().get_metrics()",
        ),
    )

    assert "'Completed'" in said.out
    assert "{'score': 2.0}" in said.out


SUBMITS = [
    "%%writefile train.py\n"
    "import sys, time\nfrom azureml.core import Run\n"
    "time.sleep(0.3)\nRun.get_context().log('score', float(sys.argv[2]))",
    "from azureml.core import Experiment, ScriptRunConfig, Workspace\n"
    "from azureml.train.hyperdrive import *\n"
    "from azureml.widgets import RunDetails\n"
    "script = ScriptRunConfig('.', 'train.py', compute_target='cpu-cluster')\n"
    "config = HyperDriveConfig(run_config=script,\n"
    "    hyperparameter_sampling=GridParameterSampling({'--x': choice(1, 2)}),\n"
    "    primary_metric_name='score', primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,\n"
    "    max_total_runs=2)\n"
    "run = Experiment(Workspace.from_config(), 'notebook').submit(config)",
]


def test_a_shown_run_that_no_cell_waits_for_is_followed_after_the_last(notebook, hyperlocal):
    said = hyperlocal(
        "run",
        notebook(*SUBMITS, "RunDetails(run).show()", "RunDetails(run).show(); print('last')"),
    )

    shown = said.out.partition("\nlast\n")[2]
    assert shown.count("--- waiting for run HD_") == 1
    assert "trial 1  Completed  score 2" in shown
    assert said.out.count("--- waiting") == 1
    assert said.code == 0


# Its trials end when this file is there, so that nothing depends on who is quicker.
WAITS = [
    "%%writefile train.py\n"
    "import os, sys, time\nfrom azureml.core import Run\n"
    "deadline = time.monotonic() + 30\n"
    "while not os.path.exists(sys.argv[1]) and time.monotonic() < deadline:\n"
    "    time.sleep(0.02)\n"
    "Run.get_context().log('score', 1)",
    "import os\n" + SUBMITS[1].replace("'train.py',", "'train.py', [os.path.abspath('go')],"),
]


def test_a_cell_that_shows_a_run_returns_at_once(notebook, hyperlocal):
    said = hyperlocal(
        "run",
        notebook(
            *WAITS,
            "RunDetails(run).show()",
            "run.cancel()\nrun.wait_for_completion(raise_on_error=False)['status']",
        ),
    )

    assert "'Canceled'" in said.out
    assert "waiting for run" not in said.out
    assert said.code == 0


def test_a_later_cell_waits_and_shows_what_happens(notebook, hyperlocal):
    said = hyperlocal(
        "run",
        notebook(
            *WAITS,
            "RunDetails(run).show()",
            "open('go', 'w').close()\nrun.wait_for_completion(show_output=True)['status']",
            "run.wait_for_completion(show_output=True)['status']",
        ),
    )

    first, again = said.out.split("--- code cell ")[4:]
    for shown in (first, again):  # a sweep that has ended shows its trials too
        assert "trial 0  Completed  score 1" in shown
        assert "trial 1  Completed  score 1" in shown
        assert "Completed: 2 trials (2 Completed)" in shown
        assert re.search("Best: trial [01], score 1", shown)  # the first that logged it


def test_a_run_goes_on_when_a_cell_fails_and_that_is_told(notebook, hyperlocal, history):
    said = hyperlocal("run", notebook(*WAITS, "RunDetails(run).show()", "1 / 0"))

    (sweep,) = history.runs.top("notebook")
    assert said.code == 1
    assert f"{sweep.run_id} goes on; watch it with `hyperlocal watch {sweep.run_id}`" in said.err
    hyperlocal("cancel", "--wait", sweep.run_id)


# Ctrl-C as soon as the cell really waits, which cannot be seen from outside.
INTERRUPTS = (
    "import os, signal, sys, threading, time, traceback\n"
    "def interrupt(main=threading.get_ident()):\n"
    "    def waits():\n"
    "        stack = traceback.walk_stack(sys._current_frames()[main])\n"
    "        return any(frame.f_code.co_name == 'until_ended' for frame, _ in stack)\n"
    "    while not waits():\n"
    "        time.sleep(0.01)\n"
    "    os.kill(os.getpid(), signal.SIGINT)\n"
    "threading.Thread(target=interrupt, daemon=True).start()\n"
)


@pytest.mark.parametrize("shows", [True, False])
def test_an_interrupted_cell_says_once_that_the_run_goes_on(notebook, hyperlocal, history, shows):
    said = hyperlocal(
        "run", notebook(*WAITS, f"{INTERRUPTS}run.wait_for_completion(show_output={shows})")
    )

    (sweep,) = history.runs.top("notebook")
    assert said.code == 130
    assert "code cell 3 of tuning.ipynb was interrupted" in said.err
    assert (said.out + said.err).count(f"Stopped waiting for run {sweep.run_id}") == 1
    assert "Traceback" not in said.out + said.err
    assert not history.runs.get(sweep.run_id).status.is_terminal
    hyperlocal("cancel", "--wait", sweep.run_id)


def test_waiting_after_the_last_cell_can_be_interrupted(notebook, terminal, hyperlocal, history):
    shell = terminal("run", notebook(*WAITS, "RunDetails(run).show()"), TERM="dumb")
    shell.wait_for("grid sampling to")
    shell.press(b"\x03")

    (sweep,) = history.runs.top("notebook")
    assert shell.finish() == 130
    assert f"hyperlocal watch {sweep.run_id}" in shell.text
    assert "Traceback" not in shell.text
    hyperlocal("cancel", "--wait", sweep.run_id)


PYTHON = "import sys; print(sys.prefix)"


@pytest.mark.parametrize(
    "cell",
    [
        f"!python -c '{PYTHON}'",
        f"!python3 -c '{PYTHON}'",
        f"lines = !python -c '{PYTHON}'\nprint(*lines)",
        f"%%bash\npython -c '{PYTHON}'",
        f"%%script sh\npython -c '{PYTHON}'",
        f"def show(code):\n    !python -c '{{code}}'\nshow({PYTHON!r})",
    ],
)
def test_python_in_cells_is_the_one_that_runs_them(notebook, hyperlocal, folder, cell):
    elsewhere = folder / "bin"
    elsewhere.mkdir()
    for name in ("python", "python3", "pip"):
        (elsewhere / name).write_text("#!/bin/sh\necho another\n")
        (elsewhere / name).chmod(0o755)

    said = hyperlocal("run", notebook(cell), PATH=f"{elsewhere}{os.pathsep}{os.environ['PATH']}")

    assert said.lines[1:] == [sys.prefix]


# pip for these tests: what it was asked for, in place of an installation.
PIP = "import sys\nprint('pip:', *sys.argv[1:])\n"


@pytest.mark.parametrize(
    "pip", ["!pip", "!pip3", "%pip", "!python -m pip", "!{sys.executable} -m pip"]
)
def test_pip_in_cells_is_that_of_this_python_and_leaves_the_sdk_out(
    notebook, hyperlocal, folder, pip
):
    (folder / "lib" / "pip").mkdir(parents=True)
    (folder / "lib" / "pip" / "__main__.py").write_text(PIP)
    (folder / "lib" / "pip" / "__init__.py").write_text("")

    said = hyperlocal(
        "run",
        notebook(
            f"import sys\n{pip} install --upgrade azureml-sdk[notebooks]==1.60 'azureml-core>=1'",
            f"{pip} install -q azureml_widgets scikit-learn azure-storage-blob",
            f"{pip} list",
        ),
        PYTHONPATH=str(folder / "lib"),
    )

    assert [line for line in said.lines if line.startswith("pip:")] == [
        "pip: install -q scikit-learn azure-storage-blob",
        "pip: list",
    ]
    assert "skipped azureml-sdk[notebooks]==1.60, azureml-core>=1: under" in said.err
    assert "skipped azureml_widgets: under" in said.err


def test_path_is_left_alone_outside_of_commands(notebook, hyperlocal):
    said = hyperlocal("run", notebook("import os\n!true\nprint(os.environ['PATH'])"))

    assert said.lines[1:] == [os.environ["PATH"]]


def test_the_home_is_where_the_next_command_looks(notebook, hyperlocal, folder, monkeypatch):
    monkeypatch.delenv("HYPERLOCAL_HOME", raising=False)
    name = notebook(
        "from azureml.core import Workspace\nprint(Workspace.from_config().datasets)",
        name="sub/tuning.ipynb",
    )

    hyperlocal("run", name)

    assert (folder / ".hyperlocal").is_dir()
    assert not (folder / "sub" / ".hyperlocal").exists()


def test_cells_are_counted_as_the_check_counts_them_and_may_be_meant_to_fail(
    notebook, hyperlocal, folder
):
    path = folder / notebook("", "1 / 0", "print('three')", "raise KeyError")
    body = json.loads(path.read_text())
    body["cells"][2]["metadata"]["tags"] = ["raises-exception"]
    path.write_text(json.dumps(body))

    said = hyperlocal("run", path.name)

    assert "three" in said.lines
    assert "code cell 4 of tuning.ipynb failed" in said.err
    assert "In[4]" in said.out
    assert "--- code cell 1 of 4 ---" not in said.out  # it is empty
    assert "--- code cell 4 of 4 ---" in said.out
    assert said.code == 1


def test_only_python_is_run(notebook, hyperlocal, folder):
    path = folder / notebook("print(1)")
    body = json.loads(path.read_text())
    body["metadata"]["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
    path.write_text(json.dumps(body))

    said = hyperlocal("run", path.name)

    assert (said.code, said.out) == (2, "")
    assert "'tuning.ipynb' is a notebook of R, and only Python is run" in said.err


def test_nothing_is_said_where_there_is_no_figure(notebook, hyperlocal, monkeypatch):
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)  # of another one IPython warns
    said = hyperlocal(
        "run",
        notebook(
            "%matplotlib inline\nfrom IPython.display import clear_output\n"
            "clear_output()\nprint('done')",
        ),
    )

    assert (said.lines[1:], said.err) == (["done"], "")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"metadata": {"kernelspec": 5}}, 0),
        ({"metadata": {"kernelspec": {"language": 7}}}, 2),
        ({"metadata": 5}, 0),
        ({"cells": 5}, 2),
        ({"cells": [5]}, 2),
        ({"cells": [{"cell_type": "code", "source": 5}]}, 2),
        ({"cells": [{"cell_type": "code", "source": "1/0", "metadata": {"tags": 5}}]}, 1),
    ],
)
def test_a_notebook_of_another_shape_is_run_or_told(folder, hyperlocal, change, code):
    body = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 2, **change}
    (folder / "a.ipynb").write_text(json.dumps(body))

    said = hyperlocal("run", "a.ipynb")

    assert said.code in (code, 2)
    assert "hyperlocal/cli" not in said.err


@pytest.mark.parametrize("begins", ["%matplotlib inline\n", ""])
def test_figures_are_files_that_are_named(notebook, hyperlocal, home, begins):
    said = hyperlocal(
        "run",
        notebook(
            f"{begins}import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n"
            "plt.plot([2, 1])\nprint('drawn')",
            "from IPython.display import SVG\nSVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')",
        ),
    )

    named = [line.removeprefix("Figure: ") for line in said.lines if line.startswith("Figure: ")]
    assert [os.path.basename(file) for file in named] == [
        "cell-1-1.png",
        "cell-1-2.png",
        "cell-2-1.svg",
    ]
    assert said.lines.index("drawn") > said.lines.index(f"Figure: {named[0]}")
    assert all(os.path.dirname(file).startswith(f"{home}{os.sep}figures") for file in named)
    with open(named[1], "rb") as file:
        assert file.read(4) == b"\x89PNG"
