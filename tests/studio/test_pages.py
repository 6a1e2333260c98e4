"""What pages say, asked of their Python functions: no browser is needed for that."""

import json

import pytest

from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.status import Cause, Status
from hyperlocal.history import History
from tests.views import sweeps

pytest.importorskip("dash", reason="needs hyperlocal[studio]")

from dash._utils import to_json

from hyperlocal.studio.pages import (
    actions,
    experiments,
    log,
    run_charts,
    run_logged,
    runs,
    sweep_answers,
    sweep_charts,
    sweep_table,
)
from hyperlocal.studio.pages.panels import PANELS
from hyperlocal.studio.state import State
from hyperlocal.views import figures


@pytest.fixture
def history(home):
    opened = History.open(home)
    yield opened
    opened.close()


@pytest.fixture
def state(history):
    return State(history)


def said(state, run_id):
    """Return all that a page says, as JSON: what the browser gets."""
    content, _ = runs.page(state, run_id, {})
    return to_json(content)


def figures_of(state, run_id):
    followed = state.follow(run_id)
    data = followed.data()
    return {
        key: json.loads(sweep_answers.figure_of(followed, panel, {}, {}).plain)
        for key, panel in PANELS.items()
        if panel.applies(data)
    }


@pytest.mark.parametrize("n_trials", [0, 1])
def test_a_sweep_with_few_trials_has_a_page_and_all_charts(state, history, n_trials):
    run_id = sweeps.begin_sweep(history)
    for n in range(n_trials):
        sweeps.begin_trial(history, run_id, n)

    assert "No trial has logged a number of accuracy yet." in said(state, run_id)
    for figure in figures_of(state, run_id).values():
        assert figure["layout"]


@pytest.mark.parametrize("metric", [float("nan"), float("inf"), float("-inf")])
def test_a_metric_that_is_no_number_is_told_as_text(state, history, metric):
    run_id = sweeps.begin_sweep(history)
    trial = sweeps.begin_trial(history, run_id, 0, metrics=[metric])

    data = state.follow(run_id).data()
    row = sweep_table.rows(data.trials, data)[0]

    assert row["m0"] == str(metric)
    assert row["best"] is None
    assert json.loads(said(state, run_id))
    assert json.loads(said(state, trial))


def test_names_and_values_stay_what_they_are(state, history):
    name, value = "a.b <script>alert(1)</script>", ["x", None, 1.5]
    run_id = sweeps.begin_sweep(history)
    history.runs.create(
        f"{run_id}_0",
        experiment="iris",
        kind="azureml.scriptrun",
        parent_id=run_id,
        status=Status.RUNNING,
        parameters={"lr": 0.1, "batch": 16, name: value, "none": None, "yes": True},
    )

    data = state.follow(run_id).data()
    heads = {each["field"]: each["headerName"] for each in sweep_table.columns(data)}
    row = sweep_table.rows(data.trials, data)[0]
    told = {heads[field]: row[field] for field in row if field in heads}

    assert told[name] == '["x", null, 1.5]' or "x" in told[name]
    assert told["none"] == "None"
    assert told["yes"] == "True"
    assert all("." not in field for field in row)


def test_secrets_are_not_shown(state, history):
    run_id = sweeps.begin_sweep(history)
    trial = f"{run_id}_0"
    history.runs.create(
        trial,
        experiment="iris",
        kind="azureml.scriptrun",
        parent_id=run_id,
        status=Status.RUNNING,
        parameters={"password": "tiger", "lr": 0.1},
        command=["python", "train.py", "--password", "tiger"],
    )

    assert "tiger" not in said(state, run_id)
    assert "tiger" not in said(state, trial)


def test_a_failed_trial_shows_its_traceback_and_how_to_run_it(state, history):
    run_id = sweeps.a_finished_sweep(history)
    folder = history.folder(f"{run_id}_2").path / "user_logs"
    folder.mkdir(parents=True)
    (folder / "std_log.txt").write_text("Traceback\nValueError: bad <b>batch</b>\n")

    page = said(state, f"{run_id}_2")

    assert "ValueError: bad <b>batch</b>" in page or "\\u003cb\\u003e" in page
    assert "cd rerun_2" in page
    assert "exit code 1" in page


def test_a_stopped_trial_shows_the_policys_words(state, history):
    run_id = sweeps.a_finished_sweep(history)

    page = said(state, f"{run_id}_3")

    assert "0.76 at interval 5 is below 0.767" in page
    assert "Decisions of the policy" in page


def test_a_stopped_trial_is_drawn_against_its_policy(state, history):
    policy = Bandit(Schedule(1, 0), slack_factor=0.1)
    run_id = sweeps.begin_sweep(history, policy=policy)
    best = sweeps.begin_trial(history, run_id, 0, metrics=[0.9])
    stopped = sweeps.begin_trial(history, run_id, 1, metrics=[0.3, 0.5])
    sweeps.stop(history, stopped)
    sweeps.complete(history, best)

    page = said(state, stopped)
    figure = json.loads(run_charts.stopping_of(state, history.runs.get(stopped)).plain)

    assert "Why it was stopped" in page
    assert "Why it was stopped" not in said(state, best)
    drawn = {trace["name"]: trace["y"] for trace in figure["data"]}
    assert drawn["trial 1: what it reported"] == [0.3, 0.5]
    assert drawn["what the policy asked for"] == pytest.approx([0.9 / 1.1] * 2)


def test_a_run_that_nothing_stopped_has_no_such_chart(state, history):
    run_id = sweeps.a_finished_sweep(history)

    figure = json.loads(run_charts.stopping_of(state, history.runs.get(run_id)).plain)

    assert figure["data"] == []
    assert figure["layout"]["annotations"]


def test_of_curves_only_new_points_are_read(state, history):
    run_id = sweeps.begin_job(history)
    sweeps.log(history, run_id, 0.5)
    record = history.runs.get(run_id)
    first = run_charts.curves_of(state, record, "interval")
    assert run_charts.curves_of(state, record, "interval") is first

    sweeps.log(history, run_id, 0.75)
    sweeps.log(history, run_id, 3.0, name="other")
    drawn = json.loads(run_charts.curves_of(state, record, "interval").plain)["data"]

    assert [trace["y"] for trace in drawn] == [[0.5, 0.75], [3.0]]
    curve = next(each for each in state.curves(run_id).read() if each.name == "accuracy")
    assert curve.values == (0.5, 0.75)


def test_a_single_run_and_one_with_children_have_pages(state, history):
    run_id = sweeps.begin_job(history)
    sweeps.begin_trial(history, run_id, 0)

    page = said(state, run_id)

    assert "Child runs" in page
    assert f"{run_id}_0" in page


def test_only_what_has_changed_goes_to_the_table(state, history):
    run_id = sweeps.a_finished_sweep(history)
    followed = state.follow(run_id)
    data = followed.data()
    mark = followed.mark(data)
    assert sweep_table.transaction(data, mark[1], mark[2]) is None

    late = sweeps.begin_trial(history, run_id, 4, metrics=[0.6])
    data = followed.reader.read()

    change = sweep_table.transaction(data, followed.known_version(mark), mark[2])
    assert [row["run"] for row in change["add"]] == [late]
    assert change["update"] == []


def test_a_studio_that_was_started_anew_sends_all_again(history):
    run_id = sweeps.a_finished_sweep(history)
    first, second = State(history).follow(run_id), State(history).follow(run_id)
    mark = first.mark(first.data())

    data = second.data()
    change = sweep_table.transaction(data, second.known_version(mark), mark[2])

    assert len(change["update"]) == 4
    assert change["add"] == []


def test_a_figure_is_made_once_for_all_pages(state, history):
    run_id = sweeps.a_finished_sweep(history)
    followed = state.follow(run_id)

    first = sweep_answers.figure_of(followed, PANELS["best"], {"x": "number"}, {})

    assert sweep_answers.figure_of(followed, PANELS["best"], {"x": "number"}, {}) is first
    assert sweep_answers.figure_of(followed, PANELS["best"], {"x": "time"}, {}) is not first
    assert sweep_answers.figure_of(followed, PANELS["best"], {"x": "number"}, {0: [0, 1]}) != first


def test_what_cannot_be_chosen_is_not_drawn(state, history):
    run_id = sweeps.a_finished_sweep(history)
    followed = state.follow(run_id)

    plain = sweep_answers.figure_of(followed, PANELS["scatter"], {}, {})

    asked = {"x": "parameter:<script>", "colour": "nothing", "v": "1", "other": "x"}
    assert sweep_answers.figure_of(followed, PANELS["scatter"], asked, {}) is plain


def test_a_brush_leaves_its_trials_and_their_best(state, history):
    run_id = sweeps.a_finished_sweep(history)
    followed = state.follow(run_id)
    metric = len(figures.parallel_columns(followed.data())) - 1

    answer = sweep_answers.figure_of(followed, PANELS["best"], {}, {metric: [[0.1, 0.6]]})

    traces = json.loads(answer.plain)["data"]
    assert {each for trace in traces for each in trace["customdata"]} == {
        f"{run_id}_0",
        f"{run_id}_3",
    }
    assert any(trace["name"] == "best (trial 0)" for trace in traces)


def test_news_are_told_once_and_then_nothing_is(state, history):
    run_id = sweeps.a_finished_sweep(history)
    followed = state.follow(run_id)
    rows = json.loads(sweep_answers.rows_of(followed).plain)

    assert [dict(zip(rows["names"], row, strict=True))["run"] for row in rows["rows"]] == [
        f"{run_id}_{n}" for n in range(4)
    ]
    assert sweep_answers.news_of(state, followed, run_id, rows["mark"]) is None

    late = sweeps.begin_trial(history, run_id, 4, metrics=[0.95])
    sweeps.log(history, late, 1.5, name="other")
    state = State(history)
    followed = state.follow(run_id)
    news = json.loads(sweep_answers.news_of(state, followed, run_id, rows["mark"]).plain)

    assert [row["run"] for row in news["change"]["add"]] == [late]
    assert "other" in [column["headerName"] for column in news["columns"]]
    assert "trial 4" in json.dumps(news["head"])
    assert news["total"] == 5


@pytest.mark.parametrize("told", [None, {}, {"points": []}, {"points": [{"customdata": None}]}])
def test_a_click_on_nothing_leads_nowhere(told):
    assert not isinstance(sweep_charts.clicked(told), str)


def test_a_run_that_has_ended_is_not_cancelled(state, history):
    run_id = sweeps.a_finished_sweep(history)

    assert actions.cancel(state, run_id) == "It had ended already (Completed)."
    assert history.runs.get(run_id).status is Status.COMPLETED


def test_only_what_was_interrupted_can_be_resumed(state, history):
    run_id = sweeps.a_finished_sweep(history)
    record = history.runs.get(run_id)

    assert actions.shows(record) == ("hidden", "hidden")
    interrupted = record._replace(stored_status="Failed", stored_cause=Cause.INTERRUPTED.value)
    assert actions.shows(interrupted) == ("hidden", "")
    assert "cannot be resumed: it has completed" in actions.resume(state, run_id)


def test_runs_that_changed_are_the_only_ones_that_are_sent(state, history):
    sweeps.a_finished_sweep(history)
    rows = experiments._rows(state)
    known = {row["run"]: experiments._told(row) for row in rows}
    assert experiments.changes(known, rows) is None

    sweeps.begin_job(history)
    state.runs.forget()  # it was this process that wrote

    change = experiments.changes(known, experiments._rows(state))
    assert [row["run"] for row in change["add"]] == ["iris_1"]
    assert change["update"] == change["remove"] == []


def test_the_runs_are_read_when_another_process_has_written(state, history):
    sweeps.a_finished_sweep(history)
    first = state.runs.read()
    assert state.runs.read() is first

    writer = History.open(history.home)
    sweeps.begin_job(writer)
    writer.close()

    second = state.runs.read()
    assert [row.record.run_id for row in second] == ["iris_1", "HD_sweep"]
    assert second[1] is first[0]  # of a sweep that has ended, nothing is read again


def test_to_a_page_that_has_the_rows_only_the_new_one_is_told(state, history):
    run_id = sweeps.a_finished_sweep(history)
    followed = state.follow(run_id)
    mark = json.loads(sweep_answers.rows_of(followed).plain)["mark"]
    late = sweeps.begin_trial(history, run_id, 4, metrics=[0.6])
    followed._looked_at = 0.0  # as a moment later

    news = json.loads(sweep_answers.news_of(state, followed, run_id, mark).plain)

    assert "columns" not in news
    assert [row["run"] for row in news["change"]["add"]] == [late]
    assert news["change"]["update"] == []


def test_a_search_in_a_log_tells_numbers_of_lines(tmp_path):
    place = tmp_path / "log.txt"
    place.write_bytes(b"one\nLoss 1\nprogress 1\rprogress 2\r\nloss 2\n\xff\xfe loss\n")

    found, n_found = log.matching_lines(place, "loss")

    assert n_found == 3
    assert [line for _, line in found][:2] == ["Loss 1", "loss 2"]
    assert log.matching_lines(None, "x") == ([], 0)
    assert log.matching_lines(place, "[") == ([], 0)


def test_rows_of_a_logged_table():
    assert run_logged.rows_of({"a": [1, 2], "b": [3]}) == [{"a": 1, "b": 3}, {"a": 2, "b": None}]
    assert run_logged.rows_of({"a": 1, "b": 2}) == [{"a": 1, "b": 2}]
