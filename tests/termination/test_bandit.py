"""Bandit, by hand-computed tables. Semantics: best against best, strictly, with a slack."""

import math

import pytest

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.trial import Curve
from tests.properties.judging import judge

MAX, MIN = Goal.MAXIMIZE, Goal.MINIMIZE
NAN, INF = math.nan, math.inf


def factor(slack):
    return Bandit(Schedule(), slack_factor=slack)


def amount(slack):
    return Bandit(Schedule(), slack_amount=slack)


def judged(policy, goal, own, *others):
    """The verdict on HD_x_0, which reported `own`, beside HD_x_1, HD_x_2, ... ."""
    curves = [
        Curve(f"HD_x_{number}", tuple(goal.score(metric) for metric in metrics))
        for number, metrics in enumerate((own, *others))
    ]
    return judge(policy, "HD_x_0", curves, goal)


@pytest.mark.parametrize(
    ("policy", "goal", "best", "own", "stops"),
    [
        # The run that was observed on Azure: 0.92 / 1.2 = 0.7667.
        (factor(0.2), MAX, 0.92, 0.760, True),
        (factor(0.2), MAX, 0.92, 0.7733, False),
        # The worked numbers of the documentation: 0.8 / 1.2 = 0.6667 and 0.8 - 0.2 = 0.6.
        (factor(0.2), MAX, 0.8, 0.6666, True),
        (factor(0.2), MAX, 0.8, 0.6667, False),
        (amount(0.2), MAX, 0.8, 0.5999, True),
        (amount(0.2), MAX, 0.8, 0.6, False),  # although 0.8 - 0.2 > 0.6 as floats
        (factor(1.0), MAX, 10, 5, False),
        (factor(1.0), MAX, 10, 4.99, True),
        # Negative: -10 - 10 * 0.25 / 1.25 = -12.
        (factor(0.25), MAX, -10, -12, False),
        (factor(0.25), MAX, -10, -12.01, True),
        (amount(2), MAX, -10, -12, False),
        (amount(2), MAX, -10, -12.01, True),
        # Zero has no size to take a factor of.
        (factor(0.25), MAX, 0, -0.001, True),
        (amount(0.5), MAX, 0, -0.5, False),
        # Minimise: 0.31 * 1.1 = 0.341.
        (factor(0.1), MIN, 0.31, 0.341, False),
        (factor(0.1), MIN, 0.31, 0.3411, True),
        (amount(0.1), MIN, 0.31, 0.41, False),
        (amount(0.1), MIN, 0.31, 0.4101, True),
        # Minimise, negative: -10 + 10 * 0.1 = -9.
        (factor(0.1), MIN, -10, -9, False),
        (factor(0.1), MIN, -10, -8.99, True),
        (factor(0.1), MIN, 0, 0.001, True),
        # No slack: only a tie goes on.
        (factor(0), MAX, 0.9, 0.9, False),
        (factor(0), MAX, 0.9, 0.8999, True),
        (amount(0), MIN, 0.9, 0.9001, True),
    ],
)
def test_bandit_table(policy, goal, best, own, stops):
    assert judged(policy, goal, [own], [best]).stop is stops


def test_the_best_so_far_is_judged_not_the_latest():
    assert not judged(factor(0.2), MAX, [0.9, 0.1], [0.92, 0.92]).stop


def test_the_incumbent_is_the_best_of_every_trial_at_any_interval():
    verdict = judged(factor(0.2), MAX, [0.7], [0.1, 0.2, 0.92, 0.3], [0.8])

    assert verdict.stop
    assert verdict.reason.endswith("set by HD_x_1")


def test_a_trial_alone_goes_on():
    verdict = judged(factor(0.2), MAX, [0.9, 0.1])

    assert not verdict.stop
    assert verdict.reason == (
        "0.9 at interval 1, its best up to interval 2, has no other trial to compare with yet"
    )


@pytest.mark.parametrize("rival", [[NAN], [], [INF], [-INF, NAN]])
def test_a_rival_without_a_finite_number_is_nothing_to_compare_with(rival):
    assert not judged(amount(0), MAX, [0.1], rival).stop


@pytest.mark.parametrize("goal", Goal)
def test_nan_and_infinite_reports_are_no_metric(goal):
    assert judged(amount(0.1), goal, [NAN, 0.5, INF], [-INF, 0.5, NAN]).stop is False
    assert judged(amount(0.1), goal, [NAN, INF], [0.5]).stop is False


def test_the_incumbent_goes_on_and_is_told_so():
    verdict = judged(factor(0.2), MIN, [0.5, 0.31], [0.4], [0.9])

    assert not verdict.stop
    assert verdict.reason == "0.31 at interval 2 is the best of all 3 trials"


@pytest.mark.parametrize(
    ("policy", "goal", "own", "best", "reason"),
    [
        (
            factor(0.2),
            MAX,
            [0.5, 0.6, 0.7, 0.75, 0.76],
            0.92,
            "0.760 at interval 5 is below 0.92 / (1 + 0.2) = 0.767, set by HD_x_1",
        ),
        (
            factor(0.2),
            MAX,
            [0.7733],
            0.92,
            "0.773 at interval 1 is not below 0.92 / (1 + 0.2) = 0.767, set by HD_x_1",
        ),
        (
            factor(0.1),
            MIN,
            [0.4],
            0.31,
            "0.400 at interval 1 is above 0.31 * (1 + 0.1) = 0.341, set by HD_x_1",
        ),
        (
            factor(0.25),
            MAX,
            [-13, -14],
            -10,
            "-13 at interval 1, its best up to interval 2, is below "
            "-10 - 10 * 0.25 / (1 + 0.25) = -12, set by HD_x_1",
        ),
        (
            factor(0.1),
            MIN,
            [-9.5],
            -10,
            "-9.50 at interval 1 is not above -10 + 10 * 0.1 = -9.00, set by HD_x_1",
        ),
        (
            amount(0.2),
            MAX,
            [0.6],
            0.8,
            "0.600 at interval 1 is not below 0.8 - 0.2 = 0.600, set by HD_x_1",
        ),
        (
            amount(5),
            MIN,
            [90],
            80,
            "90 at interval 1 is above 80 + 5 = 85, set by HD_x_1",
        ),
    ],
)
def test_the_reason_is_in_the_users_own_numbers(policy, goal, own, best, reason):
    assert judged(policy, goal, own, [best]).reason == reason
