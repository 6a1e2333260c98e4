"""Where a trial ends that the policy has stopped: inline as in a simulation."""

import pytest

from hyperlocal.testing import expect


@pytest.fixture(params=["inline", "simulated"])
def follow(request, hyperdrive):
    """Let trials log curves, as many values of `accuracy` each, told by their learning rate."""

    def way(curve_of):
        if request.param == "simulated":
            hyperdrive.simulate(lambda learning_rate: curve_of(learning_rate))
            return

        @hyperdrive.answer
        def train(run, learning_rate):
            for value in curve_of(learning_rate):
                run.log("accuracy", value)

    return way


@pytest.fixture
def bandit(hyperdrive):
    from hyperlocal.azureml.train.hyperdrive import BanditPolicy

    return BanditPolicy(slack_factor=0.1, evaluation_interval=1)


def test_a_trial_ends_by_itself_after_its_last_report(hyperdrive, follow, tune, bandit):
    follow(lambda lr: [0.1 / lr])

    run = tune(policy=bandit, concurrent=1)

    expect(run).has_trials(completed=4, stopped=0)


def test_a_trial_that_goes_on_is_stopped_before_it_reports_again(follow, tune, bandit):
    follow(lambda lr: [0.1 / lr] * 3)

    run = tune(policy=bandit, concurrent=1)

    expect(run).stopped_only(1, 2, 3).stopped(1, 2, 3, at=1)
    metrics = [child.get_metrics()["accuracy"] for child in run.get_children()]
    assert metrics == [0.1 / lr for lr in (0.4, 0.3, 0.2)] + [[1.0, 1.0, 1.0]]


def test_what_happens_after_a_report_happens_although_it_was_judged(
    hyperdrive, follow, tune, bandit
):
    follow(lambda lr: [0.1 / lr] * 3)
    hyperdrive.trial(1).fails("MemoryError: no memory left", after=1)
    hyperdrive.trial(2).fails(exit_code=3, after=1)

    run = tune(policy=bandit, concurrent=1)

    expect(run).failed(trial=1, match="^MemoryError: no memory left").failed(trial=2, match="3")
    expect(run).stopped_only(3)


def test_other_metrics_of_the_same_step_are_kept(hyperdrive, tune, bandit):
    @hyperdrive.answer
    def train(run, learning_rate):
        for epoch in range(3):
            run.log("accuracy", 0.1 / learning_rate)
            run.log("epoch", epoch)

    run = tune(policy=bandit, concurrent=1, values=(0.1, 0.4))

    stopped, best = run.get_children()
    assert stopped.get_metrics() == {"accuracy": 0.25, "epoch": 0}
    assert best.get_metrics()["epoch"] == [0, 1, 2]
