"""Runs that are seen to wait and to go on, by code that polls."""

import pytest

from hyperlocal.azureml.core import ScriptRunConfig
from hyperlocal.testing import Curve, expect, sandbox

POLICY_FREE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)


@pytest.fixture(params=["function", "threads", "curve"])
def called(request, hyperdrive):
    """What stands for the script notes its calls."""
    calls = []

    def train(run, learning_rate):
        calls.append(learning_rate)
        run.log("accuracy", learning_rate)

    def curve(learning_rate):
        calls.append(learning_rate)
        return [learning_rate]

    if request.param == "curve":
        hyperdrive.simulate(curve)
    else:
        hyperdrive.answer(train)
        hyperdrive.slots = 2 if request.param == "threads" else 1
    return calls


def seen(run, most=20):
    """Return what a poll sees, until the run has ended: its status and its trials'."""
    found = []
    while not found or found[-1][0] in ("Queued", "Running"):
        found.append((run.get_status(), sorted(c.get_status() for c in run.get_children())))
        assert len(found) < most
    return found


def test_a_sweep_is_seen_queued_then_running_then_completed(hyperdrive, tune, called):
    hyperdrive.stays_queued(2)
    hyperdrive.stays_running(3)

    run = tune(values=POLICY_FREE, concurrent=2)

    running = ("Running", ["Running", "Running"])
    assert seen(run) == [
        *[("Queued", [])] * 2,
        *[running] * 3,
        ("Completed", ["Completed"] * 6),
    ]
    assert sorted(called) == list(POLICY_FREE)
    expect(run).best(metric=0.6, learning_rate=0.6)


def test_its_trials_alone_may_be_looked_at(hyperdrive, tune, called):
    hyperdrive.stays_running(2)
    run = tune(values=POLICY_FREE, concurrent=2)
    last, first = run.get_children()

    assert [first.get_status() for _ in range(3)] == ["Running", "Running", "Completed"]
    assert last.get_status() == "Completed"
    assert run.get_status() == "Completed"


def test_whoever_waits_sees_the_end(hyperdrive, tune, called):
    hyperdrive.stays_queued(100)
    hyperdrive.stays_running(100)

    assert tune().wait_for_completion()["status"] == "Completed"
    hyperdrive.stays_queued(0)
    run = tune()
    assert run.get_status() == "Running"
    assert run.wait_for_completion()["status"] == "Completed"
    assert len(list(run.get_children())) == 4


@pytest.mark.parametrize("n_looks", [0, 1, 3])
def test_a_sweep_that_is_seen_to_run_can_be_cancelled(hyperdrive, tune, called, n_looks):
    hyperdrive.stays_queued(1)
    hyperdrive.stays_running(5)
    run = tune(values=POLICY_FREE, concurrent=2)
    looks = [run.get_status() for _ in range(n_looks)]
    assert looks == ["Queued", "Running", "Running"][:n_looks]

    run.cancel()

    assert run.get_status() == "Canceled"
    n_begun = 2 if n_looks > 1 else 0
    assert [each.get_status() for each in run.get_children()] == ["Canceled"] * n_begun


def test_a_single_trial_that_is_seen_to_run_can_be_cancelled(hyperdrive, tune):
    hyperdrive.answer(lambda run: run.log("accuracy", 1))
    hyperdrive.stays_running(5)
    run = tune(concurrent=2)
    last, first = run.get_children()

    last.cancel()

    assert [last.get_status(), first.get_status()] == ["Canceled", "Completed"]
    expect(run).completed().has_trials(4, completed=3, canceled=1)


def test_trials_that_waited_have_all_their_time(hyperdrive, tune):
    hyperdrive.answer(lambda run: run.log("accuracy", 1))
    hyperdrive.stays_running(1)
    hyperdrive.trial(0).is_slow(3000)
    hyperdrive.trial(1).hangs()

    run = tune(values=POLICY_FREE, concurrent=3, limit_s=3600)

    assert [each.get_status() for each in run.get_children()] == ["Running"] * 3
    assert run.get_status() == "Running"
    assert run.get_status() == "Completed"
    expect(run).has_trials(6, completed=5, canceled=1)
    details = {c.id: c.get_details() for c in run.get_children()}
    assert details[f"{run.id}_1"]["status"] == "Canceled"


def test_functions_are_called_in_the_order_of_trials(hyperdrive, tune):
    calls = []

    @hyperdrive.answer
    def train(run, learning_rate):
        calls.append(learning_rate)
        run.log("accuracy", 1)

    hyperdrive.stays_running(1)
    tune(values=POLICY_FREE, concurrent=3).wait_for_completion()

    assert calls == list(POLICY_FREE)


def test_a_script_is_seen_to_run(hyperdrive, source):
    hyperdrive.answer(lambda run: run.log("a", 1))
    hyperdrive.stays_queued(1)
    hyperdrive.stays_running(2)

    run = hyperdrive.experiment().submit(ScriptRunConfig(str(source), "train.py"))

    looks = [run.get_status() for _ in range(4)]
    assert looks == ["Queued", "Running", "Running", "Completed"]
    assert run.get_metrics() == {"a": 1}


def test_what_is_said_is_meant_for_later_runs(hyperdrive, tune, called):
    hyperdrive.stays_running(2)
    first = tune()
    hyperdrive.stays_running(0)

    assert tune().get_status() == "Completed"
    assert [first.get_status() for _ in range(3)] == ["Running", "Running", "Completed"]


@pytest.mark.parametrize("train", [lambda run: run.log("accuracy", 1), None])
def test_a_sandbox_may_end_before_its_runs(source, tuning, train):
    with sandbox(train) as hyperdrive:
        if train is None:
            hyperdrive.simulate(lambda: Curve([1]))
        hyperdrive.stays_running(9)
        assert tuning.tune(source).get_status() == "Running"


def test_a_function_that_fails_the_test_does_so_when_it_is_called(hyperdrive, tune):
    def train():
        pytest.fail("not like this")

    hyperdrive.answer(train)
    hyperdrive.stays_running(1)
    run = tune()
    assert run.get_status() == "Running"

    with pytest.raises(pytest.fail.Exception, match="not like this"):
        run.get_status()
    assert run.get_status() == "Canceled"


@pytest.mark.parametrize("polls", [-1, 1.5, None])
def test_what_cannot_be_is_refused(hyperdrive, polls):
    with pytest.raises(ValueError, match="must be a number of looks, from 0"):
        hyperdrive.stays_running(polls)
