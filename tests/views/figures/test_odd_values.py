"""Whatever trials hold: every figure is one that Plotly takes, and tells the truth of it."""

import json
import math

import plotly.graph_objects as go
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hyperlocal.domain.distribution import Choice, LogUniform, QLogNormal, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.space import Space
from hyperlocal.views import figures
from hyperlocal.views.figures.columns import column
from hyperlocal.views.stopping import Judgements, judged_again
from tests.views.figures.looking import by_run, checked, notes
from tests.views.figures.made import a_curve, a_sweep, a_trial

SPACE = Space(
    (
        ("lr", LogUniform(math.log(1e-4), 0.0)),
        ("q", QLogNormal(0.0, 1.0, 1.0)),
        ("opt", Choice((1, 1.0, True, "1", None, [1, 2], "<script>alert(1)</script>"))),
        ("<b>width</b>", Uniform(0.0, 1.0)),
    )
)
odd_numbers = st.one_of(
    st.floats(),
    st.integers(-(10**400), 10**400),
    st.sampled_from([0.0, -0.0, math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324]),
)
odd_values = st.one_of(
    odd_numbers,
    st.none(),
    st.booleans(),
    st.text(max_size=60),
    st.sampled_from(["<script>x</script>", "%{x}", "\x1b[31m", "\u202e", "a" * 5000, "\ud800"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.floats(), max_size=2),
)
metrics = st.one_of(st.none(), st.floats(), st.floats(-1, 1))
outcomes = st.sampled_from(
    ["Completed", "Failed", "stopped by policy", "Canceled", "Running", "Queued", "Unreadable"]
)


@st.composite
def odd_trials(draw, most=8):
    trials = []
    for number in range(draw(st.integers(0, most))):
        names = draw(st.sets(st.sampled_from([*SPACE.names, "other", "x:y", ""]), max_size=6))
        told = {name: draw(odd_values) for name in sorted(names)}
        began = draw(st.floats(0, 100))
        outcome = draw(outcomes)
        ended = None if outcome in ("Running", "Queued") else began + draw(st.floats(0, 50))
        trial = a_trial(number, draw(metrics), outcome=outcome, began=began, ended=ended)
        trials.append(type(trial)(**{**vars(trial), "parameters": told}))
    return trials


odd_sweeps = st.builds(
    lambda trials, goal: a_sweep(trials, space=SPACE, goal=goal),
    odd_trials(),
    st.sampled_from(Goal),
)
POLICY = Bandit(Schedule(), slack_factor=0.1)


def every_figure(data, x, y):
    """Draw all that can be drawn of a sweep without working out a model, over two columns."""
    curves = {t.run_id: a_curve(t.number, *_reports(t)) for t in data.trials if t.metrics}
    yield figures.best_so_far(data)
    yield figures.best_so_far(data, x="time")
    for along in ("interval", "step", "time"):
        yield figures.learning_curves(data, curves, x=along)
    yield figures.compare_curves(data, curves)
    yield figures.parallel_coordinates(data)
    yield figures.timeline(data)
    yield figures.progress(data)
    yield figures.slices(data)
    yield figures.compare_sweeps([data])
    yield figures.parallel_coordinates(data, columns=[x, y])
    yield figures.scatter(data, x, y)
    yield figures.scatter_3d(data, x, y, "trial:duration", colour=y)
    yield figures.contour(data, x, y)
    for curve in list(curves.values())[:1]:
        told = judged_again(POLICY, data.goal, curve, curves.values(), {})
        yield figures.why_stopped(data, Judgements(curve, told))


def _reports(trial):
    told = trial.metrics["loss"]
    return [told.last, told.last, -told.last]


@given(odd_sweeps, st.data())
# To shrink it takes minutes: each look draws many figures.
@settings(max_examples=10, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_every_figure_of_odd_trials_is_taken(data, choose):
    keys = st.sampled_from([key for key, _ in figures.columns(data)])
    for figure in every_figure(data, choose.draw(keys), choose.draw(keys)):
        layout = {**figure["layout"], "meta": 0, "uirevision": 0}  # neither is drawn
        told = json.dumps({"data": figure["data"], "layout": layout}, allow_nan=False)
        assert "<script" not in told
        assert "<b>width" not in told
        assert all(isinstance(note, str) for note in figure["layout"]["meta"]["notes"])
        go.Figure(figure)


@given(odd_sweeps)
@settings(max_examples=20)
def test_best_so_far_shows_each_trial_with_a_finite_number_once(data):
    shown = by_run(figures.best_so_far(data)["data"])

    expected = {t.run_id: (t.number, t.best) for t in data.trials if t.best is not None}
    assert shown == expected


@given(odd_sweeps)
@settings(max_examples=20)
def test_the_line_of_the_best_never_gets_worse(data):
    lines = [t for t in figures.best_so_far(data)["data"] if t["name"] == "best so far"]
    for line in lines:
        scores = [data.goal.score(y) for y in line["y"]]
        assert scores == sorted(scores)
        assert data.goal.metric(scores[-1]) == data.best.best


@given(odd_sweeps)
@settings(max_examples=20)
def test_a_brush_over_the_whole_of_each_axis_keeps_all_that_is_drawn(data):
    figure = figures.parallel_coordinates(data)
    for lines in figure["data"]:
        whole = {
            n: [min(d["values"]), max(d["values"])] for n, d in enumerate(lines["dimensions"])
        }
        assert figures.brushed(data, whole) == lines["customdata"]
        for each in lines["dimensions"]:
            low, high = each["range"]
            assert low < high
            assert all(low <= value <= high for value in each["values"])


@given(odd_sweeps)
@settings(max_examples=20)
def test_a_column_has_a_place_for_each_value_and_counts_what_is_missing(data):
    for key, _ in figures.columns(data):
        told = column(data, key)
        assert len(told.values) == len(data.trials)
        known = [value for value in told.values if value is not None]
        assert told.n_missing == len(data.trials) - len(known)
        assert len(set(told.categories)) == len(told.categories)
        if told.categories:
            assert {int(value) for value in known} == set(range(len(told.categories)))
        elif told.is_log:
            assert all(value > 0 for value in known)


def test_options_that_look_alike_stay_apart():
    options = [1, 1.0, True, "1", None, "None", [1, 2], "[1,2]"]
    trials = [a_trial(n, float(n), opt=option) for n, option in enumerate(options)]
    told = column(a_sweep(trials, space=SPACE), "opt")

    assert len(told.categories) == len(options)
    assert len({told.drawn(value) for value in told.values}) == len(options)


def test_a_choice_of_many_numbers_is_an_axis_of_numbers():
    space = Space((("n", Choice(tuple(range(100)))), ("few", Choice((1, 10, 100)))))
    trials = [a_trial(n, float(n), n=n, few=(1, 10, 100)[n % 3]) for n in range(5)]
    data = a_sweep(trials, space=space)

    assert column(data, "n").categories == ()
    assert column(data, "few").categories == ("1", "10", "100")


def test_a_logarithmic_column_with_a_zero_is_drawn_linearly():
    trials = [a_trial(n, float(n), q=float(n)) for n in range(3)]
    told = column(a_sweep(trials, space=SPACE), "q")

    assert not told.is_log
    assert told.values == [0.0, 1.0, 2.0]


def test_hyperparameters_that_only_some_trials_have_are_below_all_values():
    trials = [
        a_trial(0, 1.0, lr=0.1),
        a_trial(1, 2.0, lr=0.01, width=0.5),
        a_trial(2, 3.0, lr=0.1, width=0.9),
    ]
    figure = checked(figures.parallel_coordinates(a_sweep(trials)))

    _, width, _ = figure["data"][0]["dimensions"]
    assert width["values"] == pytest.approx([0.46, 0.5, 0.9])
    assert width["ticktext"][0] == "none"
    assert "Trials without a value are at 'none' of width." in notes(figure)


@pytest.mark.parametrize("draw", [figures.best_so_far, figures.parallel_coordinates])
def test_a_sweep_without_trials_says_so(draw):
    figure = checked(draw(a_sweep([])))

    assert figure["data"] == []
    assert notes(figure) == "No trial has begun yet."


def test_a_sweep_without_a_number_says_so():
    data = a_sweep([a_trial(0, math.nan, lr=0.1), a_trial(1, outcome="Running", lr=0.2)])

    for draw in (figures.best_so_far, figures.parallel_coordinates, figures.slices):
        figure = checked(draw(data))
        assert figure["data"] == []
        assert "No trial has logged a finite number of loss yet." in notes(figure)
