"""New points of a sweep's trials, each once, whatever else is logged or removed."""

import pytest


@pytest.fixture
def other(history):
    """A run of its own in the same home."""
    return history.runs.create("other", experiment="digits", kind="k").run_id


def log(history, run_id, value, name="loss"):
    history.metrics.add(run_id, name, value, kind="float")


def values(points):
    return [point.value for point in points]


def test_the_first_look_finds_all_and_each_other_what_is_new(history, sweep, trial, other):
    log(history, trial, 1.0)
    tail = history.tail(sweep, "loss")

    assert values(tail.new_points()) == [1.0]
    for run_id, name in ((other, "loss"), (trial, "acc"), (trial, "loss")):
        log(history, run_id, 2.0, name)
    assert values(tail.new_points()) == [2.0]
    assert tail.new_points() == []


def test_what_was_there_at_the_beginning_can_be_left_out(history, sweep, trial):
    log(history, trial, 1.0)
    tail = history.tail(sweep, "loss")

    tail.begin()
    log(history, trial, 2.0)

    assert values(tail.new_points()) == [2.0]


def test_keys_of_removed_points_that_are_given_again_are_looked_at(history, sweep, trial, other):
    tail = history.tail(sweep, "loss")
    log(history, trial, 1.0)
    assert values(tail.new_points()) == [1.0]
    for value in (5.0, 6.0, 7.0):
        log(history, other, value)
    assert tail.new_points() == []

    # As when another sweep of the home is resumed: its newest points go, and free their keys.
    history._database.execute("DELETE FROM metric WHERE value > 5", ())
    for value in (2.0, 3.0, 4.0):
        log(history, trial, value)

    assert values(tail.new_points()) == [2.0, 3.0, 4.0]
    assert tail.new_points() == []


def test_a_look_reads_nothing_twice_that_is_not_its_own(history, sweep, trial, other, steps):
    tail = history.tail(sweep, "loss")
    log(history, trial, 1.0)
    tail.new_points()
    history.metrics.add_many(other, "loss", [("float", 0.0)] * 5000)
    tail.new_points()

    log(history, other, 0.0)
    assert steps(tail.new_points) < 1000
