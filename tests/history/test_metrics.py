"""Metrics: every kind of value comes back as it was logged."""

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.errors import RunNotFound
from hyperlocal.history import History

NAN, INF = math.nan, math.inf


def values_of(points):
    return [(point.kind, point.value) for point in points]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("float", 0.5),
        ("float", 1.0),
        ("float", 5e-324),
        ("float", INF),
        ("float", -INF),
        ("int", 3),
        ("int", -(2**63)),
        ("int", 2**63 - 1),
        ("bool", True),
        ("bool", False),
        ("str", "1.5"),
        ("str", ""),
        ("none", None),
        ("row", {"x": 1, "y": [NAN, None]}),
        ("table", {"x": [1, 2], "y": ["a", "b"]}),
        ("artifact", "plots/roc.png"),
    ],
)
def test_a_value_comes_back_as_it_was(history, trial, kind, value):
    history.metrics.add(trial, "m", value, kind=kind, step=7)

    (point,) = history.metrics.points(trial, "m")

    assert repr((point.kind, point.value, point.step)) == repr((kind, value, 7))
    assert abs(point.logged_at - time.time()) < 60
    assert point.is_numeric is (kind in ("int", "float", "bool"))


def test_nan_comes_back_as_nan(history, trial):
    history.metrics.add(trial, "m", NAN, kind="float")

    (point,) = history.metrics.points(trial)

    assert math.isnan(point.value)
    assert point.kind == "float"


def test_text_that_is_no_unicode_is_kept_escaped(history, trial):
    history.metrics.add(trial, "m\udcff", "a\udc80", kind="str")

    (point,) = history.metrics.points(trial)
    assert (point.name, point.value) == (r"m\udcff", r"a\udc80")


def test_integers_beyond_64_bits_keep_what_a_float_holds(history, trial):
    for value in (2**63, -(2**70), 10**400):
        history.metrics.add(trial, "m", value, kind="int")

    values = [point.value for point in history.metrics.points(trial)]

    assert values == [2**63, -(2**70), INF]
    assert isinstance(values[0], int)


@given(
    st.lists(
        st.one_of(
            # SQLite keeps no negative zero.
            st.tuples(st.just("float"), st.floats().map(lambda number: number + 0.0)),
            st.tuples(st.just("int"), st.integers(-(2**63), 2**63 - 1)),
            st.tuples(st.just("bool"), st.booleans()),
            st.tuples(st.just("str"), st.text()),
            st.tuples(st.just("none"), st.none()),
        ),
        max_size=5,
    )
)
def test_any_values_come_back_in_order(tmp_path_factory, logged):
    history = History.open(tmp_path_factory.mktemp("home"))
    history.runs.create("r", experiment="e", kind="k")

    history.metrics.add_many("r", "m", logged)

    assert repr(values_of(history.metrics.points("r"))) == repr(logged)
    history.close()


def test_points_come_in_order_of_logging_whatever_their_step(history, trial):
    for step, name in ((3, "a"), (1, "b"), (2, "a")):
        history.metrics.add(trial, name, step, kind="int", step=step)

    assert [point.value for point in history.metrics.points(trial)] == [3, 1, 2]
    assert [point.value for point in history.metrics.points(trial, "a")] == [3, 2]


def test_only_a_run_that_exists_can_log(history):
    with pytest.raises(RunNotFound):
        history.metrics.add("nobody", "m", 1, kind="int")
    with pytest.raises(RunNotFound):
        history.metrics.add_many("nobody", "m", [("int", 1)])


@pytest.fixture
def trials(history, sweep):
    """Three trials: losses 3 1 2, NaN, and none but another metric; and one of another sweep."""
    for number in range(3):
        history.runs.create(f"c{number}", experiment="digits", kind="k", parent_id=sweep)
    history.runs.create("other", experiment="digits", kind="k")
    for value in (3.0, NAN, 1.0, 2):
        history.metrics.add("c0", "loss", value, kind="float" if value != 2 else "int")
    history.metrics.add("c1", "loss", NAN, kind="float")
    history.metrics.add("c2", "acc", True, kind="bool")
    history.metrics.add("c2", "loss", "high", kind="str")
    history.metrics.add("other", "loss", -9.0, kind="float")
    return history


def test_points_of_all_children(trials, sweep):
    points = trials.metrics.points_of_children(sweep)

    assert [point.run_id for point in points] == ["c0"] * 4 + ["c1", "c2", "c2"]
    assert len(trials.metrics.points_of_children(sweep, "loss")) == 6


def test_names_of_what_children_logged(trials, sweep):
    assert trials.metrics.names_of_children(sweep) == ["acc", "loss"]
