"""What holds for every policy, whatever trials report."""

import math

from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, MedianStopping, Schedule, TruncationSelection
from hyperlocal.domain.trial import Curve
from tests.properties.curves import (
    any_curves,
    bandits,
    curves_at,
    policies,
    schedules,
    slacks,
)
from tests.properties.judging import judge

goals = st.sampled_from(Goal)


def best_of(curve):
    return max(filter(math.isfinite, curve.scores), default=-math.inf)


def stopped(policy, curves, goal):
    return {c.trial_id for c in curves if judge(policy, c.trial_id, curves, goal).stop}


@given(schedules, st.integers(1, 40))
def test_a_schedule_applies_from_its_delay_on_and_only_at_multiples(schedule, interval):
    applies = schedule.applies_at(interval)

    assert not (applies and interval < schedule.delay_evaluation)
    assert not (applies and interval % schedule.evaluation_interval)
    assert (
        applies
        or interval < schedule.delay_evaluation
        or bool(interval % schedule.evaluation_interval)
    )


@given(policies, any_curves, goals)
def test_every_report_gets_a_verdict_with_a_reason(policy, curves, goal):
    for curve in curves:
        verdict = judge(policy, curve.trial_id, curves, goal)

        assert isinstance(verdict.stop, bool)
        assert verdict.reason
        assert "\n" not in verdict.reason
        assert "nan" not in verdict.reason


@given(policies, any_curves, goals)
def test_a_trial_alone_is_never_stopped(policy, curves, goal):
    silent = [Curve(c.trial_id, (math.nan,) * len(c.scores), c.is_finished) for c in curves[1:]]

    assert not judge(policy, curves[0].trial_id, curves[:1], goal).stop
    assert not judge(policy, curves[0].trial_id, [curves[0], *silent], goal).stop


@given(policies, curves_at(), goals)
def test_the_best_trial_is_never_stopped(policy, curves, goal):
    best = max(map(best_of, curves))

    for curve in curves:
        if best_of(curve) == best:
            assert not judge(policy, curve.trial_id, curves, goal).stop


@given(bandits, any_curves, goals)
def test_bandit_keeps_the_incumbent_also_among_trials_of_different_length(bandit, curves, goal):
    incumbent = max(curves, key=best_of)

    assert not judge(bandit, incumbent.trial_id, curves, goal).stop


@given(slacks, slacks, any_curves, goals, st.sampled_from(["slack_factor", "slack_amount"]))
def test_more_slack_never_stops_more(one, other, curves, goal, kind):
    less, more = (Bandit(Schedule(), **{kind: slack}) for slack in sorted((one, other)))

    assert stopped(more, curves, goal) <= stopped(less, curves, goal)


@given(bandits, any_curves, goals)
def test_bandit_never_keeps_the_worse_of_two(bandit, curves, goal):
    given_up = stopped(bandit, curves, goal)
    kept = [best_of(c) for c in curves if c.trial_id not in given_up and best_of(c) > -math.inf]
    lost = [best_of(c) for c in curves if c.trial_id in given_up]

    assert not (kept and lost) or min(kept) > max(lost)


@given(
    st.one_of(
        st.builds(lambda slack: Bandit(Schedule(), slack_amount=slack), slacks),
        st.just(MedianStopping(Schedule())),
        st.builds(lambda percent: TruncationSelection(Schedule(), percent), st.integers(1, 99)),
    ),
    any_curves,
)
def test_maximising_a_metric_is_minimising_its_negative(policy, curves):
    # The scores are the same; only their way back to a metric, and so the reason, differs.
    assert stopped(policy, curves, Goal.MAXIMIZE) == stopped(policy, curves, Goal.MINIMIZE)


@given(st.floats(0.01, 5.0), any_curves)
def test_a_slack_factor_is_taken_of_the_incumbents_size_in_both_directions(slack, curves):
    # Maximise divides and minimise multiplies by 1 + slack, so minimising is never the stricter.
    policy = Bandit(Schedule(), slack_factor=slack)

    assert stopped(policy, curves, Goal.MINIMIZE) <= stopped(policy, curves, Goal.MAXIMIZE)


@given(st.integers(1, 99), curves_at(), goals)
def test_truncation_never_stops_more_than_its_percentage(percentage, curves, goal):
    policy = TruncationSelection(Schedule(), percentage)
    with_metric = [curve for curve in curves if best_of(curve) > -math.inf]

    assert len(stopped(policy, curves, goal)) * 100 <= percentage * len(with_metric)


@given(curves_at(), goals)
def test_median_stopping_never_stops_more_than_half(curves, goal):
    with_metric = [curve for curve in curves if best_of(curve) > -math.inf]

    assert len(stopped(MedianStopping(Schedule()), curves, goal)) * 2 <= len(with_metric)


@given(policies, any_curves, goals, st.randoms())
def test_the_order_of_the_trials_does_not_matter(policy, curves, goal, random):
    shuffled = random.sample(curves, len(curves))

    assert stopped(policy, shuffled, goal) == stopped(policy, curves, goal)


@given(policies, any_curves, goals)
def test_a_trial_is_stopped_if_it_is_worse_than_the_threshold(policy, curves, goal):
    for curve in curves:
        verdict = judge(policy, curve.trial_id, curves, goal)

        if verdict.threshold is None:
            assert not verdict.stop
            continue
        short = goal.score(verdict.threshold) - best_of(curve)
        rounding = 1e-11 * max(1.0, abs(verdict.threshold), abs(best_of(curve)))
        if short > rounding:
            assert verdict.stop
        if short < 0:
            assert not verdict.stop
