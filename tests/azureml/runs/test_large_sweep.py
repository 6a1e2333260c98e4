"""10,000 finished children: each question within a second, and with few queries."""

import time

import pytest

from hyperlocal.azureml.core import Run

N_CHILDREN = 10_000


@pytest.fixture
def large(sweep):
    sweep.trial(0.5)
    with sweep.history._database.writing() as connection:
        parent = connection.execute("SELECT * FROM run WHERE run_id = 'HD_1_0'").fetchone()
        columns = [name for name in parent.keys() if name not in ("id", "run_id", "number")]  # noqa: SIM118
        listed = ", ".join(columns)
        connection.execute(
            f"""WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?)
            INSERT INTO run (run_id, number, {listed})
            SELECT 'HD_1_' || n.n, n.n + 2, {listed} FROM n, run WHERE run.run_id = 'HD_1_0'""",
            (N_CHILDREN - 1,),
        )
        connection.execute(
            """INSERT INTO metric (run, name, kind, value, logged_at)
            SELECT id, 'accuracy', 'float', number / 100000.0, 0.0 FROM run
            WHERE parent_id = 'HD_1' AND run_id != 'HD_1_0'"""
        )
    sweep.finish()
    return sweep.run


@pytest.mark.parametrize(
    "question",
    [
        lambda run: run.get_children_sorted_by_primary_metric(),
        lambda run: run.get_metrics(),
        lambda run: run.get_hyperparameters(),
        lambda run: run.get_tags(),
        lambda run: list(run.get_children()),
    ],
    ids=["ranking", "metrics", "hyperparameters", "tags", "children"],
)
def test_all_children_within_a_second(large, question):
    started = time.process_time()
    answer = question(large)
    took = time.process_time() - started

    assert len(answer) >= N_CHILDREN
    assert took < 1.0


@pytest.mark.parametrize(
    "question",
    [
        lambda run: next(run.get_children()),
        lambda run: next(run.experiment.get_runs()),
        lambda run: next(run.experiment.get_runs(include_children=True)),
        lambda run: run.get_best_run_by_primary_metric(),
        lambda run: run.get_best_run_by_primary_metric(include_failed=False),
        lambda run: run.get_status(),
    ],
    ids=["child", "run", "run or child", "best", "best that did not fail", "status"],
)
def test_one_of_many_is_found_without_reading_the_others(large, question):
    assert large.id == "HD_1"
    n_steps = 0

    def step():
        nonlocal n_steps
        n_steps += 1

    with large._history._database.reading() as connection:
        connection.set_progress_handler(step, 1)
        question(large)
        connection.set_progress_handler(None, 0)

    assert n_steps < N_CHILDREN


def test_the_best_and_the_table(large):
    started = time.process_time()
    best = large.get_best_run_by_primary_metric()
    table = Run.get_metrics(large)["best_child_by_primary_metric"]
    took = time.process_time() - started

    assert best.id == "HD_1_0"
    assert table["run_id"] == ["HD_1_0", "HD_1_0"]
    assert took < 1.0
