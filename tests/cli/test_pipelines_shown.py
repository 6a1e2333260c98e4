"""Sweeps inside pipelines, as `list` and `show` have them."""

import json

import pytest

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import Workflow
from tests.views.sweeps import a_plan, begin_trial, complete, control, fail

SWEEP = "HD_1a2b3c4d-5e6f-4711-8899-aabbccddeeff"
STEPS = ("45a20620-7265-4e17-9974-ed44efd298f4", "186ff802-7ad5-460e-9b62-b9820556db92")


@pytest.fixture
def pipeline(history):
    """A pipeline of two steps; the second one is a sweep of seven trials."""
    create = history.runs.create
    control(history, "pipeline")
    given = {"experiment": "iris", "status": Status.RUNNING}
    create("pipeline", kind="azureml.PipelineRun", plan=plan_to_json(Workflow(())), **given)
    for run_id, name in zip(STEPS, ("prepare data", "tune it"), strict=True):
        create(run_id, kind="azureml.StepRun", parent_id="pipeline", display_name=name, **given)
    create(SWEEP, kind="hyperdrive", parent_id=STEPS[1], plan=plan_to_json(a_plan()), **given)
    for number in range(7):
        trial = begin_trial(history, SWEEP, number, metrics=[number / 10])
        if number == 2:
            fail(history, trial)
        else:
            complete(history, trial)
    for run_id in (SWEEP, *STEPS, "pipeline"):
        complete(history, run_id)
    return "pipeline"


def test_a_sweep_inside_a_pipeline_is_found_by_a_part_of_its_id(hyperlocal, pipeline):
    said = hyperlocal("show", "HD_1a2b")

    assert said.lines[0].split() == ["Run", SWEEP]
    assert "7: 6 Completed, 1 Failed" in said.out


def test_so_are_its_trials(hyperlocal, pipeline):
    assert hyperlocal("show", "HD_1a2b_2").lines[0].split() == ["Run", f"{SWEEP}_2"]


def test_two_sweeps_of_a_pipeline_are_told_apart(hyperlocal, history, pipeline):
    other = SWEEP.replace("3c4d", "3c4e")
    history.runs.create(
        other,
        experiment="iris",
        kind="hyperdrive",
        parent_id=STEPS[1],
        plan=plan_to_json(a_plan()),
        status=Status.COMPLETED,
    )

    said = hyperlocal("show", "HD_1a2b")

    assert said.code == 1
    assert f"fits several runs ({SWEEP}, {other})" in said.err


def test_list_has_the_sweeps_of_pipelines(hyperlocal, pipeline):
    said = hyperlocal("list")

    assert [line.split()[0] for line in said.lines] == ["Run", SWEEP, "pipeline"]
    assert [run["run_id"] for run in json.loads(hyperlocal("list", "--json").out)] == [
        SWEEP,
        "pipeline",
    ]


def test_list_all_has_them_once(hyperlocal, pipeline):
    assert len(hyperlocal("list", "--all").lines) == 1 + 1 + 2 + 1 + 7


def test_in_a_terminal_their_ids_are_short(terminal, pipeline):
    listing = terminal("list")

    assert listing.finish() == 0
    assert "HD_1a2b3c4d " in listing.text


def test_a_pipeline_is_shown_with_ids_and_names_of_its_steps(hyperlocal, pipeline):
    said = hyperlocal("show", "pipeline")

    for run_id, name in zip(STEPS, ("prepare data", "tune it"), strict=True):
        [line] = [line for line in said.lines if line.startswith(run_id)]
        assert name in line
    [line] = [line for line in said.lines if line.startswith(SWEEP)]
    assert line.split()[1:] == ["tune", "it", "Completed"]
