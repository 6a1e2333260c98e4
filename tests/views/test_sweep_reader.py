import math

import pytest

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.status import Status
from hyperlocal.views.sweep_reader import SweepReader
from tests.views import sweeps


@pytest.fixture
def sweep(history):
    return sweeps.a_finished_sweep(history)


def test_a_finished_sweep_is_read_with_its_trials(history, sweep):
    data = SweepReader(history, sweep).read()

    assert data.status is Status.COMPLETED
    assert [trial.number for trial in data.trials] == [0, 1, 2, 3]
    assert [trial.best for trial in data.trials] == [0.5, 0.9, None, 0.2]
    assert data.best.number == 1
    assert data.counts == {"Completed": 2, "Failed": 1, "stopped by policy": 1}
    assert data.trials[2].reason == "ValueError: bad batch (exit code 1)"
    told = data.trials[1].metrics["accuracy"]
    assert (told.n_values, told.n_finite, told.least, told.greatest, told.last) == (
        2,
        2,
        0.8,
        0.9,
        0.8,
    )


def test_the_least_is_the_best_of_a_sweep_that_minimizes(history):
    sweep = sweeps.a_finished_sweep(history, goal=Goal.MINIMIZE)

    data = SweepReader(history, sweep).read()

    assert [trial.number for trial in data.ranked] == [0, 3, 1]
    assert data.best.best == 0.1


def test_of_equal_trials_the_first_to_reach_it_is_the_best(history, writer):
    sweep = sweeps.begin_sweep(history)
    first = sweeps.begin_trial(history, sweep, 0)
    second = sweeps.begin_trial(history, sweep, 1)
    sweeps.log(writer, second, 0.7)
    sweeps.log(writer, first, 0.7)

    data = SweepReader(history, sweep).read()

    assert data.best.number == 1
    assert [trial.number for trial in data.ranked] == [1, 0]


def test_settings_are_told_in_words(history, sweep):
    told = SweepReader(history, sweep).read().settings()

    assert told["primary metric"] == "maximize accuracy"
    assert told["sampling"] == "random, seed 1234"
    assert told["search space"] == "lr: uniform(0.05, 0.1), batch: choice(16, 32)"
    assert told["policy"] == "none: every trial runs to its end"


def test_nothing_new_is_the_same_version(history, sweep):
    reader = SweepReader(history, sweep)
    before = reader.read()

    after = reader.read()

    assert after.version == before.version
    assert after.trials is before.trials
    assert after.changed_since(before.version) == []


def test_what_changes_is_told_and_nothing_else(history, writer):
    sweep = sweeps.begin_sweep(history)
    ended = sweeps.begin_trial(history, sweep, 0, metrics=[0.4])
    sweeps.complete(history, ended)
    running = sweeps.begin_trial(history, sweep, 1, metrics=[0.1])
    reader = SweepReader(history, sweep)
    before = reader.read()

    sweeps.log(writer, running, 0.6)
    new = sweeps.begin_trial(writer, sweep, 2)
    after = reader.read()

    assert [trial.run_id for trial in after.changed_since(before.version)] == [running, new]
    assert after.best.run_id == running
    sweeps.complete(writer, running)
    ended_data = reader.read()
    assert [t.outcome for t in ended_data.changed_since(after.version)] == ["Completed"]
    assert [trial.run_id for trial in ended_data.trials] == [ended, running, new]


def test_following_tells_the_same_as_reading_anew(history, writer):
    sweep = sweeps.begin_sweep(history)
    reader = SweepReader(history, sweep)
    reader.read()
    values = [[0.3, math.nan, 0.2], [math.inf, -math.inf], [0.9], [], [0.9, 0.95]]
    for number, metrics in enumerate(values):
        run_id = sweeps.begin_trial(writer, sweep, number)
        reader.read()
        reader.curves([run_id])
        for metric in metrics:
            sweeps.log(writer, run_id, metric)
            reader.read()
        sweeps.log(writer, run_id, 7.0, name="other")
        writer.metrics.add(run_id, "words", "text", kind="str")
        writer.metrics.add(run_id, "other", 3, kind="int")
        sweeps.complete(writer, run_id)
    followed, anew = reader.read(), SweepReader(history, sweep).read()

    assert [t.best for t in followed.trials] == [0.3, None, 0.9, None, 0.95]
    assert repr([t.metrics for t in followed.trials]) == repr([t.metrics for t in anew.trials])
    assert followed.metric_names == ["accuracy", "other"]
    ids = [trial.run_id for trial in followed.trials]
    assert repr(reader.curves(ids)) == repr(SweepReader(history, sweep).curves(ids))


def test_metrics_of_mixed_kinds_and_infinities_are_told_exactly(history):
    sweep = sweeps.begin_sweep(history)
    run_id = sweeps.begin_trial(history, sweep, 0, metrics=[-math.inf, 2.0, math.nan, 1.0])
    history.metrics.add(run_id, "accuracy", "a text", kind="str")
    history.metrics.add(run_id, "accuracy", True, kind="bool")

    told = SweepReader(history, sweep).read().trials[0].metrics["accuracy"]

    assert (told.n_values, told.n_numeric, told.n_finite) == (6, 5, 3)
    assert (told.least, told.greatest, told.last) == (1.0, 2.0, 1.0)


def test_curves_are_followed(history, writer):
    sweep = sweeps.begin_sweep(history)
    run_id = sweeps.begin_trial(history, sweep, 0, metrics=[0.1])
    reader = SweepReader(history, sweep)
    assert reader.curves([run_id])[run_id].values == (0.1,)

    sweeps.log(writer, run_id, 0.2)
    reader.read()

    assert reader.curves([run_id])[run_id].values == (0.1, 0.2)


def test_rises_are_the_moments_at_which_the_best_became_better(history, writer):
    sweep = sweeps.begin_sweep(history)
    first = sweeps.begin_trial(history, sweep, 0)
    second = sweeps.begin_trial(history, sweep, 1)
    for run_id, metric in [(first, 0.1), (second, 0.3), (first, 0.2), (first, 0.3), (second, 0.5)]:
        sweeps.log(history, run_id, metric)
    reader = SweepReader(history, sweep)

    assert [(rise.run_id, rise.value) for rise in reader.rises()] == [
        (first, 0.1),
        (second, 0.3),
        (second, 0.5),
    ]
    sweeps.log(writer, first, 0.4)
    sweeps.log(writer, first, 0.6)
    reader.read()
    assert [rise.value for rise in reader.rises()] == [0.1, 0.3, 0.5, 0.6]


def test_rises_are_those_that_the_history_tells(history):
    sweep = sweeps.begin_sweep(history)
    for number in range(12):
        metrics = [((number * 7 + step * 5) % 23) / 23 for step in range(number % 4 + 1)]
        sweeps.complete(history, sweeps.begin_trial(history, sweep, number, metrics=metrics))

    rises = SweepReader(history, sweep).rises()

    told = history.ranking.rising(sweep, "accuracy", greatest=True)
    assert [(rise.run_id, rise.value, rise.at) for rise in rises] == told


def test_lanes_are_the_lowest_that_are_free(history):
    sweep = sweeps.begin_sweep(history)
    for number, (began, ended) in enumerate([(0, 10), (1, 3), (3, 5), (4, None), (20, 21)]):
        run_id = sweeps.begin_trial(history, sweep, number)
        history._database.execute(
            "UPDATE run SET started_at = ?, ended_at = ?, status = ? WHERE run_id = ?",
            (began, ended, "Running" if ended is None else "Completed", run_id),
        )

    data = SweepReader(history, sweep).read()

    assert [data.lanes[trial.run_id] for trial in data.trials] == [0, 1, 1, 2, 0]


def test_children_that_are_no_sweeps_are_read_too(history):
    parent = sweeps.begin_job(history)
    history.runs.create("child", experiment="iris", kind="x", parent_id=parent)
    history.metrics.add("child", "loss", 1.5, kind="float")

    data = SweepReader(history, parent).read()

    assert data.metric_name is None
    assert data.best is None
    assert data.settings() == {}
    assert data.metric_names == ["loss"]


def test_a_resumed_sweep_is_read_anew(history, writer):
    sweep = sweeps.begin_sweep(history)
    run_id = sweeps.begin_trial(history, sweep, 0, metrics=[0.9])
    reader = SweepReader(history, sweep)
    assert reader.read().best.best == 0.9
    with writer._database.writing() as connection:
        connection.execute("UPDATE run SET life = life + 1 WHERE run_id = ?", (sweep,))
        connection.execute("DELETE FROM metric")
    sweeps.log(writer, run_id, 0.3)

    data = reader.read()

    assert data.best.best == 0.3
    assert [rise.value for rise in reader.rises()] == [0.3]


def test_secrets_are_masked(history):
    sweep = sweeps.begin_sweep(history)
    history.runs.create(
        f"{sweep}_0", experiment="iris", kind="x", parent_id=sweep, parameters={"api_key": "abc"}
    )

    assert SweepReader(history, sweep).read().trials[0].parameters == {"api_key": "***"}


def steps_of(history, ask):
    """Count the steps that the database takes."""
    taken = 0

    def step():
        nonlocal taken
        taken += 1

    with history._database.reading() as connection:
        connection.set_progress_handler(step, 1)
        try:
            ask()
        finally:
            connection.set_progress_handler(None, 0)
    return taken


def test_a_look_costs_what_is_new_however_many_trials_there_are(history, writer):
    costs = []
    for name, n_trials in (("HD_few", 10), ("HD_many", 400)):
        sweep = sweeps.begin_sweep(history, name)
        sweeps.insert_trials(history, sweep, n_trials)
        running = sweeps.begin_trial(history, sweep, n_trials)
        reader = SweepReader(history, sweep)
        reader.read()
        sweeps.log(writer, running, 0.5)
        costs.append(steps_of(history, reader.read))

    assert costs[1] < 1.2 * costs[0]


def test_some_children_are_a_sweep_of_their_own(history, sweep):
    data = SweepReader(history, sweep).read()

    some = data.only([f"{sweep}_0", f"{sweep}_3", "another"])

    assert [trial.number for trial in some.trials] == [0, 3]
    assert some.best.number == 0
    assert some.counts == {"Completed": 1, "stopped by policy": 1}
    assert data.only([]).best is None
