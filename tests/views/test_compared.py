"""Runs and sweeps side by side."""

import pytest

from hyperlocal.domain.goal import Goal
from hyperlocal.views import compared, compared_sweeps
from hyperlocal.views.sweep_reader import SweepReader
from tests.views import sweeps


def a_trial(history, parent_id, number, metrics=(), **parameters):
    run_id = f"{parent_id}_{number}"
    history.runs.create(
        run_id, experiment="iris", kind="trial", parent_id=parent_id, parameters=parameters
    )
    for metric in metrics:
        sweeps.log(history, run_id, metric)
    return run_id


def read(history, *run_ids):
    return compared.read_runs(history, [history.runs.get(run_id) for run_id in run_ids])


def told(lines):
    return {line.name: line.cells for line in lines}


def test_parameters_that_differ_come_first(history):
    sweeps.begin_sweep(history)
    ids = [a_trial(history, "HD_sweep", n, batch=16, lr=0.1 * (n + 1)) for n in range(2)]

    lines = compared.parameter_lines(read(history, *ids))

    assert [(line.name, line.differs) for line in lines] == [("lr", True), ("batch", False)]
    assert lines[0].cells == ("0.1", "0.2")


@pytest.mark.parametrize(
    ("first", "second"),
    [(1, 1.0), (1, True), ("1", 1), (None, "None"), ([1, 2], [2, 1]), ({"a": 1}, {"a": 2})],
)
def test_values_of_other_types_are_not_alike(history, first, second):
    sweeps.begin_sweep(history)
    ids = [a_trial(history, "HD_sweep", n, x=value) for n, value in enumerate((first, second))]

    assert [line.differs for line in compared.parameter_lines(read(history, *ids))] == [True]


def test_what_a_run_lacks_is_not_none(history):
    sweeps.begin_sweep(history)
    ids = [a_trial(history, "HD_sweep", 0, depth=None), a_trial(history, "HD_sweep", 1)]

    (line,) = compared.parameter_lines(read(history, *ids))

    assert (line.cells, line.differs) == (("None", "-"), True)


def test_numbers_are_cut_to_the_digits_that_differ_and_kept_whole_beside(history):
    sweeps.begin_sweep(history)
    values = (0.12345678901, 0.12345978901)
    ids = [a_trial(history, "HD_sweep", n, lr=value) for n, value in enumerate(values)]

    (line,) = compared.parameter_lines(read(history, *ids))

    assert line.cells == ("0.123457", "0.12346")
    assert line.whole == tuple(map(repr, values))


def test_secrets_are_masked(history):
    sweeps.begin_sweep(history)
    ids = [a_trial(history, "HD_sweep", n, db_password=f"open{n}") for n in range(2)]

    lines = compared.parameter_lines(read(history, *ids))

    assert "open" not in str(lines)


def test_the_best_is_the_best_finite_number_by_the_goal(history):
    sweeps.begin_sweep(history, goal=Goal.MINIMIZE)
    metrics = ([0.5, float("-inf")], [0.4, float("nan")], [0.45])
    ids = [a_trial(history, "HD_sweep", n, values) for n, values in enumerate(metrics)]

    best, *_ = compared.metric_lines(read(history, *ids))

    assert (best.name, best.cells, best.best) == ("accuracy (best)", ("0.5", "0.4", "0.45"), 1)


def test_without_a_difference_nothing_is_best(history):
    sweeps.begin_sweep(history)
    ids = [a_trial(history, "HD_sweep", n, [0.5]) for n in range(2)]

    assert compared.metric_lines(read(history, *ids))[0].best is None


def test_runs_of_sweeps_with_other_aims_have_no_best(history):
    sweeps.begin_sweep(history, "HD_a")
    sweeps.begin_sweep(history, "HD_b", goal=Goal.MINIMIZE)
    ids = [a_trial(history, "HD_a", 0, [0.1, 0.3]), a_trial(history, "HD_b", 0, [0.2])]

    lines = compared.metric_lines(read(history, *ids))

    assert [line.best for line in lines] == [None] * 3
    assert told(lines) == {
        "accuracy (last)": ("0.3", "0.2"),
        "accuracy (range)": ("0.1 to 0.3", "0.2"),
        "accuracy (reports)": ("2", "1"),
    }


def test_texts_and_tables_among_metrics_do_no_harm(history):
    run_id = sweeps.begin_job(history, "iris_1")
    history.metrics.add(run_id, "note", "done", kind="str")
    history.metrics.add(run_id, "rows", {"a": [1, 2]}, kind="table")

    lines = compared.metric_lines(read(history, run_id))

    assert told(lines) == {"note (last)": ("done",)}


def test_trials_of_several_sweeps_say_which(history):
    for parent_id in ("HD_a", "HD_b"):
        sweeps.begin_sweep(history, parent_id)
        a_trial(history, parent_id, 0, lr=1)
    sweeps.begin_job(history, "iris_1")

    assert [run.label for run in read(history, "HD_a_0", "HD_b_0", "iris_1")] == [
        "HD_a, trial 0",
        "HD_b, trial 0",
        "iris_1",
    ]
    assert [run.label for run in read(history, "HD_a_0")] == ["trial 0"]


def test_runs_of_one_name_are_told_apart(history):
    for run_id in ("a_1", "a_2"):
        history.runs.create(run_id, experiment="e", kind="k", display_name="twin")

    assert [run.label for run in read(history, "a_1", "a_2")] == ["twin (a_1)", "twin (a_2)"]


def test_how_runs_went_has_their_reasons(history):
    sweeps.a_finished_sweep(history)

    facts = told(compared.fact_lines(read(history, "HD_sweep_1", "HD_sweep_3"), 0.0))

    assert facts["status"] == ("Completed", "Canceled (policy)")
    assert facts["reason"] == ("-", "0.76 at interval 5 is below 0.767")
    assert "tags" not in facts  # neither has any


def test_sweeps_are_compared_by_what_came_of_them_and_by_their_settings(history):
    sweeps.a_finished_sweep(history, "HD_a")
    sweeps.begin_sweep(history, "HD_b", max_trials=7)
    sweeps.begin_trial(history, "HD_b", 0, metrics=[0.95])
    sweeps.begin_sweep(history, "HD_c")
    both = [SweepReader(history, run_id).read() for run_id in ("HD_a", "HD_b", "HD_c")]

    results = {line.name: line for line in compared_sweeps.result_lines(both)}
    settings = compared_sweeps.setting_lines(both)

    assert results["best"].cells == ("0.9", "0.95", "-")
    assert results["best"].best == 1
    assert results["trials"].cells == ("4", "1", "0")
    assert results["Failed"].cells == ("1", "0", "0")
    assert results["trials until its best"].cells == ("2", "1", "-")
    assert settings[0].name == "limits"
    assert [line.differs for line in settings] == [True, *[False] * (len(settings) - 1)]
    assert told(compared_sweeps.space_lines(both))["batch"] == ("choice(16, 32)",) * 3
    assert told(compared_sweeps.best_parameter_lines(both))["batch"] == ("16", "16", "-")


def test_sweeps_with_other_goals_have_no_best(history):
    sweeps.a_finished_sweep(history, "HD_a")
    sweeps.a_finished_sweep(history, "HD_b", goal=Goal.MINIMIZE)
    both = [SweepReader(history, run_id).read() for run_id in ("HD_a", "HD_b")]

    results = {line.name: line for line in compared_sweeps.result_lines(both)}

    assert results["best"].best is None
