"""A real sweep, watched from start to end: its trials wait for files that the test writes."""

import pytest

from tests.studio.test_sweep_page import wait_for_chart

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

TRAIN = """import sys, time
from pathlib import Path

from azureml.core import Run

run = Run.get_context()
number = run.id.rpartition("_")[2]
for step in range(2):
    while not Path(sys.argv[1], f"{number}-{step}").exists():
        time.sleep(0.02)
    print("trial", number, "took step", step, flush=True)
    run.log("accuracy", int(number) + step / 4)
"""


@pytest.fixture
def submitted(studio, tmp_path, monkeypatch):
    """A sweep of three trials, one at a time, and what lets a trial take a step."""
    from hyperlocal.azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
    from hyperlocal.azureml.train.hyperdrive import (
        GridParameterSampling,
        HyperDriveConfig,
        PrimaryMetricGoal,
        choice,
    )

    monkeypatch.setenv("HYPERLOCAL_HOME", str(studio.history.home))
    source = tmp_path / "source"
    source.mkdir()
    (source / "train.py").write_text(TRAIN, encoding="utf-8")
    config = HyperDriveConfig(
        run_config=ScriptRunConfig(
            source_directory=str(source),
            script="train.py",
            arguments=[str(tmp_path)],
            compute_target="cpu-cluster",
            environment=Environment("live"),
        ),
        hyperparameter_sampling=GridParameterSampling({"--x": choice(1, 2, 3)}),
        primary_metric_name="accuracy",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=3,
        max_concurrent_runs=1,
    )
    run = Experiment(Workspace.from_config(), "live").submit(config)
    yield run.id, lambda number, step: (tmp_path / f"{number}-{step}").touch()
    run.cancel()
    run.wait_for_completion(raise_on_error=False)


def wait_for_row(page, run_id, text):
    page.wait_for_function(
        """([id, text]) => [...document.querySelectorAll('#trials-grid .ag-row')].some(row =>
            row.getAttribute('row-id') === id && row.textContent.includes(text))""",
        arg=[run_id, text],
    )


def wait_for_points(page, panel, run_ids):
    wait_for_chart(page, panel)
    page.wait_for_function(
        """([panel, ids]) => {
            const plot = document.querySelector(`[data-panel=${panel}] .js-plotly-plot`);
            const told = new Set(plot.data.flatMap((trace) => [...(trace.customdata || [])]));
            return ids.every((id) => told.has(id));
        }""",
        arg=[panel, run_ids],
    )


def test_a_sweep_is_watched_from_start_to_end(page, context, studio, submitted):
    run_id, step = submitted
    trials = [f"{run_id}_{n}" for n in range(3)]
    page.goto(f"{studio.url}/runs/{run_id}")
    page.wait_for_selector("text=No trial has logged a number of accuracy yet.")
    page.evaluate("window.wasLoadedOnce = true")
    wait_for_row(page, trials[0], "Running")
    step(0, 0)
    page.wait_for_selector("#sweep-head >> text=trial 0")
    wait_for_points(page, "best", trials[:1])

    # Its child, opened from the table; its log follows it.
    child = context.new_page()
    child.goto(f"{studio.url}/runs/{trials[0]}")
    child.wait_for_selector("pre.log:has-text('trial 0 took step 0')")
    step(0, 1)
    child.wait_for_selector("pre.log:has-text('trial 0 took step 1')")
    child.wait_for_selector("#run-status:has-text('Completed')")
    wait_for_row(page, trials[0], "Completed")

    # The next one is cancelled on its page.
    wait_for_row(page, trials[1], "Running")
    child.on("dialog", lambda dialog: dialog.accept())
    child.goto(f"{studio.url}/runs/{trials[1]}")
    child.get_by_role("button", name="Cancel").click()
    child.wait_for_selector("#run-status:has-text('Canceled')")
    child.close()
    wait_for_row(page, trials[1], "Canceled")

    wait_for_row(page, trials[2], "Running")
    step(2, 0)
    step(2, 1)
    page.wait_for_selector("#sweep-status:has-text('Completed')")
    page.wait_for_selector("#sweep-head >> text=2.25")
    wait_for_row(page, trials[2], "Completed")
    wait_for_points(page, "best", [trials[0], trials[2]])
    assert page.evaluate("window.wasLoadedOnce") is True
