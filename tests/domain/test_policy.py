"""Policies and their schedule."""

import math

import pytest

from hyperlocal.domain.policy import Bandit, Schedule, TruncationSelection
from hyperlocal.errors import SweepError


@pytest.mark.parametrize(
    ("schedule", "applies"),
    [
        (Schedule(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (Schedule(1, 5), [5, 6, 7, 8, 9, 10]),  # the documented example: first at report 5
        (Schedule(2, 5), [6, 8, 10]),
        (Schedule(3, 3), [3, 6, 9]),
        (Schedule(3, 0), [3, 6, 9]),
        (Schedule(20, 0), []),  # a script that reports too seldom is never judged
    ],
)
def test_when_a_policy_applies(schedule, applies):
    assert [n for n in range(1, 11) if schedule.applies_at(n)] == applies


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Schedule(0), "evaluation_interval is 0, but must be at least 1"),
        (lambda: Schedule(1, -1), "delay_evaluation is -1, but must not be negative"),
        (lambda: Bandit(Schedule()), "exactly one of slack_factor and slack_amount"),
        (lambda: Bandit(Schedule(), 0.1, 0.1), "exactly one of slack_factor and slack_amount"),
        (lambda: Bandit(Schedule(), slack_factor=-0.1), "slack is -0.1, but must be"),
        (lambda: Bandit(Schedule(), slack_amount=math.nan), "slack is nan, but must be"),
        (lambda: Bandit(Schedule(), slack_amount=math.inf), "slack is inf, but must be"),
        (lambda: Bandit(Schedule(), slack_amount="0.1"), "slack is '0.1', but must be"),
        (lambda: TruncationSelection(Schedule(), 0), "is 0, but must be from 1 to 99"),
        (lambda: TruncationSelection(Schedule(), 100), "is 100, but must be from 1 to 99"),
    ],
)
def test_what_makes_no_sense_is_refused_and_told_why(make, message):
    with pytest.raises(SweepError, match=message):
        make()


def test_no_slack_is_a_slack():
    assert Bandit(Schedule(), slack_factor=0).slack_factor == 0
