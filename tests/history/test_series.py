"""Lists of what was logged are the points, by metric."""

import math

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hyperlocal.history.series import Summary
from tests.history.test_ranking import a_sweep, points

everything = st.one_of(
    points,
    st.tuples(st.just("row"), st.just({"x": 1})),
    st.tuples(st.just("int"), st.just(2**70)),
    st.tuples(st.just("artifact"), st.just("a.png")),
)
logged = st.lists(st.tuples(st.integers(0, 4), st.sampled_from("ab"), everything))
same_home = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def shown(value):
    return "NaN" if value != value else (type(value), value)


def by_metric(points):
    found = {}
    for point in points:
        found.setdefault((point.run_id, point.name), []).append((point.kind, shown(point.value)))
    return found


def listed(series):
    return {
        (each.run_id, each.name): [
            (each.kind_at(index), shown(value)) for index, value in enumerate(each.values)
        ]
        for each in series
    }


@same_home
@given(logged)
def test_series_are_the_points(history, reports):
    parent, children = a_sweep(history, reports, ["Completed"] * 5)
    points = history.metrics.points_of_children(parent)

    series = history.series.of_children(parent)

    assert listed(series) == by_metric(points)
    runs = list(dict.fromkeys(point.run_id for point in points))
    assert list(dict.fromkeys(each.run_id for each in series)) == runs
    for child in children:
        own = history.metrics.points(child)
        names = list(dict.fromkeys(point.name for point in own))
        assert [each.name for each in series if each.run_id == child] == names
        assert listed(history.series.of(child)) == by_metric(own)
        assert listed(history.series.of(child, "a")) == by_metric(
            point for point in own if point.name == "a"
        )
    assert sorted(history.series.below(parent)) == sorted(series) or any(
        map(math.isnan, (v for each in series for v in each.values if isinstance(v, float)))
    )


@same_home
@given(logged)
def test_numbers_are_the_values_that_are_some(history, reports):
    parent, _ = a_sweep(history, reports, ["Completed"] * 5)

    for each in history.series.of_children(parent):
        wanted = [p for p in history.metrics.points(each.run_id, each.name) if p.is_numeric]
        assert list(map(shown, each.numbers())) == [shown(point.value) for point in wanted]


def test_below_a_run_is_all_that_it_and_its_children_logged(history, sweep, trial):
    history.runs.create("g", experiment="digits", kind="k", parent_id=trial)
    history.runs.create("stranger", experiment="digits", kind="k")
    for run_id in ("g", sweep, trial, "stranger"):
        history.metrics.add(run_id, "loss", 1.0, kind="float")

    assert [each.run_id for each in history.series.below(sweep)] == ["g", sweep, trial]
    assert history.series.below("nobody") == []


def test_a_summary_leaves_out_what_is_no_number(history, trial):
    for kind, value in (("float", 0.5), ("float", math.nan), ("int", 3), ("str", "high")):
        history.metrics.add(trial, "loss", value, kind=kind)
    history.metrics.add(trial, "table", {"x": [1, 2]}, kind="table")

    assert history.series.summaries(trial) == [
        Summary("loss", 4, 0.5, 3, "high"),
        Summary("table", 1, None, None, {"x": [1, 2]}),
    ]
