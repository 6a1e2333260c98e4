"""Truncation selection, by hand-computed tables: the worst X per cent at the same interval."""

import math

import pytest

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Schedule, TruncationSelection
from hyperlocal.domain.trial import Curve
from tests.properties.judging import judge

MAX, MIN = Goal.MAXIMIZE, Goal.MINIMIZE
NAN = math.nan


def running(number, *scores):
    return Curve(f"HD_x_{number}", scores)


def ended(number, *scores):
    return Curve(f"HD_x_{number}", scores, is_finished=True)


def stopped(percentage, curves, goal=MAX):
    """The numbers of the trials that are given up when each is judged on the same curves."""
    policy = TruncationSelection(Schedule(), percentage)
    return [
        number
        for number, curve in enumerate(curves)
        if judge(policy, curve.trial_id, curves, goal).stop
    ]


def judged(percentage, *curves, goal=MAX):
    return judge(TruncationSelection(Schedule(), percentage), "HD_x_0", curves, goal)


@pytest.mark.parametrize(
    ("percentage", "metrics", "expected"),
    [
        (20, [0.5, 0.1, 0.3, 0.4, 0.2], [1]),  # one of five
        (40, [0.5, 0.1, 0.3, 0.4, 0.2], [1, 4]),
        (20, [0.5, 0.1, 0.3, 0.4], []),  # 0.8 trials: rounded down
        (39, [0.5, 0.1, 0.3, 0.4, 0.2], [1]),  # 1.95 trials
        (99, [0.5, 0.1], [1]),  # never the best
        (20, [0.1, 0.1, 0.3, 0.4, 0.2], []),  # two tie for one place
        (40, [0.1, 0.1, 0.3, 0.4, 0.2], [0, 1]),
        (60, [0.1, 0.2, 0.2, 0.2, 0.5], [0]),  # three tie for two places
        (50, [0.3, 0.3, 0.3, 0.3], []),
        (50, [0.3], []),
    ],
)
def test_truncation_table(percentage, metrics, expected):
    maximised = [running(number, metric) for number, metric in enumerate(metrics)]
    minimised = [running(number, MIN.score(1 - metric)) for number, metric in enumerate(metrics)]

    assert stopped(percentage, maximised) == expected
    assert stopped(percentage, minimised, MIN) == expected


def test_trials_are_compared_at_the_same_interval():
    own = running(0, 0.3, 0.4)

    # At interval 2 the rival stood at 0.2, whatever came later.
    assert not judged(50, own, running(1, 0.1, 0.2, 0.9, 0.9)).stop
    assert judged(50, own, running(1, 0.1, 0.5)).stop


def test_running_trials_that_have_not_come_so_far_are_not_compared():
    assert not judged(50, running(0, 0.1, 0.1), running(1, 0.9)).stop


def test_finished_trials_count():
    assert judged(50, running(0, 0.1, 0.1), ended(1, 0.9)).stop


def test_nan_is_no_metric():
    assert not judged(50, running(0, NAN), running(1, 0.9)).stop
    assert not judged(50, running(0, 0.1), running(1, NAN)).stop
    assert judged(50, running(0, 0.1, NAN), running(1, NAN, 0.9)).stop


def test_reasons():
    others = [ended(number, number / 10) for number in range(1, 10)]

    assert judged(20, running(0, 0.05), *others).reason == (
        "0.05 at interval 1 is rank 10 of 10 trials; the worst 20% are ranks 9 to 10"
    )
    assert judged(10, running(0, 0.65, 0.6), *others).reason == (
        "0.65 at interval 1, its best up to interval 2, is rank 4 of 10 trials; "
        "the worst 10% is rank 10"
    )
    assert judged(20, running(0, -0.5), ended(1, -0.1), goal=MIN).reason == (
        "0.5 at interval 1 is rank 2 of 2 trials; 20% of 2 is less than one trial"
    )
