"""Policies by the SDK's names and parameters."""

import pytest

from hyperlocal.azureml.train.hyperdrive import (
    BanditPolicy,
    MedianStoppingPolicy,
    NoTerminationPolicy,
    TruncationSelectionPolicy,
)
from hyperlocal.domain.policy import Bandit, MedianStopping, Schedule, TruncationSelection
from hyperlocal.errors import SweepError
from hyperlocal.whatif.policies import policy_from, policy_text

BANDIT = Bandit(Schedule(2, 5), slack_factor=0.1)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("bandit:slack_factor=0.1,evaluation_interval=2,delay_evaluation=5", BANDIT),
        ("BanditPolicy: slack_factor = 0.1 , evaluation_interval=2, delay_evaluation=5", BANDIT),
        ("bandit:slack_amount=1", Bandit(Schedule(), slack_amount=1.0)),
        ("median", MedianStopping(Schedule())),
        ("median_stopping:delay_evaluation=5", MedianStopping(Schedule(1, 5))),
        ("MedianStoppingPolicy", MedianStopping(Schedule())),
        ("truncation:truncation_percentage=20", TruncationSelection(Schedule(), 20)),
        ("truncation-selection:truncation_percentage=20", TruncationSelection(Schedule(), 20)),
        ("none", None),
        ("NoTerminationPolicy", None),
        ("own", BANDIT),
        (None, None),
        (BanditPolicy(2, slack_factor=0.1, delay_evaluation=5), BANDIT),
        (MedianStoppingPolicy(), MedianStopping(Schedule())),
        (TruncationSelectionPolicy(20), TruncationSelection(Schedule(), 20)),
        (NoTerminationPolicy(), None),
    ],
)
def test_a_policy_is_found_and_its_text_means_it_again(told, meant):
    assert policy_from(told, BANDIT) == meant
    assert policy_from(policy_text(meant), None) == meant


@pytest.mark.parametrize(
    ("told", "because"),
    [
        ("hyperband", "no policy 'hyperband'.*There are bandit, median_stopping"),
        ("bandit", "needs|exactly one"),
        ("bandit:slack=0.1", "BanditPolicy has no parameter 'slack'.*slack_factor, slack_amount"),
        ("bandit:slack_factor=0.1,slack_amount=2", "exactly one"),
        ("bandit:slack_factor=a lot", "slack_factor is 'a lot'.*must be a number"),
        ("bandit:slack_factor='a'", "slack is 'a', but must be a number"),
        ("bandit:slack_factor=-1", "slack is -1"),
        ("bandit:slack_factor", "'slack_factor'.*one name=value"),
        ("median:delay_evaluation=1,delay_evaluation=2", "should be one name=value"),
        ("median:delay_evaluation=0.5", "delay_evaluation is 0.5.*must be an int"),
        ("median:evaluation_interval=0", "evaluation_interval is 0"),
        ("truncation", "missing.*truncation_percentage"),
        ("truncation:truncation_percentage=0", "from 1 to 99"),
        ("none:delay_evaluation=5", "NoTerminationPolicy has no parameter.*It has none"),
        (3, "3 is no policy"),
    ],
)
def test_a_policy_that_cannot_be_says_why(told, because):
    with pytest.raises(SweepError, match=because):
        policy_from(told, None)
