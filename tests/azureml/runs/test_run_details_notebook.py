"""`RunDetails` in notebooks, run by a real kernel: what is saved with them."""

import os
import subprocess
import sys
import textwrap

import nbformat
import pytest

from hyperlocal.views.widget import PLOTLY

nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")
pytestmark = pytest.mark.slow

TRAIN = """
import os, sys, time
from azureml.core import Run
run = Run.get_context()
rate = float(sys.argv[2])
for n in range(3):
    run.log("score", rate * (n + 1))
deadline = time.monotonic() + 40
while not os.path.exists(GO) and time.monotonic() < deadline:
    time.sleep(0.02)
"""
SUBMITS = """
import os, threading, time
import hyperlocal
hyperlocal.activate()
from azureml.core import Experiment, ScriptRunConfig, Workspace
from azureml.train.hyperdrive import *
from azureml.widgets import RunDetails
GO = os.path.abspath("go")
config = HyperDriveConfig(
    run_config=ScriptRunConfig("source", "train.py", compute_target="cpu-cluster"),
    hyperparameter_sampling=GridParameterSampling({"--rate": choice(0.25, 0.5)}),
    primary_metric_name="score", primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs=2, max_concurrent_runs=2)
run = Experiment(Workspace.from_config(), "iris").submit(config)
"""
SHOWS = """
RunDetails(run).show()
print("goes on:", run.get_status() not in ("Completed", "Failed"))
"""
WAITS = """
open(GO, "w").close()
run.wait_for_completion()["status"]
"""
WATCHES = """
open(GO, "w").close()
deadline = time.monotonic() + 40
while any(t.name == f"widget of {run.id}" for t in threading.enumerate()):
    assert time.monotonic() < deadline
    time.sleep(0.02)
"""


@pytest.fixture(scope="module")
def make_folder(tmp_path_factory):
    """Make projects, each with a home of its own."""
    patch = pytest.MonkeyPatch()

    def make():
        top = tmp_path_factory.mktemp("notebook")
        patch.setenv("HYPERLOCAL_HOME", str(top / ".hyperlocal"))
        patch.setenv("HYPERLOCAL_MACHINE_FOLDER", str(top / "machine"))
        path = top / "project"
        (path / "source").mkdir(parents=True)
        train = TRAIN.replace("GO", repr(str(path / "go")))
        (path / "source" / "train.py").write_text(train)
        return path

    yield make
    patch.undo()


@pytest.fixture(scope="module")
def waited(make_folder):
    """The cells of a notebook, whose last one waits for the sweep, as they were saved."""
    return executed(make_folder(), SUBMITS, SHOWS, WAITS)


def notebook_of(*cells):
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(textwrap.dedent(cell).strip()) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )


def executed(folder, *cells):
    """Run cells by a kernel; return what was saved of each."""
    notebook = notebook_of(*cells)
    client = nbclient.NotebookClient(
        notebook, timeout=50, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return nbformat.reads(nbformat.writes(notebook), as_version=4).cells


def figures_of(cell):
    """The figures that a cell shows, by their titles."""
    shown = [output.data[PLOTLY] for output in cell.outputs if PLOTLY in output.get("data", {})]
    return {figure["layout"]["title"]["text"]: figure for figure in shown}


def best_of_trials(cell):
    traces = figures_of(cell)["Best so far"]["data"]
    points = [trace for trace in traces if trace["mode"] == "markers"]
    return {x: y for trace in points for x, y in zip(trace["x"], trace["y"], strict=True)}


def page_of(cell):
    return "".join(output.data.get("text/html", "") for output in cell.outputs if "data" in output)


def test_the_saved_notebook_has_the_last_state_of_a_sweep(waited):
    shows = waited[1]

    assert best_of_trials(shows) == {0: 0.75, 1: 1.5}
    assert set(figures_of(shows)) == {"Best so far", "Learning curves", "Parallel coordinates"}
    curves = figures_of(shows)["Learning curves"]["data"]
    values = {y for trace in curves for y in trace["y"] if y is not None}
    assert values == {0.25, 0.5, 0.75, 1.0, 1.5}
    page = page_of(shows)
    assert '<td style="text-align:left">Completed</td>' in page
    assert "trial 1: 1.5 with --rate=0.5" in page
    assert "<td>1</td><td>Completed</td><td>1.5</td><td>0.5</td>" in page


def test_the_cell_returns_while_the_sweep_runs(waited):
    (printed,) = [out.text for out in waited[1].outputs if out.output_type == "stream"]

    assert printed == "goes on: True\n"


def test_other_programs_find_text_and_images_of_it(waited):
    nbconvert = pytest.importorskip("nbconvert", reason="nbconvert is not installed")

    notebook = nbformat.v4.new_notebook(cells=waited)
    page, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)

    assert page.count("data:image/png;base64,") >= 2
    assert "trial 1: 1.5 with --rate=0.5" in page


def test_it_goes_on_by_itself_where_nobody_waits(make_folder):
    shows = executed(make_folder(), SUBMITS, SHOWS, WATCHES)[1]

    assert best_of_trials(shows) == {0: 0.75, 1: 1.5}


def test_hyperlocal_run_writes_the_figures_of_a_notebook(make_folder):
    folder = make_folder()
    name = folder / "tuning.ipynb"
    nbformat.write(notebook_of(SUBMITS, SHOWS, 'open(GO, "w").close()'), name)

    done = subprocess.run(
        [sys.executable, "-m", "hyperlocal", "run", "tuning.ipynb", "-o", "executed.ipynb"],
        cwd=folder,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
        timeout=55,
    )

    notebook = nbformat.read(folder / "executed.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert best_of_trials(notebook.cells[1]) == {0: 0.75, 1: 1.5}
    assert "trial 1: 1.5 with --rate=0.5" in page_of(notebook.cells[1])
    assert done.stdout.count("Experiment  iris") == 1
