"""What a notebook is shown of runs, and that it is shown once and then updated."""

import base64
import json
import sys

import pytest
from plotly.graph_objects import Figure

from hyperlocal.views.pictures import picture_of
from hyperlocal.views.widget import PLOTLY, Widget
from tests.studio.report import recorded
from tests.views import sweeps


class Screen:
    """What is shown: the bundles by their parts, and how often each was published."""

    def __init__(self):
        self.bundles, self.told = {}, []

    def __call__(self, bundle, name, is_update):
        part = name.rpartition("-")[2]
        assert is_update is (part in self.bundles)
        self.bundles[part] = bundle
        self.told.append(part)


def widget_of(history, run_id, screen):
    return Widget(history, run_id, screen, lambda: history.runs.get(run_id))


def shown(history, run_id):
    screen = Screen()
    widget_of(history, run_id, screen).refresh()
    return screen.bundles


def test_a_sweep_is_shown_by_head_charts_and_trials(history):
    sweeps.a_finished_sweep(history)

    bundles = shown(history, "HD_sweep")

    assert list(bundles) == ["head", "best", "curves", "parallel", "trials"]
    assert "trial 1: 0.9 with lr=0.0912345678 batch=16" in bundles["head"]["text/html"]
    assert "Trials, best accuracy first" in bundles["head"]["text/plain"]
    trials = bundles["trials"]["text/html"]
    assert trials.index("<td>0.9</td>") < trials.index("<td>0.5</td>") < trials.index("bad batch")


@pytest.mark.parametrize("name", ["sweep", "strange", "empty", "one", "no metric", "running"])
def test_charts_are_figures_that_plotly_and_json_take(history, name):
    bundles = shown(history, recorded.record_all(history)[name])

    for part in ("best", "curves", "parallel"):
        figure = json.loads(json.dumps(bundles[part][PLOTLY], allow_nan=False))
        Figure(figure)
        assert bundles[part]["text/html"]


def test_charts_are_images_too_where_nothing_draws_them(history):
    sweeps.a_finished_sweep(history)

    bundles = shown(history, "HD_sweep")

    for part in ("best", "curves"):
        content = bundles[part]["text/html"].partition("base64,")[2].partition('"')[0]
        assert base64.b64decode(content).startswith(b"\x89PNG")


def test_without_matplotlib_there_are_words(history, monkeypatch):
    sweeps.a_finished_sweep(history)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr("hyperlocal.views.pictures.find_spec", lambda name: None)

    bundle = shown(history, "HD_sweep")["best"]

    assert "<p>" in bundle["text/html"]
    assert bundle[PLOTLY]["data"]


def test_names_and_values_are_text(history):
    ids = recorded.record_all(history)

    for bundle in shown(history, ids["strange"]).values():
        assert "<script" not in bundle["text/html"]
        assert "very-secret" not in json.dumps(bundle)


def test_single_runs_and_parents_of_others_are_shown(history):
    ids = recorded.record_all(history)

    single, parent = shown(history, ids["single"]), shown(history, ids["parent"])

    assert single["metrics"][PLOTLY]["data"][0]["y"] == [1.0, 0.5, 0.25]
    assert single["trials"]["text/html"] == ""
    assert parent["trials"]["text/html"].count("<td>Completed</td>") == 2


def test_only_what_changes_is_shown_again_until_the_end(history):
    sweep = sweeps.begin_sweep(history)
    screen = Screen()
    widget = widget_of(history, sweep, screen)

    assert widget.refresh() is False
    first = list(screen.told)
    assert widget.refresh() is False
    assert screen.told == first

    trial = sweeps.begin_trial(history, sweep, 0, metrics=[0.25])
    assert widget.refresh() is False
    assert set(screen.told[len(first) :]) == {"head", "best", "curves", "parallel", "trials"}

    sweeps.complete(history, trial)
    sweeps.complete(history, sweep)
    assert widget.refresh() is True
    n_told = len(screen.told)
    assert widget.refresh() is True
    assert len(screen.told) == n_told


@pytest.mark.parametrize(
    "trace",
    [
        {"type": "parcoords", "dimensions": []},
        {"type": "bar", "x": [1], "y": [1]},
    ],
)
def test_what_matplotlib_does_not_draw_alike_is_no_picture(trace):
    assert picture_of({"data": [trace], "layout": {}}) is None


@pytest.mark.parametrize(
    "trace",
    [
        {"x": [1, 2, None, 3], "y": [1.0, None, None, 2], "mode": "lines"},
        {"x": ["adam", "$gd", "a&lt;b"], "y": [1, 2, 3], "mode": "markers"},
        {"x": [1, 2], "y": [1, 2], "mode": "markers", "marker": {"color": [0.1, 0.2]}},
        {"x": [], "y": [], "mode": "lines+markers", "name": "$x_{"},
    ],
)
def test_pictures_are_drawn_of_all_kinds_of_values(trace):
    layout = {"xaxis": {"title": {"text": "$cost$"}}, "yaxis": {"type": "log"}}

    picture = picture_of({"data": [{"type": "scatter", **trace}], "layout": layout})

    assert picture is not None
    assert picture.startswith(b"\x89PNG")
