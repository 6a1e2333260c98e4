import math

import pytest

from hyperlocal.history.overview import MetricOverview


def told_of(history, sweep):
    return {(each.run_id, each.name): each for each in history.overview.of_children(sweep)}


def test_numbers_are_counted_and_compared(history, sweep, trial):
    for value in (2.0, 0.5, 1.0):
        history.metrics.add(trial, "loss", value, kind="float")
    history.metrics.add(trial, "epoch", 3, kind="int")
    history.metrics.add(trial, "done", True, kind="bool")

    told = told_of(history, sweep)

    loss = told[trial, "loss"]
    assert (loss.n_values, loss.n_numeric, loss.n_finite) == (3, 3, 3)
    assert (loss.least, loss.greatest, loss.last) == (0.5, 2.0, 1.0)
    assert loss.first_key < loss.last_key
    assert told[trial, "epoch"].greatest == 3.0
    assert told[trial, "done"].last == 1.0


@pytest.mark.parametrize("odd", [math.inf, -math.inf, "text", None])
def test_what_cannot_be_compared_is_counted_apart(history, sweep, trial, odd):
    kind = {str: "str", type(None): "none"}.get(type(odd), "float")
    history.metrics.add(trial, "loss", 1.5, kind="float")
    history.metrics.add(trial, "loss", odd, kind=kind)

    loss = told_of(history, sweep)[trial, "loss"]

    assert loss.n_values == 2
    assert loss.n_numeric == (2 if kind == "float" else 1)
    assert (loss.n_finite, loss.least, loss.greatest) == (1, 1.5, 1.5)
    assert loss.last == (odd if kind == "float" else None)


def test_nan_alone_is_numeric_and_not_finite(history, sweep, trial):
    history.metrics.add(trial, "loss", math.nan, kind="float")

    loss = told_of(history, sweep)[trial, "loss"]

    assert (loss.n_numeric, loss.n_finite, loss.least) == (1, 0, None)
    assert math.isnan(loss.last)


def test_points_one_by_one_give_the_same(history, sweep, trial):
    grown = MetricOverview.empty(trial, "loss")
    for value in (1.0, math.nan, -math.inf, 0.25):
        history.metrics.add(trial, "loss", value, kind="float")
        key = history.metrics.points(trial)[-1].key
        grown = grown.with_point(key, value, is_numeric=True)

    assert told_of(history, sweep)[trial, "loss"] == grown


def test_a_curve_has_the_numbers_with_their_steps(history, trial):
    history.metrics.add(trial, "loss", 0.5, kind="float", step=10)
    history.metrics.add(trial, "loss", "text", kind="str")
    history.metrics.add(trial, "loss", math.nan, kind="float")
    history.metrics.add(trial, "other", 1.0, kind="float")

    first, second = history.overview.curve(trial, "loss")

    assert (first.value, first.step) == (0.5, 10)
    assert math.isnan(second.value)
    assert history.overview.curve(trial, "loss", after=first.key)[0].key == second.key


def test_damaged_points_are_left_out_of_curves_and_numbers(history, sweep, trial):
    history.metrics.add(trial, "loss", 0.5, kind="float")
    with history._database.writing() as connection:
        connection.execute(
            "INSERT INTO metric (run, name, kind, value, logged_at) "
            "SELECT id, 'loss', 'float', 'no number', 0 FROM run WHERE run_id = ?",
            (trial,),
        )

    loss = told_of(history, sweep)[trial, "loss"]

    assert (loss.n_values, loss.n_finite, loss.greatest) == (2, 1, 0.5)
    assert [point.value for point in history.overview.curve(trial, "loss")] == [0.5]


def test_a_tail_of_all_metrics_follows_each(history, sweep, trial):
    tail = history.tail(sweep, None)
    history.metrics.add(trial, "loss", 0.5, kind="float")
    assert [point.name for point in tail.new_points()] == ["loss"]

    history.metrics.add(trial, "other", 1, kind="int")
    history.metrics.add(trial, "loss", 0.4, kind="float")

    assert [point.name for point in tail.new_points()] == ["other", "loss"]
    assert tail.new_points() == []
