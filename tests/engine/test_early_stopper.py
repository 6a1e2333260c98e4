"""Every verdict is recorded, and a stop before anybody obeys it."""

from math import nan

import pytest

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.engine import early_stopper
from hyperlocal.engine.early_stopper import EarlyStopper
from hyperlocal.history import History


@pytest.fixture
def history(tmp_path):
    opened = History.open(tmp_path / "home")
    opened.runs.create("HD_1", experiment="e", kind="hyperdrive")
    for number in range(2):
        opened.runs.create(f"HD_1_{number}", experiment="e", kind="trial", parent_id="HD_1")
    yield opened
    opened.close()


def a_jury(history):
    return EarlyStopper(
        history, "HD_1", "acc", Goal.MAXIMIZE, Bandit(Schedule(), slack_amount=0.1)
    )


def log(history, number, *values):
    history.metrics.add_many(f"HD_1_{number}", "acc", [("float", value) for value in values])


def intervals(history, number):
    return [(each.interval, each.stop) for each in history.decisions.of(f"HD_1_{number}")]


@pytest.mark.parametrize("at_once", [1, 3, 500])
def test_every_verdict_is_recorded_once_and_in_order(history, monkeypatch, at_once):
    monkeypatch.setattr(early_stopper, "_MOST_AT_ONCE", at_once)
    judging = a_jury(history)
    log(history, 0, *[0.9] * 7)

    assert list(judging.stops({"HD_1_0", "HD_1_1"})) == []
    log(history, 0, 0.9)
    assert list(judging.stops({"HD_1_0", "HD_1_1"})) == []

    assert intervals(history, 0) == [(n, False) for n in range(1, 9)]


def test_a_stop_is_recorded_with_all_before_it_when_it_is_told(history):
    log(history, 0, 0.9, 0.9)
    log(history, 1, nan, 0.5, 0.4)
    log(history, 0, 0.95)

    stops = a_jury(history).stops({"HD_1_0", "HD_1_1"})
    stop = next(stops)

    assert (stop.run_id, stop.interval) == ("HD_1_1", 2)
    assert intervals(history, 1)[-1] == (stop.interval, True)
    assert intervals(history, 0) == [(1, False), (2, False)]
    assert list(stops) == []
    assert intervals(history, 0) == [(1, False), (2, False), (3, False)]


def test_what_was_judged_before_a_failure_is_recorded(history, monkeypatch):
    log(history, 0, 0.9, 0.9, 0.9)
    judging = a_jury(history)
    add, n_added = judging._state.add, []

    def fail_at_the_third(trial_id, value):
        n_added.append(value)
        if len(n_added) == 3:
            raise RuntimeError("broken")
        add(trial_id, value)

    monkeypatch.setattr(judging._state, "add", fail_at_the_third)
    with pytest.raises(RuntimeError):
        list(judging.stops({"HD_1_0"}))

    assert intervals(history, 0) == [(1, False), (2, False)]
