"""`hyperlocal run NOTEBOOK`, with notebooks of a few cells."""

import json
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

    assert said.lines[0] == "hyperlocal"
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

    assert hyperlocal("run", name).out == f"{folder / 'sub'}\n"


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


def test_a_run_that_is_shown_is_waited_for_as_a_reader_would(notebook, hyperlocal):
    said = hyperlocal(
        "run",
        notebook(
            *SUBMITS,
            "RunDetails(run).show()",
            "run.get_best_run_by_primary_metric().get_metrics()",
        ),
    )

    assert "Waiting for run HD_" in said.out
    assert "{'score': 2.0}" in said.out
    assert said.code == 0


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
    assert said.code == 1


def test_only_python_is_run(notebook, hyperlocal, folder):
    path = folder / notebook("print(1)")
    body = json.loads(path.read_text())
    body["metadata"]["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
    path.write_text(json.dumps(body))

    said = hyperlocal("run", path.name)

    assert (said.code, said.out) == (2, "")
    assert "'tuning.ipynb' is a notebook of R, and only Python is run" in said.err


def test_nothing_is_said_of_figures(notebook, hyperlocal):
    said = hyperlocal(
        "run",
        notebook(
            "%matplotlib inline\nfrom IPython.display import clear_output",
            "clear_output()\nprint('done')",
        ),
    )

    assert (said.out, said.err) == ("done\n", "")
