"""The data behind reports: CSV, JSON and Parquet, and data frames, which have the same columns."""

import csv
import io
import json
import math
import sys

import pandas
import pyarrow
import pytest
from pyarrow import parquet

from hyperlocal import frames
from hyperlocal.errors import ArgumentError, RunNotFound, ToolError
from hyperlocal.studio.report.data_files import data_files
from tests.studio.report.recorded import LONG, MARKUP

NOW = 2e9
ALL = [
    *("sweep", "strange", "empty", "one", "no metric", "running", "single", "parent"),
    *("pipeline", "many"),
    *("trial", "failed", "stopped"),
]


def files(world, name, kind, *, has_points=False):
    history, ids = world
    record = history.runs.get(ids[name])
    return data_files(history, record, kind, has_points=has_points, now=NOW)


def read_csv(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def frame_of(world, name, make=frames.trials):
    history, ids = world
    return make(ids[name], home=history.home)


def test_a_sweep_has_a_row_for_each_trial_in_order_of_creation(world):
    (content,) = files(world, "sweep", "csv")

    rows = read_csv(content)
    assert [(r["run_id"], r["status"], r["best"]) for r in rows] == [
        ("HD_sweep_0", "Completed", "0.5"),
        ("HD_sweep_1", "Completed", "0.9"),
        ("HD_sweep_2", "Failed", ""),
        ("HD_sweep_3", "Canceled", "0.2"),
    ]
    assert [r["metrics.accuracy"] for r in rows] == ["0.5", "0.8", "", "0.2"]
    assert [r["params.lr"] for r in rows] == ["0.07", "0.0912345678", "0.07", "0.07"]
    assert [r["cause"] for r in rows] == ["", "", "script", "policy"]
    assert rows[3]["reason"] == "0.76 at interval 5 is below 0.767"
    assert rows[0]["ended"].endswith("Z")
    assert float(rows[0]["duration_s"]) >= 0


def test_points_are_a_second_file_with_every_value(world):
    _, content = files(world, "sweep", "csv", has_points=True)

    rows = read_csv(content)
    told = [(r["number"], r["metric"], r["report"], r["value"]) for r in rows]
    assert told == [
        ("0", "accuracy", "1", "0.1"),
        ("0", "accuracy", "2", "0.5"),
        ("1", "accuracy", "1", "0.9"),
        ("1", "accuracy", "2", "0.8"),
        ("3", "accuracy", "1", "0.2"),
    ]


def test_values_of_all_kinds_are_in_csv_as_they_were(world):
    (content,) = files(world, "strange", "csv")

    rows = read_csv(content)
    assert [r["params.mixed"] for r in rows] == ["1", "one", "None", "True"]
    assert [r["params.layers"] for r in rows] == ["[1,2]", "[3]", "[3]", "[1,2]"]
    assert [r["params.naïve 🙂"] for r in rows] == ["0.5", "0.0001", "0.002", "0.03"]
    assert rows[1][f"params.{MARKUP}"] == "</script><script>window.hacked = 1</script>"
    assert rows[1][f"metrics.{MARKUP}"] == "0.1"
    assert [r["metrics.accuracy"] for r in rows] == ["nan", "inf", "0.125", ""]
    assert [r["best"] for r in rows] == ["0.5", "", "0.25", ""]
    assert f"params.{LONG}" in rows[0]


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
@pytest.mark.parametrize("name", ["strange", "single"])
def test_secrets_are_in_no_file(world, name, kind):
    for content in files(world, name, kind, has_points=True):
        assert b"secret" not in content.replace(b"***", b"")


@pytest.mark.parametrize("name", ALL)
def test_json_is_one_object_that_any_reader_takes(world, name):
    (content,) = files(world, name, "json", has_points=True)

    told = json.loads(content, parse_constant=lambda word: pytest.fail(word))
    assert told["run"]["run_id"] == world[1][name]
    assert set(told) == {"run", "trials", "points"}


def test_json_nests_parameters_metrics_and_tags(world):
    told = json.loads(files(world, "strange", "json")[0])

    trial = told["trials"][0]
    assert trial["parameters"] == {
        MARKUP: "b & c",
        "layers": [1, 2],
        "mixed": 1,
        "naïve 🙂": 0.5,
        "api_key": "***",
        LONG: 0.1,
    }
    assert trial["metrics"]["accuracy"] is None  # it is NaN
    assert trial["metrics"]["matrix"] == {"rows": [1, 2]}
    assert trial["tags"] == {}
    assert "points" not in told


def test_a_run_without_children_is_the_only_row(world):
    told = json.loads(files(world, "single", "json", has_points=True)[0])

    assert [row["run_id"] for row in told["trials"]] == ["iris_single"]
    assert told["trials"][0]["metrics"] == {"loss": 0.25, "note": MARKUP}
    assert told["trials"][0]["tags"] == {"team": "a", "password": "***"}
    assert [(p["step"], p["value"], p["text"]) for p in told["points"]] == [
        (0, 1.0, None),
        (10, 0.5, None),
        (20, 0.25, None),
        (None, None, MARKUP),
    ]


def test_a_run_with_other_children_has_them_as_rows(world):
    rows = read_csv(files(world, "parent", "csv")[0])

    assert [(row["name"], row["metrics.loss"]) for row in rows] == [
        ("prepare", "0.5"),
        ("train", "0.5"),
    ]
    assert "best" not in rows[0]


def test_a_sweep_without_trials_has_columns_and_no_rows(world):
    trials, points = files(world, "empty", "csv", has_points=True)

    assert trials.startswith(b"run_id,number,name,status")
    assert points.startswith(b"run_id,number,metric,report")
    assert len(trials.splitlines()) == len(points.splitlines()) == 1


@pytest.mark.parametrize("name", ALL)
def test_parquet_has_the_rows_of_the_frames(world, name):
    trials, points = files(world, name, "parquet", has_points=True)

    for content, make in ((trials, frames.trials), (points, frames.metrics)):
        table = parquet.read_table(pyarrow.BufferReader(content))
        frame = frame_of(world, name, make)
        assert table.column_names == list(frame.columns)
        assert table.column("run_id").to_pylist() == list(frame.run_id)


def test_parquet_keeps_types_and_makes_texts_of_what_has_several(world):
    content, _ = files(world, "strange", "parquet", has_points=True)

    table = parquet.read_table(pyarrow.BufferReader(content))
    assert table.column("params.mixed").to_pylist() == ["1", "one", None, "True"]
    assert table.column("params.layers").to_pylist() == ["[1,2]", "[3]", "[3]", "[1,2]"]
    assert table.column("params.naïve 🙂").to_pylist() == [0.5, 1e-4, 2e-3, 3e-2]
    assert table.schema.field("created").type == pyarrow.timestamp("us", "UTC")
    assert table.column("number").to_pylist() == [0, 1, 2, 3]


def test_parquet_without_its_library_names_what_to_install(world, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(ToolError, match=r"pip install 'hyperlocal\[data\]'"):
        files(world, "sweep", "parquet")


def test_a_frame_of_trials_has_numbers_and_times(world):
    frame = frame_of(world, "sweep")

    assert list(frame.columns[:3]) == ["run_id", "number", "name"]
    assert frame["best"].tolist()[:2] == [0.5, 0.9]
    assert math.isnan(frame["best"][2])
    assert str(frame["created"].dt.tz) == "UTC"
    assert frame["exit_code"].tolist()[:3] == [0, 0, 1]
    assert frame["params.batch"].tolist() == [16] * 4
    assert frame.attrs == {"run_id": "HD_sweep", "primary_metric": "accuracy", "goal": "maximize"}
    assert frame.sort_values("best").iloc[-2 if frame["best"].isna().any() else -1] is not None


def test_a_frame_of_metrics_can_be_turned_into_curves(world):
    points = frame_of(world, "sweep", frames.metrics)

    curves = points.pivot(index="report", columns="number", values="value")
    assert curves[0].tolist() == [0.1, 0.5]
    assert curves[1].tolist() == [0.9, 0.8]
    assert points["value"].dtype == "float64"


@pytest.mark.parametrize("name", ALL)
def test_there_is_a_frame_of_every_run(world, name):
    assert isinstance(frame_of(world, name), pandas.DataFrame)
    assert isinstance(frame_of(world, name, frames.metrics), pandas.DataFrame)


def test_a_frame_is_made_of_a_run_object_of_any_home(world, home):
    history, ids = world

    class Run:
        id, _history = ids["one"], history

    assert frames.trials(Run())["metrics.accuracy"].tolist() == [0.75]


def test_a_frame_of_something_else_is_refused(home):
    with pytest.raises(ArgumentError, match="not of 5"):
        frames.trials(5)
    with pytest.raises(RunNotFound):
        frames.trials("HD_nothing")


def test_frames_without_pandas_name_what_to_install(world, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)

    with pytest.raises(ImportError, match=r"pip install 'hyperlocal\[data\]'"):
        frame_of(world, "sweep")
