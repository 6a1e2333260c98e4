import pytest

from hyperlocal.azureml.train.hyperdrive import (
    BanditPolicy,
    EarlyTerminationPolicy,
    MedianStoppingPolicy,
    NoTerminationPolicy,
    TruncationSelectionPolicy,
)
from hyperlocal.azureml.train.hyperdrive.exceptions import (
    HyperDriveConfigException,
    HyperDriveRehydrateException,
)
from hyperlocal.azureml.train.hyperdrive.policy import _policy_from_dict


def test_a_policy_tells_its_name_and_properties():
    assert BanditPolicy(2, 0.1, delay_evaluation=5).to_json() == {
        "name": "Bandit",
        "properties": {"evaluation_interval": 2, "delay_evaluation": 5, "slack_factor": 0.1},
    }
    assert MedianStoppingPolicy().to_json() == {
        "name": "MedianStopping",
        "properties": {"evaluation_interval": 1, "delay_evaluation": 0},
    }
    assert TruncationSelectionPolicy(20, 2, 5).to_json() == {
        "name": "TruncationSelection",
        "properties": {
            "evaluation_interval": 2,
            "delay_evaluation": 5,
            "truncation_percentage": 20,
            "exclude_finished_jobs": False,
        },
    }
    assert NoTerminationPolicy().to_json() == {"name": "Default"}


def test_a_policy_shows_its_settings():
    bandit = BanditPolicy(2, 0.1, None, 5)
    truncation = TruncationSelectionPolicy(20)

    assert (bandit.evaluation_interval, bandit.delay_evaluation) == (2, 5)
    assert bandit.slack_factor == 0.1
    assert BanditPolicy(slack_amount=0.2).slack_factor is None
    assert truncation.truncation_percentage == 20
    assert not hasattr(bandit, "slack_amount")
    with pytest.raises(AttributeError):
        bandit.slack_factor = 0.3


@pytest.mark.parametrize("slacks", [{}, {"slack_factor": 0.1, "slack_amount": 0.1}], ids=repr)
def test_bandit_needs_exactly_one_slack(slacks):
    with pytest.raises(HyperDriveConfigException, match="exactly one"):
        BanditPolicy(**slacks)


def test_a_slack_factor_of_zero_counts_as_absent():
    assert BanditPolicy(slack_factor=0).to_json()["properties"]["slack_amount"] is None
    assert BanditPolicy(slack_factor=0, slack_amount=0).to_json()["properties"] == {
        "evaluation_interval": 1,
        "delay_evaluation": 0,
        "slack_amount": 0,
    }


@pytest.mark.parametrize("value", [1.0, "1", None], ids=repr)
def test_intervals_are_ints(value):
    for rejected in (
        lambda: BanditPolicy(value, 0.1),
        lambda: BanditPolicy(slack_factor=0.1, delay_evaluation=value),
        lambda: MedianStoppingPolicy(value),
        lambda: MedianStoppingPolicy(1, value),
        lambda: TruncationSelectionPolicy(20, value),
        lambda: TruncationSelectionPolicy(value),
    ):
        with pytest.raises(HyperDriveConfigException, match="must be an int") as caught:
            rejected()
        assert caught.value.error_code == "ArgumentInvalid"


@pytest.mark.parametrize("percentage", [0, 100, -5], ids=repr)
def test_truncation_is_between_1_and_99_percent(percentage):
    with pytest.raises(HyperDriveConfigException, match="from 1 to 99"):
        TruncationSelectionPolicy(percentage)


def test_exclude_finished_jobs_is_no_argument_as_in_the_sdk():
    with pytest.raises(TypeError):
        TruncationSelectionPolicy(20, exclude_finished_jobs=True)


def test_policies_with_the_same_settings_are_equal():
    assert MedianStoppingPolicy(2) == MedianStoppingPolicy(evaluation_interval=2)
    assert MedianStoppingPolicy(2) != MedianStoppingPolicy(3)
    assert BanditPolicy(slack_factor=0.1) != BanditPolicy(slack_amount=0.1)
    assert NoTerminationPolicy() != "Default"


def test_a_policy_of_ones_own_tells_what_it_was_given():
    assert EarlyTerminationPolicy("own", {}).to_json() == {"name": "own", "properties": {}}
    assert EarlyTerminationPolicy("own").to_json() == {"name": "own"}


@pytest.mark.parametrize(
    "policy",
    [
        BanditPolicy(2, 0.1, None, 5),
        BanditPolicy(slack_amount=0.2),
        MedianStoppingPolicy(2, 5),
        TruncationSelectionPolicy(20, 2, 5),
        NoTerminationPolicy(),
    ],
    ids=lambda policy: policy.POLICY_NAME,
)
def test_a_policy_is_made_again_from_what_it_told(policy):
    told = policy.to_json()
    told["name"] = told["name"].upper()  # as the service wrote it for some years

    assert _policy_from_dict(told) == policy


def test_a_policy_cannot_be_made_again_from_less():
    with pytest.raises(HyperDriveRehydrateException):
        _policy_from_dict({"properties": {}})
    with pytest.raises(HyperDriveRehydrateException):
        _policy_from_dict({"name": "Bandit"})
    with pytest.raises(HyperDriveConfigException):
        _policy_from_dict({"name": "Bandit", "properties": None})
    with pytest.raises(HyperDriveConfigException, match="'Hyperband'"):
        _policy_from_dict({"name": "Hyperband"})
    with pytest.raises(HyperDriveConfigException):
        _policy_from_dict(None)
