"""The list of runs."""

import io
import time

from hypothesis import given
from hypothesis import strategies as st

from hyperlocal.views.page import Page
from hyperlocal.views.tables import abbreviation, abbreviations, read_run_rows, write_runs
from tests.views.sweeps import (
    a_finished_sweep,
    begin_job,
    begin_sweep,
    begin_trial,
    complete,
)


@given(st.sets(st.text("ab_", min_size=1, max_size=16), min_size=1, max_size=30), st.data())
def test_an_abbreviation_begins_one_id_only_unless_it_is_the_whole(run_ids, data):
    ordered = sorted(run_ids)
    place = data.draw(st.integers(0, len(ordered) - 1))

    short = abbreviation(
        ordered[place], ordered[max(place - 1, 0) : place] + ordered[place + 1 :][:1]
    )

    assert ordered[place].startswith(short)
    assert short == ordered[place] or [i for i in run_ids if i.startswith(short)] == [
        ordered[place]
    ]


def test_abbreviations_are_found_again(history):
    for name in ("HD_11111111-a", "HD_11111111-b", "HD_2222222222"):
        begin_sweep(history, name)
    begin_trial(history, "HD_11111111-a", 0)

    shown = abbreviations(history, history.runs.top(include_children=True))

    assert shown.keys() == {"HD_11111111-a", "HD_11111111-b", "HD_2222222222"}
    for run_id, short in shown.items():
        assert history.runs.find(short).run_id == run_id


def test_a_sweep_that_goes_on_counts_to_its_limit(history):
    parent = begin_sweep(history, max_trials=20)
    complete(history, begin_trial(history, parent, 0, metrics=[0.5, 0.4]))
    begin_trial(history, parent, 1, metrics=[0.3])

    [row] = read_run_rows(history, [history.runs.get(parent)])

    assert (row.n_finished, row.n_trials, row.best) == (1, 20, 0.5)


def test_a_sweep_that_ended_counts_what_it_had(history):
    [row] = read_run_rows(history, [history.runs.get(a_finished_sweep(history))])

    assert (row.n_finished, row.n_trials, row.metric_name, row.best) == (4, 4, "accuracy", 0.9)


def test_every_run_is_one_line_in_a_pipe(history):
    a_finished_sweep(history, "HD_1a2b3c4d-with-a-long-tail")
    begin_job(history, "iris_1700000000_abcdef")
    stream = io.StringIO()

    rows = read_run_rows(history, history.runs.top())
    write_runs(Page(stream), rows, {}, time.time())

    header, job, sweep = stream.getvalue().splitlines()
    assert header.split()[:4] == ["Run", "Experiment", "Kind", "Status"]
    assert job.split()[:4] == ["iris_1700000000_abcdef", "iris", "azureml.scriptrun", "Running"]
    assert job.split()[-2:] == ["-", "-"]
    assert sweep.split()[0] == "HD_1a2b3c4d-with-a-long-tail"
    assert sweep.split()[-2:] == ["4/4", "accuracy=0.9"]
