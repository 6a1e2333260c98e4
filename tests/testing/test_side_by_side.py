"""Trials that run side by side, in threads of the test's process."""

import threading

import pytest

from hyperlocal.testing import expect


def test_as_many_trials_as_slots_run_at_once(hyperdrive, tune):
    hyperdrive.slots = 3
    together = threading.Barrier(3, timeout=30)

    @hyperdrive.answer
    def train(run, learning_rate):
        from azureml.core import Run

        together.wait()
        assert Run.get_context() is run
        print(f"rate {learning_rate}")
        run.log("accuracy", learning_rate)

    run = tune(values=(0.1, 0.2, 0.3))

    expect(run).completed().has_trials(3, completed=3).best(2, metric=0.3)
    for number, rate in enumerate(("0.1", "0.2", "0.3")):
        folder = hyperdrive.history.folder(f"{run.id}_{number}")
        assert folder.output_log.read_text() == f"rate {rate}\n"


def test_no_more_run_at_once_than_the_sweep_allows(hyperdrive, tune):
    hyperdrive.slots = 8
    lock, running, most = threading.Lock(), set(), []

    @hyperdrive.answer
    def train(run):
        with lock:
            running.add(run.id)
            most.append(len(running))
        run.log("accuracy", 1)
        with lock:
            running.remove(run.id)

    tune(concurrent=2)

    assert max(most) <= 2


def test_a_policy_stops_them(hyperdrive, tune, tuning):
    hyperdrive.slots = 2
    first_has_reported = threading.Event()

    @hyperdrive.answer
    def train(run, learning_rate):
        if learning_rate == 0.1:
            assert first_has_reported.wait(30)
        for _ in range(3):
            run.log("accuracy", learning_rate)
            first_has_reported.set()

    run = tune(values=(0.1, 0.9), policy=tuning.bandit())

    expect(run).completed().stopped_only(0).stopped(0, at=1)


def test_outputs_go_by_the_run_where_there_is_no_working_directory(hyperdrive, tune, tmp_path):
    hyperdrive.slots = 2

    @hyperdrive.answer
    def train(run, learning_rate):
        model = tmp_path / f"{learning_rate}.txt"
        model.write_text(str(learning_rate))
        run.upload_file("outputs/model.txt", str(model))

    run = tune()

    names = [child.get_file_names() for child in run.get_children()]
    assert names == [["user_logs/std_log.txt", "outputs/model.txt"]] * 4


def test_a_test_that_fails_in_one_of_them_fails(hyperdrive, tune):
    hyperdrive.slots = 2
    hyperdrive.answer(lambda: pytest.fail("in a thread"))

    with pytest.raises(pytest.fail.Exception, match="in a thread"):
        tune()


def test_nothing_is_left_behind(hyperdrive, tune):
    hyperdrive.slots = 4
    hyperdrive.answer(lambda run: run.log("accuracy", 1))
    before = threading.active_count()

    tune()

    assert threading.active_count() == before
