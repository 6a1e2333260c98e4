"""What a sweep's end says of it."""

import io
import time

from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.views.learnt import learnt_lines, write_whole
from hyperlocal.views.page import Page
from tests.views.sweeps import (
    a_finished_sweep,
    begin_job,
    begin_sweep,
    begin_trial,
    complete,
    fail,
    insert_trials,
    stop,
)


def took(history, run_id, seconds):
    with history._database.writing() as connection:
        connection.execute(
            "UPDATE run SET started_at = ended_at - ? WHERE run_id = ?", (seconds, run_id)
        )


def lines(history, run_id, has_time=False):
    return list(learnt_lines(history, history.runs.get(run_id), has_time=has_time))


def starting(told, label):
    return [line for line in told if line.startswith(label)]


def test_what_was_stopped_and_saved_is_told(history):
    parent = begin_sweep(history, policy=Bandit(Schedule(), slack_factor=0.1))
    for number, seconds in enumerate((10.0, 20.0)):
        complete(history, begin_trial(history, parent, number, metrics=[0.9]))
        took(history, f"{parent}_{number}", seconds)
    for number, seconds in ((2, 5.0), (3, 25.0)):  # the last took longer than those that completed
        stop(history, begin_trial(history, parent, number, metrics=[0.1]))
        took(history, f"{parent}_{number}", seconds)
    complete(history, parent)

    [line] = starting(lines(history, parent), "Stopped")

    assert line == (
        "Stopped by the policy: 2 of 4 trials, which saved about 10s of computing (14%)"
    )


def test_where_nothing_completed_nothing_is_guessed(history):
    parent = begin_sweep(history)
    stop(history, begin_trial(history, parent, 0))
    complete(history, parent)

    assert starting(lines(history, parent), "Stopped") == ["Stopped by the policy: 1 of 1 trial"]


def test_failures_are_told_once_for_each_reason(history):
    parent = begin_sweep(history)
    for number in range(4):
        fail(history, begin_trial(history, parent, number), f"ValueError: bad batch {number}")
    fail(history, begin_trial(history, parent, 4), "MemoryError")
    complete(history, parent)

    told = lines(history, parent)

    assert starting(told, "Failed") == [
        "Failed: 4 trials, the first trial 0: ValueError: bad batch 0",
        "Failed: trial 4: MemoryError",
    ]
    assert f"What the first that failed printed: hyperlocal logs {parent}_0" in told


def test_many_reasons_are_counted(history):
    parent = begin_sweep(history)
    for number in range(6):
        fail(history, begin_trial(history, parent, number), "Error: " + "abcdef"[number])
    complete(history, parent)

    told = lines(history, parent)

    assert len(starting(told, "Failed")) == 3
    assert "... and 3 other reasons" in told


def test_where_to_look_is_always_told(history):
    parent = begin_sweep(history)
    complete(history, parent)

    assert lines(history, parent) == [
        f"All trials, and what mattered: hyperlocal show {parent} --importance",
        "Charts: hyperlocal studio",
    ]
    assert lines(history, parent, has_time=True) == [
        f"All trials: hyperlocal show {parent}",
        "Charts: hyperlocal studio",
    ]


def test_who_has_time_is_told_what_mattered(history):
    parent = begin_sweep(history, max_trials=40)
    insert_trials(history, parent, 40)  # the metric is the learning rate's, and fails for no batch
    complete(history, parent)
    few = a_finished_sweep(history, "HD_few")

    told, of_few = (lines(history, each, has_time=True) for each in (parent, few))

    assert told[-1].startswith("What mattered: lr ")
    assert " to " in told[-1]
    assert of_few[-1].startswith("What mattered: Too few trials to say: 3 have ended")


def test_of_a_run_that_is_no_sweep_nothing_is_told(history):
    job = begin_job(history)
    complete(history, job)
    stream = io.StringIO()

    write_whole(Page(stream), history, history.runs.get(job))

    assert lines(history, job) == []
    assert stream.getvalue() == ""


def test_the_whole_of_it_begins_with_the_ending_and_the_best(history):
    parent = a_finished_sweep(history)
    stream = io.StringIO()

    write_whole(Page(stream), history, history.runs.get(parent))

    first, second, *_ = stream.getvalue().splitlines()
    assert first.startswith(
        f"{parent}: Completed, 4 trials (2 Completed, 1 Failed, 1 stopped by policy) in "
    )
    assert second == "Best: trial 1, accuracy 0.9, lr=0.0912345678 batch=16"


def test_without_a_number_there_is_no_best(history):
    parent = begin_sweep(history)
    complete(history, begin_trial(history, parent, 0, metrics=[float("nan")]))
    complete(history, parent)
    stream = io.StringIO()

    write_whole(Page(stream), history, history.runs.get(parent))

    assert "Best: none, as no trial logged accuracy as a number" in stream.getvalue()


def test_a_very_large_sweep_costs_no_more(history):
    parent = begin_sweep(history, max_trials=10_000)
    insert_trials(history, parent, 10_000)
    complete(history, parent)

    began = time.process_time()
    told = lines(history, parent)

    assert time.process_time() - began < 0.5
    assert told[0].startswith("All trials, ")
