"""Median stopping, by hand-computed tables: best so far against the median of averages."""

import math

import pytest

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import MedianStopping, Schedule
from hyperlocal.domain.trial import Curve
from tests.properties.judging import judge

MAX, MIN = Goal.MAXIMIZE, Goal.MINIMIZE
NAN = math.nan
MEDIAN = MedianStopping(Schedule())


def running(number, *metrics):
    return Curve(f"HD_x_{number}", metrics)


def ended(number, *metrics):
    return Curve(f"HD_x_{number}", metrics, is_finished=True)


def judged(*curves, goal=MAX):
    turned = [
        Curve(c.trial_id, tuple(goal.score(metric) for metric in c.scores), c.is_finished)
        for c in curves
    ]
    return judge(MEDIAN, "HD_x_0", turned, goal)


@pytest.mark.parametrize(
    ("goal", "own", "stops"),
    [
        # Averages of the others: 0.3, 0.5, 0.7; with the own one the median is of four.
        (MAX, (0.1, 0.1), True),  # averages .1 .3 .5 .7, median 0.4
        (MAX, (0.1, 0.39), True),  # averages .245 .3 .5 .7, median 0.4
        (MAX, (0.1, 0.4), False),  # the same median, reached exactly
        (MAX, (0.6, 0.1), False),  # the best counts, though the average is 0.35
        (MIN, (0.9, 0.9), True),  # averages .3 .5 .7 .9, median 0.6
        (MIN, (0.9, 0.61), True),
        (MIN, (0.9, 0.6), False),
    ],
)
def test_median_table(goal, own, stops):
    others = running(1, 0.2, 0.4), running(2, 0.5, 0.5), running(3, 0.8, 0.6)

    assert judged(running(0, *own), *others, goal=goal).stop is stops


def test_later_reports_of_others_do_not_count():
    verdict = judged(running(0, 0.4), running(1, 0.3, 0.9, 0.9), running(2, 0.2, 0.9))

    assert not verdict.stop


def test_running_trials_that_have_not_come_so_far_are_not_compared():
    verdict = judged(running(0, 0.4, 0.4), running(1, 0.9))

    assert not verdict.stop
    assert "no other trial at this interval" in verdict.reason


def test_ended_trials_count_with_what_they_reported():
    assert judged(running(0, 0.4, 0.4), ended(1, 0.9)).stop


def test_of_an_odd_pool_the_median_is_the_middle_average():
    curves = running(1, 0.5), running(2, 0.9)

    assert not judged(running(0, 0.5), *curves).stop
    assert judged(running(0, 0.4), *curves).stop


def test_a_trial_alone_goes_on():
    assert not judged(running(0, 0.1)).stop
    assert not judged(running(0, 0.1), ended(1), ended(2, NAN)).stop


def test_nan_is_left_out_of_averages():
    assert judged(running(0, 0.4, NAN), running(1, NAN, 0.9)).stop
    assert not judged(running(0, NAN, NAN), running(1, 0.9, 0.9)).stop


def test_equal_flat_curves_all_go_on():
    # The mean of ten 0.7 differs from 0.7 in the last bit, depending on how it is summed.
    curves = [running(number, *[0.7] * 10) for number in range(5)]

    assert not judged(*curves).stop


def test_reasons():
    others = running(1, 0.5, 0.7), running(2, 0.9, 0.9)

    assert judged(running(0, 0.1, 0.2), *others).reason == (
        "0.200 at interval 2 is below 0.600, the median of 3 trials' averages up to interval 2"
    )
    assert judged(running(0, 0.65, 0.2), *others).reason == (
        "0.650 at interval 1, its best up to interval 2, is not below 0.600, "
        "the median of 3 trials' averages up to interval 2"
    )
    assert judged(running(0, 0.95, 0.9), *others, goal=MIN).reason == (
        "0.900 at interval 2 is not above 0.900, the median of 3 trials' averages up to interval 2"
    )
