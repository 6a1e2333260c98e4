"""What is replayed is what was recorded, under other settings."""

import math

import pytest

from hyperlocal.domain.distribution import Choice, Normal
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.space import Space
from hyperlocal.errors import SearchSpaceError, SweepError
from hyperlocal.whatif import Recording, replay
from tests.whatif.sweeps import recording, trace

RISING = [[0.1, 0.2, 0.3], [0.5, 0.6, 0.7], [0.2, 0.4, 0.9]]


def test_a_policy_stops_trials_and_saves_the_rest_of_them():
    comparison = replay(recording(*RISING), "bandit:slack_amount=0.2")

    (outcome,) = comparison.outcomes
    assert [(t.trial_id, t.stopped_at, t.ran_s) for t in outcome.stopped] == [
        ("0", 2, 120.0),
        ("2", 1, 60.0),
    ]
    assert outcome.compute_s == 60 + 120 + 181
    assert outcome.saved_s == 121 + 61
    assert outcome.saved_share == pytest.approx(182 / 543)
    assert outcome.stopped[1].saved_s == 121
    assert "is below 0.5 - 0.2" in outcome.stopped[0].reason
    assert comparison.recorded.compute_s == 543
    assert comparison.recorded.stopped == []


def test_the_best_may_be_lost():
    lost, kept = replay(recording(*RISING), ["bandit:slack_amount=0.2", None]).outcomes

    assert (lost.best[0].trial_id, lost.best[1]) == ("1", 0.7)
    assert lost.regret == pytest.approx(0.2)
    assert lost.best_recorded.stopped_at == 1
    assert not lost.keeps_best
    assert (kept.best[0].trial_id, kept.regret, kept.keeps_best) == ("2", 0.0, True)


def test_when_less_is_better_regret_is_still_positive():
    curves = [[-value for value in curve] for curve in RISING]

    (lost,) = replay(recording(*curves, goal=Goal.MINIMIZE), "bandit:slack_amount=0.2").outcomes

    assert lost.best[1] == -0.7
    assert lost.regret == pytest.approx(0.2)


def test_concurrency_changes_how_long_it_takes_but_not_how_much():
    one, three = replay(recording(*RISING), "none", [1, 3]).outcomes

    assert (one.wall_s, three.wall_s) == (543, 181)
    assert one.compute_s == three.compute_s


def test_every_combination_is_played_in_order():
    comparison = replay(recording(*RISING), ["none", "median"], [1, 2], ["recorded", "random"])

    told = [(o.sampling, o.concurrency, o.policy) for o in comparison.outcomes]
    assert told == [
        (sampling, count, policy)
        for sampling in ("recorded", "random")
        for count in (1, 2)
        for policy in ("none", "median_stopping")
    ]


def test_a_trial_that_was_stopped_ends_where_it_was_stopped_and_is_flagged():
    cut = trace([0.1, 0.2], is_cut=True)

    comparison = replay(recording(cut, [0.5, 0.6, 0.7]), ["none", "bandit:slack_amount=0.1"])

    lenient, strict = comparison.outcomes
    assert [trial.ending for trial in lenient.trials] == ["cut", "completed"]
    assert [trial.trial_id for trial in lenient.cut] == ["0"]
    assert lenient.saved_s == 0
    assert [trial.ending for trial in strict.trials] == ["stopped", "completed"]
    assert "1 of 2 trials were stopped or cancelled" in comparison.notes[0]


def test_a_trial_is_stopped_at_its_last_report_if_it_was_cut_there():
    cut = trace([0.1], duration_s=60.0, is_cut=True)
    whole = trace([0.1], duration_s=60.0)

    def endings(first):
        (outcome,) = replay(recording([0.9, 0.9], first), "bandit:slack_amount=0.1").outcomes
        return [trial.ending for trial in outcome.trials]

    assert endings(cut) == ["completed", "stopped"]
    assert endings(whole) == ["completed", "completed"]


def test_a_failure_happens_again():
    failing = trace([0.9], exit_code=1)

    (outcome,) = replay(recording(failing, [0.5]), "none").outcomes

    assert [trial.ending for trial in outcome.trials] == ["failed", "completed"]
    assert outcome.best[1] == 0.9


def test_numbers_that_are_none_are_no_best():
    (outcome,) = replay(recording([math.nan], [], [0.5]), "none").outcomes
    (nothing,) = replay(recording([math.nan], []), "none").outcomes

    assert outcome.best[1] == 0.5
    assert (nothing.best, nothing.regret, nothing.keeps_best) == (None, None, False)


def test_random_order_is_drawn_from_the_recorded_trials():
    told = recording(*([[n / 10] for n in range(8)]))

    orders = [
        [t.trial_id for t in replay(told, "none", sampling="random", seed=seed).outcomes[0].trials]
        for seed in (1, 1, 2)
    ]

    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(trial.trial_id for trial in told.trials)


def test_fewer_trials_count_as_saved():
    (outcome,) = replay(recording(*RISING), "none", most_trials=2).outcomes

    assert [trial.trial_id for trial in outcome.trials] == ["0", "1"]
    assert outcome.saved_s == 181
    assert outcome.best_recorded is None


def test_grid_order_is_that_of_the_space():
    space = Space((("x", Choice((2, 0, 1))),))

    inferred, known = (
        replay(recording(*RISING, space=each), "none", sampling="grid") for each in (None, space)
    )

    assert [t.trial_id for t in inferred.outcomes[0].trials] == ["0", "1", "2"]
    assert [t.trial_id for t in known.outcomes[0].trials] == ["2", "0", "1"]


def test_bayesian_sampling_finds_the_best_of_a_hill_early():
    hill = recording(*([[-((n - 20) ** 2)] for n in range(60)]), concurrency=1)

    (outcome,) = replay(hill, "none", sampling="bayesian", most_trials=15).outcomes

    assert outcome.regret <= 1


def test_what_cannot_be_replayed_is_refused():
    endless = Space((("x", Normal(0.0, 1.0)),))
    elsewhere = Space((("x", Choice(("a", "b"))),))
    told = recording(*RISING)

    with pytest.raises(SweepError, match="no sampling 'sobol'; there are recorded, random"):
        replay(told, "none", sampling="sobol")
    with pytest.raises(SweepError, match="no early termination"):
        replay(told, "median", sampling="bayesian")
    with pytest.raises(SweepError, match="concurrency is 0, but must be"):
        replay(told, "none", 0)
    with pytest.raises(SweepError, match="most_trials is 0"):
        replay(told, "none", most_trials=0)
    with pytest.raises(SweepError, match="cannot list all values"):
        replay(recording(*RISING, space=endless), "none", sampling="grid")
    with pytest.raises(SearchSpaceError, match="cannot search 'x', a normal"):
        replay(recording(*RISING, space=endless), "none", sampling="bayesian")
    with pytest.raises(SweepError, match="not in the space"):
        replay(recording(*RISING, space=elsewhere), "none", sampling="grid")
    with pytest.raises(SweepError, match="not in the space"):
        replay(recording(*RISING, space=elsewhere), "none", sampling="bayesian")
    with pytest.raises(SweepError, match="nothing to replay"):
        Recording("empty", "m", Goal.MAXIMIZE, (), 1)


def test_its_own_policy_is_the_default():
    policy = Bandit(Schedule(), slack_amount=0.2)

    comparison = replay(recording(*RISING, policy=policy))

    assert [outcome.policy for outcome in comparison.outcomes] == ["bandit:slack_amount=0.2"]


def test_it_reads_as_a_table():
    text = str(replay(recording(*RISING), ["bandit:slack_amount=0.2", "none"]))

    assert "example: 3 trials, to maximize accuracy" in text
    assert "none (as it was)" in text
    assert "trial 2 stopped at 1" in text
    assert "Stopped by bandit:slack_amount=0.2, 2 at once" in text
