import pytest

from hyperlocal.errors import HyperlocalError
from hyperlocal.views import figures
from tests.views.figures.looking import by_run, checked, notes, trace
from tests.views.figures.made import a_sweep, a_trial


def test_best_so_far_shows_each_trial_and_the_best_by_number(data):
    figure = checked(figures.best_so_far(data))

    assert by_run(figure["data"]) == {
        "HD_f_0": (0, 0.5),
        "HD_f_1": (1, 0.9),
        "HD_f_3": (3, 0.2),
        "HD_f_5": (5, 0.6),
    }
    line = trace(figure, "best so far")
    assert list(zip(line["x"], line["y"], strict=True)) == [(0, 0.5), (1, 0.9), (5, 0.9)]
    assert line["customdata"] == ["HD_f_0", "HD_f_1", "HD_f_1"]
    assert trace(figure, "best (trial 1)")["y"] == [0.9]
    assert "2 (1 Failed, 1 Completed)" in notes(figure)


def test_outcomes_differ_in_colour_and_in_symbol(data):
    figure = figures.best_so_far(data)

    looks = {t["name"]: t["marker"] for t in figure["data"] if "legendgroup" in t}
    assert list(looks) == ["Completed (2)", "stopped by policy (1)", "Running (1)"]
    assert len({each["color"] for each in looks.values()}) == 3
    assert len({each["symbol"] for each in looks.values()}) == 3


def test_best_so_far_against_time_rises_when_it_was_logged(data, recorded):
    rises = recorded.rises()
    figure = checked(figures.best_so_far(data, x="time", rises=rises))

    line = trace(figure, "best so far")
    assert line["y"][:-1] == [0.1, 0.5, 0.9]
    assert line["x"] == sorted(line["x"])
    assert line["x"][0] == pytest.approx(rises[0].at - data.started_at, abs=1e-6)
    assert by_run(figure["data"])["HD_f_5"][0] == pytest.approx(data.read_at - data.started_at)


def test_learning_curves_show_what_was_logged_and_where_it_ended(data, recorded):
    figure = checked(figures.learning_curves(data, recorded.curves(figures.curve_ids(data))))

    lines = {t["name"]: t for t in figure["data"] if t["mode"] == "lines"}
    assert lines["stopped by policy (1)"]["y"] == [0.2, None]
    assert lines["Running (1)"]["y"] == [0.4, None, 0.6, None]
    completed = lines["Completed (3)"]
    assert completed["y"] == [0.1, 0.5, None, 0.3, 0.9, 0.8, None, None, None, None]
    assert completed["x"] == [1, 2, None, 1, 2, 3, None, 1, 2, None]
    assert completed["customdata"][:2] == ["HD_f_0", "HD_f_0"]
    ends = {t["legendgroup"]: t for t in figure["data"] if t["name"].startswith("end of")}
    assert (ends["stopped by policy"]["x"], ends["stopped by policy"]["y"]) == ([1], [0.2])
    assert ends["stopped by policy"]["customdata"] == ["HD_f_3"]
    assert "3 values NaN or infinite" in notes(figure)


def test_learning_curves_by_the_scripts_steps(data, recorded):
    figure = checked(figures.learning_curves(data, recorded.curves(["HD_f_1"]), x="step"))

    assert figure["data"][0]["x"] == [0, 10, 20, None]


def test_few_curves_are_the_best_those_that_run_and_the_latest(data):
    assert figures.curve_ids(data, 2) == ["HD_f_1", "HD_f_5"]
    assert figures.curve_ids(data, 3) == ["HD_f_1", "HD_f_4", "HD_f_5"]


def test_a_figure_says_that_not_all_curves_are_shown(data, recorded):
    figure = figures.learning_curves(data, recorded.curves(figures.curve_ids(data, 2)))

    assert "2 of 5 curves are shown" in notes(figure)


def test_thinned_curves_keep_extremes_and_ends(data):
    from hyperlocal.views.figures.learning_curves import thinned

    values = [0.0] * 1000
    values[123], values[777] = 5.0, -5.0
    kept = thinned(values, 50)

    assert len(kept) <= 50
    assert {0, 123, 777, 999} <= set(kept)


def test_compared_curves_have_looks_of_their_own(data, recorded):
    figure = checked(figures.compare_curves(data, recorded.curves(["HD_f_1", "HD_f_0"])))

    assert [t["name"] for t in figure["data"]] == ["trial 1 (Completed)", "trial 0 (Completed)"]
    assert figure["data"][0]["y"] == [0.3, 0.9, 0.8]
    first, second = (t["line"] for t in figure["data"])
    assert first["color"] != second["color"]
    assert first["dash"] != second["dash"]


def test_parallel_coordinates_have_an_axis_for_each_hyperparameter_that_varies(data):
    figure = checked(figures.parallel_coordinates(data))

    (lines,) = figure["data"]
    lr, batch, opt, metric = lines["dimensions"]
    assert lines["customdata"] == ["HD_f_0", "HD_f_1", "HD_f_3", "HD_f_5"]
    assert lr["values"] == pytest.approx([-2, -1, -0.30103, -1.69897])
    assert (batch["values"], batch["ticktext"]) == ([0, 1, 1, 1], ["16", "32"])
    assert (opt["values"], opt["ticktext"]) == (
        [0, 1, 0, 0],
        ["adam", "\u2039b\u203asgd\u2039/b\u203a"],
    )
    assert metric["values"] == lines["line"]["color"] == [0.5, 0.9, 0.2, 0.6]
    assert "1 of 4 hyperparameters are not shown" in notes(figure)


def test_a_brush_tells_the_trials_within_it(data):
    every = [trial.run_id for trial in data.trials]
    assert figures.brushed(data, {}) == every
    assert figures.brushed(data, {0: [-2.1, -1]}) == ["HD_f_0", "HD_f_1", "HD_f_5"]
    assert figures.brushed(data, {0: [[-2.1, -1.9], [-0.5, 0]]}) == ["HD_f_0", "HD_f_3"]
    assert figures.brushed(data, {1: [0.5, 1], 3: [0.5, 1.0]}) == ["HD_f_1", "HD_f_5"]
    assert figures.brushed(data, {0: [5, 6]}) == []


def test_constraints_come_from_what_plotly_tells():
    told = figures.constraints_from({1: [[0, 1]]}, [{"dimensions[0].constraintrange": [[2, 3]]}])
    assert told == {1: [[0, 1]], 0: [[2, 3]]}
    assert figures.constraints_from(told, [{"dimensions[1].constraintrange": None}, [0]]) == {
        0: [[2, 3]]
    }


def test_scatter_over_a_logarithmic_and_a_categorical_column(data):
    figure = checked(figures.scatter(data, "lr", "opt"))

    assert figure["layout"]["xaxis"]["type"] == "log"
    assert figure["layout"]["yaxis"]["type"] == "category"
    assert by_run(figure["data"])["HD_f_1"] == (0.1, "&lt;b&gt;sgd&lt;/b&gt;")
    assert len(by_run(figure["data"])) == 6
    completed = trace(figure, "Completed (2)")
    assert completed["marker"]["color"] == [0.5, 0.9]
    assert trace(figure, "Failed (1), no accuracy")["marker"]["color"] == "#8A8A8A"


def test_scatter_in_space_shows_trials_with_all_three(data):
    figure = checked(figures.scatter_3d(data, "lr", "batch", "metric:accuracy"))

    found = trace(figure, "Completed")
    assert (found["x"], found["y"], found["z"]) == ([0.01, 0.1], ["16", "32"], [0.5, 0.9])
    assert "2 trials not shown for want of a value (2 of accuracy)" in notes(figure)


def test_a_column_that_is_not_there_is_an_error_that_names_those_that_are(data):
    with pytest.raises(HyperlocalError, match=r"no column 'nothing'.*accuracy.*lr"):
        figures.scatter(data, "lr", "nothing")


def test_timeline_shows_when_each_trial_ran(data):
    figure = checked(figures.timeline(data))

    bars = {
        run_id: (base, length, lane)
        for t in figure["data"]
        for run_id, base, length, lane in zip(
            t["customdata"], t["base"], t["x"], t["y"], strict=True
        )
    }
    origin = data.trials[0].started_at
    for one in data.trials:
        base, length, lane = bars[one.run_id]
        assert base == pytest.approx(one.started_at - origin)
        assert base + length == pytest.approx((one.ended_at or data.read_at) - origin)
        assert lane == data.lanes[one.run_id]
    assert {t["name"]: t["marker"]["pattern"]["shape"] for t in figure["data"]} == {
        "Completed (3)": "",
        "stopped by policy (1)": "/",
        "Failed (1)": "x",
        "Running (1)": ".",
    }


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_theme_changes_the_template_alone(data, name):
    plain = figures.best_so_far(data)
    themed = checked(figures.theme(plain, name))

    assert themed["data"] == plain["data"]
    assert {**themed["layout"], "template": None} == {**plain["layout"], "template": None}


def test_there_are_two_themes(data):
    with pytest.raises(ValueError, match="no theme 'pink'; there are light and dark"):
        figures.theme(figures.best_so_far(data), "pink")


def test_of_very_many_trials_the_best_and_an_even_choice_are_lines():
    trials = [a_trial(n, float((n * 37) % 500), width=n) for n in range(500)]
    data = a_sweep(trials)

    (lines,) = checked(figure := figures.parallel_coordinates(data, most_lines=40))["data"]

    assert len(lines["ids"]) == len(set(lines["ids"])) == 40
    drawn = lines["dimensions"][-1]["values"]
    assert lines["line"]["color"] == drawn
    assert sorted(drawn)[:10] == [float(n) for n in range(10)]
    assert max(drawn) > 450
    assert [data.by_id[run_id].best for run_id in lines["ids"]] == drawn
    assert "40 of 500 trials are drawn" in notes(figure)

    place = len(lines["dimensions"]) - 1
    brush = {place: [[300.0, 304.0]]}
    (lines,) = figures.parallel_coordinates(data, constraints=brush, most_lines=40)["data"]
    assert set(figures.brushed(data, brush)) <= set(lines["ids"])
    assert len(figures.brushed(data, brush)) == 5
