"""Slices and contours."""

import math
import random

import pytest

from hyperlocal.domain.distribution import Choice
from hyperlocal.domain.space import Space
from hyperlocal.views import figures
from tests.views.figures.looking import by_run, checked, notes
from tests.views.figures.made import SPACE, a_sweep, a_trial


def test_slices_show_the_metric_against_each_hyperparameter(data):
    figure = checked(figures.slices(data))

    panels = {}
    for trace in figure["data"]:
        panels.setdefault(trace["xaxis"], []).append(trace)
    assert by_run(panels["x"])["HD_f_1"] == (0.1, 0.9)
    assert by_run(panels["x2"])["HD_f_1"] == ("32", 0.9)
    assert by_run(panels["x3"])["HD_f_1"] == ("&lt;b&gt;sgd&lt;/b&gt;", 0.9)
    assert all(len(by_run(traces)) == 4 for traces in panels.values())
    assert len(panels) == 3
    layout = figure["layout"]
    assert layout["xaxis"]["type"] == "log"
    assert layout["xaxis2"]["categoryarray"] == ["16", "32"]
    assert layout["yaxis2"]["matches"] == "y"
    assert "2 (1 Failed, 1 Completed)" in notes(figure)


def test_panels_do_not_overlap():
    trials = [
        a_trial(n, 1.0 / (n + 1), **{f"p{i}": n * i + n for i in range(9)}) for n in range(5)
    ]
    layout = checked(figures.slices(a_sweep(trials)))["layout"]

    boxes = []
    for place in range(1, 10):
        suffix = "" if place == 1 else str(place)
        boxes.append((*layout[f"xaxis{suffix}"]["domain"], *layout[f"yaxis{suffix}"]["domain"]))
    for box in boxes:
        assert all(0 <= edge <= 1 for edge in box)
        others = [other for other in boxes if other is not box]
        assert all(
            o[1] <= box[0] or o[0] >= box[1] or o[3] <= box[2] or o[2] >= box[3] for o in others
        )


def test_of_many_trials_the_best_are_in_the_slices():
    trials = [a_trial(n, abs(n - 1234.5), lr=1e-3 * (n + 1)) for n in range(4000)]
    figure = checked(figures.slices(a_sweep(trials)))

    shown = by_run([trace for trace in figure["data"] if trace["xaxis"] == "x"])
    assert len(shown) == 1500
    assert {"HD_m_1234", "HD_m_1235", "HD_m_0"} <= shown.keys()
    assert "1,500 of 4,000 trials are shown" in notes(figure)


def test_a_contour_is_near_the_metric_of_trials_that_are_near():
    rng = random.Random(1)
    trials = []
    for number in range(200):
        lr, width = 10 ** rng.uniform(-4, 0), rng.random()
        trials.append(a_trial(number, (math.log10(lr) + 2) ** 2 + width, lr=lr, width=width))
    figure = checked(figures.contour(a_sweep(trials), "lr", "width"))

    (layer,) = [trace for trace in figure["data"] if trace["type"] == "contour"]
    assert layer["x"] == sorted(layer["x"])
    assert layer["x"][0] == pytest.approx(min(t.parameters["lr"] for t in trials))
    errors = [
        abs(z - ((math.log10(x) + 2) ** 2 + y))
        for y, row in zip(layer["y"], layer["z"], strict=True)
        for x, z in zip(layer["x"], row, strict=True)
        if z is not None
    ]
    assert len(errors) > 1000
    assert sum(errors) / len(errors) < 0.25
    assert figure["layout"]["xaxis"]["type"] == "log"
    assert layer["reversescale"] is True


def test_a_contour_says_nothing_far_from_all_trials():
    trials = [a_trial(n, 1.0 + n, lr=10 ** (-4 + n * 0.01), width=n * 0.001) for n in range(10)]
    trials.append(a_trial(10, 0.5, lr=1.0, width=1.0))
    figure = checked(figures.contour(a_sweep(trials), "lr", "width"))

    (layer,) = [trace for trace in figure["data"] if trace["type"] == "contour"]
    assert layer["z"][20][20] is None
    assert layer["z"][0][0] is not None


def test_a_contour_over_categories_has_a_place_for_each():
    space = Space((("opt", Choice(("adam", "sgd"))), ("batch", Choice((8, 16)))))
    trials = [
        a_trial(n, float(n), opt=("adam", "sgd")[n % 2], batch=(8, 16)[n // 2 % 2], lr=n)
        for n in range(9)
    ]
    figure = checked(figures.contour(a_sweep(trials, space=space), "opt", "lr"))

    (layer,) = [trace for trace in figure["data"] if trace["type"] == "contour"]
    assert layer["x"] == ["adam", "sgd"]
    assert all(len(row) == 2 for row in layer["z"])


def test_of_few_trials_a_contour_shows_only_these(data):
    figure = checked(figures.contour(data, "lr", "batch"))

    assert not [trace for trace in figure["data"] if trace["type"] == "contour"]
    assert len(by_run(figure["data"])) == 4
    assert "Too few trials to say what is between them: 4 different places" in notes(figure)


def test_trials_in_one_place_are_no_reason_for_a_contour():
    trials = [a_trial(n, float(n), lr=0.1, width=0.5) for n in range(50)]
    figure = checked(figures.contour(a_sweep(trials, space=SPACE), "lr", "width"))

    assert "1 different places" in notes(figure)
