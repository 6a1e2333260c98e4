"""A sweep as it goes on."""

import math

from hyperlocal.domain.goal import Goal
from hyperlocal.views.plans import sweep_of
from hyperlocal.views.sweep_progress import SweepProgress
from tests.views.sweeps import (
    begin_sweep,
    begin_trial,
    complete,
    fail,
    insert_trials,
    log,
    stop,
)


def a_watch(history, parent):
    record = history.runs.get(parent)
    return SweepProgress(history, record, sweep_of(record))


def numbers(trials):
    return [trial.number for trial in trials]


def test_each_trial_ends_once_in_order_of_ending(history):
    parent = begin_sweep(history)
    first, second = (begin_trial(history, parent, n) for n in range(2))
    watch = a_watch(history, parent)

    assert watch.step() == []
    assert list(watch.running) == [first, second]
    complete(history, second)
    fail(history, first)
    assert numbers(watch.step()) == ["1", "0"]
    assert watch.step() == []
    assert watch.counts == {"Completed": 1, "Failed": 1}
    assert watch.n_ended == 2


def test_a_trial_that_began_and_ended_between_two_steps_is_not_missed(history):
    parent = begin_sweep(history)
    watch = a_watch(history, parent)
    watch.step()

    stop(history, begin_trial(history, parent, 0, metrics=[0.3]))
    [trial] = watch.step()

    assert (trial.best, trial.latest) == (0.3, 0.3)
    assert watch.counts == {"stopped by policy": 1}


def test_the_best_is_known_while_it_runs(history):
    parent = begin_sweep(history)
    trial = begin_trial(history, parent, 0)
    watch = a_watch(history, parent)
    watch.step()

    assert watch.best is None
    for metric in (0.2, 0.6, math.nan, 0.4):
        log(history, trial, metric)
    watch.step()
    assert (watch.best.best, watch.best.latest) == (0.6, 0.4)


def test_minimising_keeps_the_least(history):
    parent = begin_sweep(history, goal=Goal.MINIMIZE)
    begin_trial(history, parent, 0, metrics=[0.9])
    watch = a_watch(history, parent)
    watch.step()
    begin_trial(history, parent, 1, metrics=[0.3, 0.7])
    watch.step()

    assert (watch.best.number, watch.best.best) == ("1", 0.3)


def test_other_sweeps_and_other_metrics_do_not_count(history):
    parent, other = begin_sweep(history), begin_sweep(history, "HD_other")
    watch = a_watch(history, parent)
    watch.step()

    begin_trial(history, other, 0, metrics=[1.0])
    log(history, begin_trial(history, parent, 0), 1.0, name="loss")
    watch.step()

    assert watch.best is None
    assert watch.n_ended + len(watch.running) == 1


def test_attaching_to_a_large_sweep_reads_it_once(history):
    parent = begin_sweep(history, max_trials=10_000)
    insert_trials(history, parent, 5_000)
    watch = a_watch(history, parent)

    assert len(watch.step()) == 5_000
    assert watch.best.best == 4_999
    statements = []
    with history._database.reading() as connection:
        connection.set_trace_callback(statements.append)
        watch.step()
        connection.set_trace_callback(None)
    assert len(statements) == 3
    assert watch.n_ended == 5_000


def test_time_left_is_guessed_from_what_ended(history, monkeypatch):
    parent = begin_sweep(history, max_trials=10)
    insert_trials(history, parent, 4)  # one second each
    watch = a_watch(history, parent)

    assert watch.time_left(0.0) is None
    watch.step()
    now = watch.parent.started_at
    assert watch.time_left(now) == 6.0


def test_time_left_knows_the_sweeps_own_limit_and_its_slots(history):
    parent = begin_sweep(history, max_trials=100, max_duration_s=30.0)
    running = [begin_trial(history, parent, n) for n in range(4)]
    watch = a_watch(history, parent)
    watch.step()
    for run_id in running[:2]:
        with history._database.writing() as connection:
            connection.execute(
                "UPDATE run SET started_at = started_at - 2 WHERE run_id = ?", (run_id,)
            )
        complete(history, run_id)
    watch.step()
    now = watch.parent.started_at

    assert watch.time_left(now) == 30.0
    assert watch.time_left(now + 50) == 0.0
    watch.sweep = sweep_of(history.runs.get(begin_sweep(history, "HD_long", max_trials=100)))
    # 96 trials of 2 s to come and two just begun, on four slots.
    assert 45 < watch.time_left(now) < 52
