"""Trials, best first."""

import math

from hyperlocal.domain.goal import Goal
from hyperlocal.views.leaderboard import read_standing, trial_number
from tests.views.sweeps import a_finished_sweep, begin_sweep, begin_trial, complete


def numbers(leaderboard):
    return [trial_number(entry.record) for entry in leaderboard.entries]


def test_the_best_comes_first_and_what_has_no_metric_last(history):
    leaderboard = read_standing(history, history.runs.get(a_finished_sweep(history)))

    assert numbers(leaderboard) == ["1", "0", "3", "2"]
    assert leaderboard.best.metric == 0.9
    assert leaderboard.counts == {"Completed": 2, "Failed": 1, "stopped by policy": 1}


def test_minimising_turns_the_order_and_which_value_counts(history):
    run_id = a_finished_sweep(history, goal=Goal.MINIMIZE)

    leaderboard = read_standing(history, history.runs.get(run_id))

    assert numbers(leaderboard) == ["0", "3", "1", "2"]
    assert leaderboard.best.metric == 0.1


def test_of_equal_trials_the_earlier_is_the_best(history):
    parent = begin_sweep(history)
    for number in range(3):
        begin_trial(history, parent, number, metrics=[0.5])

    assert numbers(read_standing(history, history.runs.get(parent))) == ["0", "1", "2"]


def test_not_a_number_is_no_metric(history):
    parent = begin_sweep(history)
    complete(history, begin_trial(history, parent, 0, metrics=[math.nan]))

    leaderboard = read_standing(history, history.runs.get(parent))

    assert leaderboard.best is None


def test_children_of_what_is_no_sweep_keep_their_order(history):
    parent = begin_sweep(history)
    trial = begin_trial(history, parent, 0)
    for number in range(3):
        begin_trial(history, trial, number)

    leaderboard = read_standing(history, history.runs.get(trial))

    assert leaderboard.sweep is leaderboard.best is None
    assert numbers(leaderboard) == ["0", "1", "2"]
