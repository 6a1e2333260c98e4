"""Pipelines, what-if, several sweeps, progress, one run."""

import math

import pytest

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.sweep import Job, Step, Workflow
from hyperlocal.views import figures
from hyperlocal.views.figures import WhatIfTrial
from hyperlocal.views.pipelines import StepData, read_steps
from hyperlocal.views.sweep_data import Rise
from tests.views import sweeps
from tests.views.figures.looking import checked, notes, trace
from tests.views.figures.made import a_curve, a_sweep, a_trial


def test_steps_of_a_pipeline_are_read_with_their_status(history):
    work = Job(sweeps.LAUNCH)
    plan = Workflow(
        (
            Step("s1", "prepare", work),
            Step("s2", "tune", sweeps.a_plan(), needs=("s1",), sweep_id="HD_s"),
            Step("s3", "<b>report</b>", work, needs=("s2",)),
        )
    )
    record = history.runs.create("P", experiment="e", kind="pipeline", plan=plan_to_json(plan))
    for run_id in ("s1", "s2"):
        history.runs.create(run_id, experiment="e", kind="step", parent_id="P")
    sweeps.complete(history, "s1")

    steps = read_steps(history, record, 0.0)

    assert [(s.name, s.outcome, s.work_id, s.is_sweep) for s in steps] == [
        ("prepare", "Completed", "s1", False),
        ("tune", "NotStarted", "HD_s", True),
        ("<b>report</b>", "NotStarted", "s3", False),
    ]
    figure = checked(figures.pipeline_graph(steps))
    marks = trace(figure, "NotStarted (2)")
    assert marks["customdata"] == ["HD_s", "s3"]
    assert marks["text"] == ["tune", "&lt;b&gt;report&lt;/b&gt;"]
    assert marks["y"] == [-1, -2]
    assert read_steps(history, history.runs.get("s1"), 0.0) == []


def test_each_step_of_a_graph_is_below_those_that_it_needs():
    steps = [
        StepData("a", "a", "a", "Completed"),
        StepData("b", "b", "b", "Completed"),
        StepData("c", "c", "c", "Failed", ("a", "b")),
        StepData("d", "d", "d", "NotStarted", ("a",)),
        StepData("e", "e", "e", "NotStarted", ("c", "d")),
    ]
    figure = checked(figures.pipeline_graph(steps))

    places = {
        run_id: (x, y)
        for t in figure["data"]
        if "customdata" in t
        for run_id, x, y in zip(t["customdata"], t["x"], t["y"], strict=True)
    }
    assert len(set(places.values())) == len(steps)
    for step in steps:
        assert all(places[step.run_id][1] < places[need][1] for need in step.needs)
    (lines,) = [t for t in figure["data"] if t["name"] == "needs"]
    assert len(lines["x"]) == 3 * 5


def test_what_if_tells_what_is_stopped_and_saved():
    trials = [
        WhatIfTrial("HD_m_0", 0, (0.1, 0.2, 0.3), 2, 2.0, 1.0, "0.2 is <below> 0.5"),
        WhatIfTrial("HD_m_1", 1, (0.5, math.nan, 0.9), None, 3.0, 0.0, is_best=True),
        WhatIfTrial("HD_m_2", 2, (), None, 3.0, 0.0),
    ]
    figure = checked(figures.what_if(trials, metric_name="acc", policy="bandit"))

    assert trace(figure, "stopped (1)")["y"] == [0.1, 0.2, None]
    assert trace(figure, "saved")["y"] == [0.2, 0.3, None]
    assert trace(figure, "goes on (1)")["y"] == [0.5, None, 0.9, None]
    mark = trace(figure, "where they would be stopped")
    assert (mark["x"], mark["y"], mark["customdata"]) == ([2], [0.2], ["HD_m_0"])
    assert "&lt;below&gt;" in mark["hovertext"][0]
    told = notes(figure)
    assert "1 of 3 trials would be stopped, 1.0s of compute (11%) saved." in told
    assert "The best, trial 1, would survive." in told


def test_what_if_says_that_the_best_would_be_lost():
    trials = [WhatIfTrial("HD_m_0", 0, (0.1, 0.2), 1, is_best=True)]
    figure = checked(figures.what_if(trials, metric_name="acc", policy="median"))

    assert "The best, trial 0, would be lost: stopped at interval 1." in notes(figure)


def test_sweeps_are_compared_by_their_best_so_far():
    first = a_sweep([a_trial(0, 3.0), a_trial(1, 5.0), a_trial(2, 2.0)], name="<one>")
    second = a_sweep([a_trial(0, 1.0), a_trial(1, 4.0)], run_id="HD_n", name="two")
    figure = checked(figures.compare_sweeps([first, second]))

    one, two = figure["data"]
    assert (one["name"], one["x"], one["y"]) == ("&lt;one&gt;", [0, 2], [3.0, 2.0])
    assert (two["x"], two["y"]) == ([0, 1], [1.0, 1.0])
    assert one["line"]["color"] != two["line"]["color"]
    assert one["line"]["dash"] != two["line"]["dash"]


def test_sweeps_against_time_rise_when_it_was_logged():
    data = a_sweep([a_trial(0, 3.0), a_trial(1, 2.0)])
    rises = {"HD_m": [Rise("HD_m_0", 3.0, 60.0), Rise("HD_m_1", 2.0, 120.0)]}
    figure = checked(figures.compare_sweeps([data], x="time", rises=rises))

    (line,) = figure["data"]
    assert line["x"] == pytest.approx([1.0, 2.0, 1000 / 60])
    assert line["y"] == [3.0, 2.0, 2.0]


def test_sweeps_with_different_aims_are_said_to_be():
    figure = checked(
        figures.compare_sweeps(
            [
                a_sweep([a_trial(0, 3.0)]),
                a_sweep([a_trial(0, 3.0)], goal=Goal.MAXIMIZE, run_id="HD_n"),
                a_sweep([], run_id="HD_o", name="empty"),
            ]
        )
    )

    assert "cannot be compared: maximize loss, minimize loss" in notes(figure)
    assert "not shown: empty" in notes(figure)


def test_progress_counts_what_ended_and_what_runs():
    data = a_sweep(
        [
            a_trial(0, 1.0, began=0.0, ended=10.0),
            a_trial(1, outcome="Failed", began=0.0, ended=20.0),
            a_trial(2, 1.0, began=10.0, ended=30.0),
            a_trial(3, outcome="Running", began=20.0),
        ]
    )
    figure = checked(figures.progress(data))

    completed = next(t for t in figure["data"] if t["name"] == "Completed")
    assert [round(x * 60) for x in completed["x"]] == [0, 10, 30, 1000]
    assert completed["y"] == [0, 1, 2, 2]
    running = next(t for t in figure["data"] if t["name"] == "Running")
    assert [round(x * 60) for x in running["x"]] == [0, 0, 10, 20, 30, 1000]
    assert running["y"] == [0, 2, 2, 2, 1, 1]
    assert "3 of at most 1,000 trials have ended." in notes(figure)


def test_metrics_of_one_run():
    figure = checked(figures.metric_curves([a_curve(0, 1.0, math.nan, 3.0)], x="time"))

    (line,) = figure["data"]
    assert (line["x"], line["y"]) == ([0.0, 1.0, 2.0], [1.0, None, 3.0])
    assert checked(figures.metric_curves([]))["data"] == []
