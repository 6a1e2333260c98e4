"""The small frozen values: goal, limits, space, status."""

import pytest

from hyperlocal.domain.distribution import RandInt, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.space import Space
from hyperlocal.domain.status import TERMINAL, Status
from hyperlocal.domain.sweep import Limits, Resumption, Sampling, SamplingKind, Sweep
from hyperlocal.errors import SweepError


@pytest.mark.parametrize("goal", Goal)
@pytest.mark.parametrize("metric", [-1.5, 0.0, 2.0, float("inf")])
def test_a_metric_comes_back_from_its_score(goal, metric):
    assert goal.metric(goal.score(metric)) == metric


def test_larger_scores_are_better():
    assert Goal.MAXIMIZE.score(2) > Goal.MAXIMIZE.score(1)
    assert Goal.MINIMIZE.score(1) > Goal.MINIMIZE.score(2)


def test_a_space_keeps_the_order_of_declaration():
    space = Space((("b", RandInt(2)), ("a", Uniform(0, 1))))

    assert space.names == ("b", "a")
    assert [name for name, _ in space] == ["b", "a"]
    assert len(space) == 2
    assert len(Space(())) == 0


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ((0, 1, 60), "max_trials is 0, but must be at least 1"),
        ((1, 0, 60), "max_concurrent is 0, but must be at least 1"),
        ((1, 1, 0), "max_duration_s is 0, but must be above 0"),
        ((1, 1, float("nan")), "max_duration_s is nan, but must be above 0"),
    ],
)
def test_limits_that_allow_nothing_are_refused(limits, message):
    with pytest.raises(SweepError, match=message):
        Limits(*limits)


def test_no_more_trials_are_resumed_than_may_run():
    resumed = (Resumption("a", {}), Resumption("b", {}))

    with pytest.raises(SweepError, match="2 trials are to be resumed, but max_trials is 1"):
        Sweep(
            Space(()),
            Sampling(SamplingKind.RANDOM, 1),
            "accuracy",
            Goal.MAXIMIZE,
            Limits(1, 1, 60),
            Launch(("train",)),
            resumed=resumed,
        )


def test_three_statuses_are_final_and_so_is_what_nobody_can_read():
    assert {status for status in Status if status.is_terminal} == TERMINAL
    final = TERMINAL - {Status.UNREADABLE}
    assert sorted(status.value for status in final) == ["Canceled", "Completed", "Failed"]


def test_a_status_is_its_spelling():
    assert Status.CANCEL_REQUESTED == "CancelRequested"
    assert Status("NotStarted") is Status.NOT_STARTED
