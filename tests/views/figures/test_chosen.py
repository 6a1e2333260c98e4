"""Curves of chosen runs, and what-if along a setting."""

import pytest

from hyperlocal.views import figures
from hyperlocal.views.figures import WhatIfStep
from tests.views.figures.looking import checked, notes, trace
from tests.views.figures.made import a_curve, a_sweep, a_trial


def drawn(labels, *curves, **settings):
    held = {curve.run_id: curve for curve in curves}
    starts = dict.fromkeys(labels)
    return checked(figures.compare_runs(labels, held, starts=starts, **settings))


def test_each_chosen_run_has_a_curve_of_its_own():
    labels = {"HD_m_0": "first", "HD_m_1": "<b>second</b>"}
    figure = drawn(labels, a_curve(0, 0.5, 0.6), a_curve(1, 0.4))

    assert trace(figure, "first")["y"] == [0.5, 0.6]
    assert trace(figure, "first")["customdata"] == ["HD_m_0"] * 2
    assert trace(figure, "&lt;b&gt;second&lt;/b&gt;")["x"] == [1.0]


def test_a_run_without_a_number_is_named_and_leaves_the_colours_of_others():
    all_three = drawn({"HD_m_0": "a", "HD_m_1": "b"}, a_curve(0, 1.0), a_curve(1, 2.0))
    figure = drawn({"HD_m_0": "a", "HD_m_1": "b"}, a_curve(1, 2.0))

    assert trace(figure, "b")["line"] == trace(all_three, "b")["line"]
    assert notes(figure) == "Without a number of it: a."


def test_without_any_number_the_figure_says_so():
    assert "None of the chosen runs" in notes(drawn({"HD_m_0": "a"}))


def test_chosen_trials_are_called_by_number_and_outcome():
    data = a_sweep([a_trial(0, 0.5), a_trial(1, 0.4, outcome="Failed")])
    figure = checked(figures.compare_curves(data, {"HD_m_1": a_curve(1, 0.4)}))

    assert trace(figure, "trial 1 (Failed)")["y"] == [0.4]


def named(figure, name):
    return next(each for each in figure["data"] if each.get("name") == name)


def test_steps_along_a_setting_say_where_the_best_is_lost():
    steps = [WhatIfStep(0.1, 0.5, 8, False), WhatIfStep(0.2, 0.25, 4, True)]
    figure = checked(figures.what_if_steps(steps, label="slack factor", chosen=0.2))

    assert named(figure, "the best is lost")["x"] == [0.1]
    assert named(figure, "the best survives")["y"] == [25.0]
    assert figure["layout"]["shapes"][0]["x0"] == 0.2
    assert figure["layout"]["xaxis"]["title"]["text"] == "slack factor"


@pytest.mark.parametrize("keeps", [True, False])
def test_what_is_so_of_no_step_has_no_place_in_the_legend(keeps):
    figure = checked(figures.what_if_steps([WhatIfStep(1.0, 0.0, 0, keeps)], label="x"))

    assert len([t for t in figure["data"] if t.get("showlegend", True)]) == 1


def test_no_steps_are_said_to_be_none():
    assert notes(figures.what_if_steps([], label="x"))
