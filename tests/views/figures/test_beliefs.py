import math

import pytest

from hyperlocal.domain.distribution import Choice, QUniform, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import SamplingKind
from hyperlocal.domain.trial import Observation
from hyperlocal.search import make_sampler
from hyperlocal.views import figures
from hyperlocal.views.beliefs import beliefs_of
from tests.views.figures.looking import checked, notes
from tests.views.figures.made import a_sweep, a_trial

SPACE = Space(
    (("x", Uniform(0.0, 1.0)), ("n", QUniform(1, 4, 1)), ("opt", Choice(("a", "<i>b</i>"))))
)


def loss(told):
    return 1 + (told["x"] - 0.3) ** 2 + 0.05 * (told["n"] - 2) ** 2 + 0.2 * (told["opt"] == "a")


@pytest.fixture(scope="module")
def data():
    """A Bayesian sweep of 16 trials, one of which runs."""
    trials = []
    for number in range(16):
        told = {
            "x": number * 7 % 16 / 15,
            "n": 1 + number % 4,
            "opt": ("a", "<i>b</i>")[number % 2],
        }
        outcome = "Completed" if number < 15 else "Running"
        metric = loss(told) if number < 15 else None
        trials.append(a_trial(number, metric, outcome=outcome, **told))
    return a_sweep(trials, space=SPACE, kind=SamplingKind.BAYESIAN)


@pytest.fixture(scope="module")
def told(data):
    return beliefs_of(data)


def test_the_model_believes_what_it_has_seen(data, told):
    (along_x, _, _) = told.slices
    centre = data.by_id[told.centre].parameters

    assert told.centre == data.best.run_id
    assert along_x.values[0] == 0.0
    assert along_x.values[-1] == 1.0
    errors = [
        abs(mean - loss({**centre, "x": x}))
        for x, mean in zip(along_x.values, along_x.means, strict=True)
    ]
    assert sum(errors) / len(errors) < 0.1
    assert all(
        low <= mean <= high
        for each in told.slices
        for low, mean, high in zip(each.lows, each.means, each.highs, strict=True)
    )


def test_it_is_surer_near_trials_than_far_from_them(data, told):
    (along_x, _, _) = told.slices
    best = data.by_id[told.centre].parameters["x"]
    widths = [
        (abs(x - best), high - low)
        for x, low, high in zip(along_x.values, along_x.lows, along_x.highs, strict=True)
    ]

    assert min(widths)[1] < max(widths)[1]


def test_what_is_next_is_what_the_sampler_answers(data, told):
    ended = [Observation(t.parameters, -t.best) for t in data.trials if t.is_ended]
    pending = [t.parameters for t in data.trials if not t.is_ended]

    asked = make_sampler(SPACE, data.sweep.sampling).ask(ended, pending)

    assert told.next_parameters == asked


def test_the_figure_shows_mean_band_trials_and_what_is_next(data, told):
    figure = checked(figures.beliefs(data, told))

    first = {t["name"]: t for t in figure["data"] if t["xaxis"] == "x"}
    assert first["what the model expects"]["y"] == told.slices[0].means
    assert first["95%"]["y"] == told.slices[0].highs
    assert first["edge"]["y"] == told.slices[0].lows
    assert first["where it would look next"]["x"] == [told.next_parameters["x"]] * 2
    assert first["Completed (15)"]["x"] == [t.parameters["x"] for t in data.trials[:15]]
    third = {t["name"]: t for t in figure["data"] if t["xaxis"] == "x3"}
    assert third["what the model expects"]["x"] == ["a", "&lt;i&gt;b&lt;/i&gt;"]
    assert "error_y" in third["what the model expects"]
    assert f"trial {data.best.number}, the best" in notes(figure)


def test_a_maximised_metric_has_its_greatest_means_where_it_is_best():
    trials = [
        a_trial(n, -loss(p), **p)
        for n, p in enumerate({"x": x / 9, "n": 2, "opt": "a"} for x in range(10))
    ]
    told = beliefs_of(a_sweep(trials, space=SPACE, kind=SamplingKind.BAYESIAN, goal=Goal.MAXIMIZE))

    along_x = told.slices[0]
    top = max(range(len(along_x.means)), key=along_x.means.__getitem__)
    assert abs(along_x.values[top] - 0.3) < 0.15
    assert max(along_x.means) < -0.9


def test_too_few_trials_are_said_to_be():
    data = a_sweep([a_trial(0, 1.0, x=0.5, n=1, opt="a")], space=SPACE, kind=SamplingKind.BAYESIAN)

    told = beliefs_of(data)

    assert told.obstacle == (
        "Too few trials to say: 1 have ended with a finite loss, and at least 3 are needed."
    )
    assert notes(checked(figures.beliefs(data, told))) == told.obstacle


def test_other_samplings_have_no_model():
    assert beliefs_of(a_sweep([])).obstacle == "Only Bayesian sampling has a model of the metric."


def test_failed_trials_and_equal_metrics_are_no_obstacle():
    points = [{"x": x / 9, "n": 2, "opt": "a"} for x in range(10)]
    trials = [
        a_trial(n, 2.0 if n % 3 else math.nan, outcome="Completed" if n % 3 else "Failed", **p)
        for n, p in enumerate(points)
    ]
    data = a_sweep(trials, space=SPACE, kind=SamplingKind.BAYESIAN)

    checked(figures.beliefs(data, beliefs_of(data)))
