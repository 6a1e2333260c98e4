import pytest

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import Bandit, MedianStopping, Schedule, TruncationSelection
from hyperlocal.engine.early_stopper import EarlyStopper
from hyperlocal.errors import HyperlocalError
from hyperlocal.views import figures
from hyperlocal.views.stopping import (
    Judgements,
    curves_to_judge,
    judged_again,
    read_judgements,
)
from hyperlocal.views.sweep_reader import SweepReader
from tests.views import sweeps
from tests.views.figures.looking import checked, notes, trace
from tests.views.figures.made import a_curve, a_sweep, a_trial

POLICIES = [
    Bandit(Schedule(), slack_factor=0.1),
    Bandit(Schedule(delay_evaluation=2), slack_amount=0.15),
    MedianStopping(Schedule(evaluation_interval=2)),
    TruncationSelection(Schedule(), 40),
]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda p: type(p).__name__)
def test_what_the_engine_decided_is_what_is_told(history, policy):
    sweep = sweeps.begin_sweep(history, policy=policy)
    stopper = EarlyStopper(history, sweep, "accuracy", Goal.MAXIMIZE, policy)
    ids = [sweeps.begin_trial(history, sweep, number) for number in range(5)]
    running = set(ids)
    for interval in range(1, 6):
        for number, run_id in enumerate(ids):
            if run_id in running:
                sweeps.log(history, run_id, 0.1 * interval * (5 - number))
        for stop in stopper.stops(running):
            running.discard(stop.run_id)
            history.runs.finish(stop.run_id, sweeps.Status.CANCELED, cause=sweeps.Cause.POLICY)
    reader = SweepReader(history, sweep)
    data = reader.read()
    curves = reader.curves(ids)

    for run_id in ids:
        told = read_judgements(history, data, curves_to_judge(reader, run_id), run_id)
        of_all = read_judgements(history, data, curves, run_id)
        assert [(j.threshold, j.best, j.stop) for j in told.judged] == [
            (j.threshold, j.best, j.stop) for j in of_all.judged
        ]
        decided = history.decisions.of(run_id)
        assert [(j.interval, j.stop, j.reason) for j in told.judged if j.is_due] == [
            (d.interval, d.stop, d.reason) for d in decided
        ]
        for each in told.judged:
            assert not each.stop or each.best < each.threshold
        checked(figures.why_stopped(data, told))
    assert any(d.stop for run_id in ids for d in history.decisions.of(run_id))


def test_a_bandits_threshold_is_the_best_so_far_with_its_slack():
    policy = Bandit(Schedule(), slack_factor=0.25)
    other = a_curve(0, 0.4, 0.8, 0.8)
    own = a_curve(1, 0.5, 0.5, 0.5, began=0.5)

    told = judged_again(policy, Goal.MAXIMIZE, own, [own, other], {})

    assert [j.threshold for j in told] == pytest.approx([0.5 / 1.25, 0.8 / 1.25, 0.8 / 1.25])
    assert [j.stop for j in told] == [False, True, True]


def test_the_figure_draws_both_curves_and_the_stop():
    policy = Bandit(Schedule(), slack_factor=0.25)
    own, other = a_curve(1, 0.6, 0.5, 0.5, began=0.5), a_curve(0, 0.4, 0.8, 0.8)
    data = a_sweep(
        [a_trial(0, 0.8), a_trial(1, 0.6, outcome="stopped by policy")],
        goal=Goal.MAXIMIZE,
        policy=policy,
    )
    told = Judgements(own, judged_again(policy, Goal.MAXIMIZE, own, [other], {}))
    figure = checked(figures.why_stopped(data, told))

    assert trace(figure, "trial 1: what it reported")["y"] == [0.6, 0.5, 0.5]
    assert trace(figure, "its best so far")["y"] == [0.6, 0.6, 0.6]
    assert trace(figure, "what the policy asked for")["y"] == pytest.approx([0.48, 0.64, 0.64])
    stop = trace(figure, "stopped at interval 3")
    assert (stop["x"], stop["y"], stop["customdata"]) == ([3], [0.6], ["HD_m_1"])
    assert "A trial below the line is stopped." in notes(figure)


def test_a_sweep_without_a_policy_has_no_such_figure(history):
    sweep = sweeps.a_finished_sweep(history)
    reader = SweepReader(history, sweep)

    with pytest.raises(HyperlocalError, match="has no policy"):
        read_judgements(history, reader.read(), {}, f"{sweep}_0")


def test_a_trial_without_a_number_has_no_such_figure(history):
    sweep = sweeps.a_finished_sweep(history, policy=POLICIES[0])
    reader = SweepReader(history, sweep)

    with pytest.raises(HyperlocalError, match="reported no number of accuracy"):
        read_judgements(history, reader.read(), {}, f"{sweep}_2")


def test_where_the_policy_does_not_look_its_threshold_is_drawn_all_the_same():
    policy = Bandit(Schedule(delay_evaluation=3), slack_factor=0.25)
    own, other = a_curve(1, 0.1, 0.1, 0.1, began=0.5), a_curve(0, 0.5, 0.6, 0.8)

    told = judged_again(policy, Goal.MAXIMIZE, own, [other], {})

    assert [j.is_due for j in told] == [False, False, True]
    assert [j.threshold for j in told] == pytest.approx([0.4, 0.48, 0.64])
    data = a_sweep(
        [a_trial(0, 0.8), a_trial(1, 0.1, outcome="stopped by policy")],
        goal=Goal.MAXIMIZE,
        policy=policy,
    )
    figure = checked(figures.why_stopped(data, Judgements(own, told)))
    assert trace(figure, "stopped at interval 3")["x"] == [3]
    assert trace(figure, "what the policy asked for")["x"] == [1, 2, 3]
