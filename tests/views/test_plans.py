"""A sweep's settings in words."""

import sys

import pytest

from hyperlocal.domain.distribution import Choice, Normal, QUniform, RandInt
from hyperlocal.domain.policy import Bandit, MedianStopping, Schedule, TruncationSelection
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Resumption
from hyperlocal.views import plans
from tests.views.sweeps import a_plan, begin_job, begin_sweep, begin_trial


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (None, "none: every trial runs to its end"),
        (Bandit(Schedule(), slack_factor=0.1), "bandit with slack factor 0.1, at every interval"),
        (
            Bandit(Schedule(2, 5), slack_amount=3),
            "bandit with slack amount 3, every 2 intervals from 5 on",
        ),
        (MedianStopping(Schedule(1, 3)), "median stopping, at every interval from 3 on"),
        (
            TruncationSelection(Schedule(), 20),
            "truncation of the worst 20%, at every interval",
        ),
    ],
)
def test_policy(policy, words):
    assert plans.policy_text(a_plan(policy=policy)) == words


def test_space_has_one_line_a_parameter():
    space = Space((("a", Choice(("x", 1))), ("b", QUniform(1, 10, 2)), ("c", Normal(10, 3))))

    assert plans.space_text(a_plan(space=space)) == [
        "a: choice(x, 1)",
        "b: quniform(1, 10, 2)",
        "c: normal(10, 3)",
    ]


def test_long_choices_are_cut():
    space = Space((("a", Choice(tuple(range(100)))),))

    assert plans.space_text(a_plan(space=space))[0].endswith(", 11, ... 88 more)")


def test_a_small_space_has_fewer_trials_than_the_limit():
    space = Space((("a", Choice((1, 2))), ("b", RandInt(3))))

    assert plans.most_trials(a_plan(space=space, max_trials=20)) == 6
    assert plans.most_trials(a_plan(space=space, max_trials=4)) == 4
    assert plans.most_trials(a_plan(max_trials=20)) == 20


def test_resumed_trials_of_another_space_are_further_trials():
    space = Space((("a", Choice((1, 2))),))
    resumed = (Resumption("HD_1_0", {"a": 1}), Resumption("HD_1_1", {"b": 1}))

    assert plans.most_trials(a_plan(space=space, resumed=resumed)) == 3


def test_what_a_sweep_builds_on_is_named():
    resumed = (Resumption("HD_1_0", {}), Resumption("HD_1_3", {}))

    assert plans.earlier_text(a_plan()) == ""
    assert plans.earlier_text(a_plan(earlier=("HD_1",), resumed=resumed)) == (
        "HD_1, resuming HD_1_0, HD_1_3"
    )


def test_limits_and_sampling():
    assert plans.limits_text(a_plan()) == "20 trials, at most 4 at a time, 7d for all"
    assert plans.sampling_text(a_plan()) == "random, seed 1234"


def test_what_a_run_was_told_to_do(history):
    sweep = history.runs.get(begin_sweep(history))
    trial = history.runs.get(begin_trial(history, sweep.run_id, 0))
    job = history.runs.get(begin_job(history))

    assert plans.sweep_of(sweep) == a_plan()
    assert plans.sweep_of(trial) is plans.sweep_of(job) is None
    assert plans.command_of(sweep) == []
    assert plans.command_of(trial)[1:3] == ["train.py", "--lr"]
    assert plans.command_of(job) == [sys.executable, "train.py"]
