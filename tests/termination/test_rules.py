"""What holds whichever policy judges, and how numbers are worded."""

import math

import pytest

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, MedianStopping, Schedule, TruncationSelection
from hyperlocal.domain.trial import Curve
from hyperlocal.termination.wording import number, side_by_side
from tests.properties.judging import judge

POLICIES = [
    Bandit(Schedule(), slack_factor=0.0),
    Bandit(Schedule(), slack_amount=0.0),
    MedianStopping(Schedule()),
    TruncationSelection(Schedule(), 99),
]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_trial_that_reported_nothing_goes_on(policy):
    verdict = judge(policy, "a", [Curve("a", ()), Curve("b", (1.0,))], Goal.MAXIMIZE)

    assert not verdict.stop
    assert verdict.reason == "nothing reported yet"


@pytest.mark.parametrize("policy", POLICIES)
def test_a_trial_that_reported_only_nan_goes_on(policy):
    curves = [Curve("a", (math.nan, math.inf)), Curve("b", (1.0, 1.0))]

    verdict = judge(policy, "a", curves, Goal.MINIMIZE)

    assert not verdict.stop
    assert verdict.reason == "no finite number reported by interval 2"


@pytest.mark.parametrize("policy", POLICIES)
def test_a_trial_that_is_clearly_worse_is_stopped(policy):
    curves = [Curve("a", (-9.0,)), Curve("b", (1.0,)), Curve("c", (2.0,))]

    assert judge(policy, "a", curves, Goal.MAXIMIZE).stop


@pytest.mark.parametrize("policy", POLICIES)
def test_the_order_of_the_curves_does_not_matter(policy):
    curves = [Curve("a", (0.2,)), Curve("b", (0.1,)), Curve("c", (0.3,))]

    assert judge(policy, "a", curves, Goal.MAXIMIZE) == judge(
        policy, "a", curves[::-1], Goal.MAXIMIZE
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.92, "0.92"),
        (1.0, "1"),
        (-0.0, "0"),
        (123456.0, "123456"),
        (0.123456789, "0.123457"),
        (1e-9, "1e-09"),
        (1e20, "1e+20"),
    ],
)
def test_numbers_are_short(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "other", "texts"),
    [
        (0.76, 0.92 / 1.2, ("0.760", "0.767")),
        (0.7666, 0.92 / 1.2, ("0.7666", "0.7667")),
        (0.6, 0.8 - 0.2, ("0.600", "0.600")),
        (1234.5, 1.0, ("1234.50", "1.00")),
        (-0.0, -0.1, ("0.000", "-0.100")),
        (90.0, 85.0, ("90", "85")),
        (2.5e-8, 2.4e-8, ("2.5e-08", "2.4e-08")),
        (1.5e300, 0.5, ("1.5e+300", "0.5")),
        (0.5, math.inf, ("0.5", "inf")),
    ],
)
def test_two_numbers_side_by_side_can_be_told_apart(value, other, texts):
    assert side_by_side(value, other) == texts
