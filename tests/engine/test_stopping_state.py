"""What the policy is told: every curve as it is at the moment of a report."""

import itertools
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, MedianStopping, Schedule, TruncationSelection
from hyperlocal.domain.trial import Curve
from hyperlocal.engine.stopping_state import StoppingState
from tests.properties.curves import policies, reports
from tests.properties.judging import judge

TRIALS = ["a", "b", "c", "d"]
happenings = st.lists(st.tuples(st.sampled_from(TRIALS), st.just("ends") | reports), max_size=30)


@given(policies, happenings, st.sampled_from(Goal))
def test_a_verdict_is_about_all_curves_as_they_are_then(policy, happenings, goal):
    known = {"earlier": (goal.score(0.5),)}
    state, running, scores = StoppingState(goal, policy, known), set(TRIALS), dict(known)

    for trial_id, value in happenings:
        if value == "ends":
            running.discard(trial_id)
            continue
        state.add(trial_id, value)
        scores[trial_id] = (*scores.get(trial_id, ()), goal.score(value))
        if trial_id not in running:
            continue
        curves = [Curve(each, told, each not in running) for each, told in scores.items()]

        interval, verdict = state.judge(trial_id, running)

        assert interval == len(scores[trial_id])
        assert verdict == judge(policy, trial_id, curves, goal)


POLICIES = [
    Bandit(Schedule(1, 0), slack_factor=0.5),
    MedianStopping(Schedule(1, 0)),
    TruncationSelection(Schedule(1, 0), 50),
]


def calls(work):
    """Return how many functions, of Python or of C, a piece of work calls."""
    n_calls = 0

    def count(frame, event, argument):
        nonlocal n_calls
        n_calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return n_calls


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: type(policy).__name__)
def test_a_report_costs_the_same_late_in_a_long_curve(policy):
    state, running = StoppingState(Goal.MAXIMIZE, policy), {"a", "b"}

    def report():
        for trial_id in ("a", "b"):
            state.add(trial_id, 0.5)
            state.judge(trial_id, running)

    report()
    early = calls(report)
    for _ in range(500):
        report()

    assert calls(report) <= early + 10


def one_after_the_other(n_reports):
    """Ten trials, one after the other."""
    return [
        (f"t{n // (n_reports // 10)}", {f"t{n // (n_reports // 10)}"}) for n in range(n_reports)
    ]


def side_by_side(n_reports):
    """Sixteen trials that report in turn."""
    ids = [f"t{n}" for n in range(16)]
    return [(ids[n % 16], set(ids)) for n in range(n_reports)]


def long_after_many_short(n_reports):
    """Hundreds of trials of one report, then one that goes on and on."""
    ids = [f"t{n}" if n < 300 else "last" for n in range(n_reports)]
    return [(each, {each}) for each in ids]


class Counted(float):
    """A score that counts how often any is compared or hashed."""

    n_asked = 0

    def __lt__(self, other):
        Counted.n_asked += 1
        return float(self) < float(other)

    def __gt__(self, other):
        Counted.n_asked += 1
        return float(self) > float(other)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: type(policy).__name__)
@pytest.mark.parametrize("shape", [one_after_the_other, side_by_side, long_after_many_short])
def test_judging_costs_what_is_reported_whatever_its_shape(policy, shape):
    """A report costs the same in a long sweep, in calls and in what lists of scores cost."""
    cost = {}
    for n_reports in (1_000, 3_000):
        state, values = (
            StoppingState(Goal.MAXIMIZE, policy),
            itertools.cycle([0.1, 0.7, 0.4, 0.2, 0.9]),
        )
        told = list(zip(shape(n_reports), values))  # noqa: B905 endless

        def judge_all(state=state, told=told):
            for (trial_id, running), value in told:
                state.add(trial_id, Counted(value))
                state.judge(trial_id, running)

        Counted.n_asked = 0
        cost[n_reports] = calls(judge_all) + Counted.n_asked

    assert cost[3_000] <= 3.3 * cost[1_000] + 10_000


def test_reports_of_a_trial_that_has_ended_count_for_the_others():
    state = StoppingState(Goal.MAXIMIZE, Bandit(Schedule(1, 0), slack_amount=0.1))
    for trial_id, value in (("a", 0.5), ("b", 0.45)):
        state.add(trial_id, value)
    assert not state.judge("b", {"b"}).verdict.stop

    state.add("a", 0.9)  # a late one
    state.add("b", 0.46)

    assert state.judge("b", {"b"}).verdict.stop
