"""What the policy is told: every curve as it is at the moment of a report."""

from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.trial import Curve
from hyperlocal.engine.bench import Bench
from hyperlocal.termination import judge
from tests.properties.curves import policies, reports

TRIALS = ["a", "b", "c", "d"]
happenings = st.lists(st.tuples(st.sampled_from(TRIALS), st.just("ends") | reports), max_size=30)


@given(policies, happenings, st.sampled_from(Goal))
def test_a_verdict_is_about_all_curves_as_they_are_then(policy, happenings, goal):
    known = {"earlier": (goal.score(0.5),)}
    bench, running, scores = Bench(goal, policy, known), set(TRIALS), dict(known)

    for trial_id, value in happenings:
        if value == "ends":
            running.discard(trial_id)
            continue
        bench.add(trial_id, value)
        scores[trial_id] = (*scores.get(trial_id, ()), goal.score(value))
        if trial_id not in running:
            continue
        curves = [Curve(each, told, each not in running) for each, told in scores.items()]

        interval, verdict = bench.judge(trial_id, running)

        assert interval == len(scores[trial_id])
        assert verdict == judge(policy, trial_id, curves, goal)
