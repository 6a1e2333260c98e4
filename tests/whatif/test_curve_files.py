"""Curves from files."""

import json

import pytest

from hyperlocal.domain.goal import Goal
from hyperlocal.domain.policy import MedianStopping, Schedule
from hyperlocal.errors import SweepError
from hyperlocal.whatif import Recording
from tests.whatif.sweeps import recording, trace

CSV = """trial,lr,units,seconds,accuracy,status,duration
a,0.1,16,60,0.71,,
a,0.1,16,120,0.78,,130
b,0.5,many,55,0.64,stopped,
c,1e-3,,,,failed,7
"""


def csv(tmp_path, text=CSV, name="curves.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_a_csv_file_has_a_line_for_each_report(tmp_path):
    told = Recording.of_file(csv(tmp_path), metric="accuracy", goal="maximize", concurrency=3)

    assert (told.metric_name, told.goal, told.concurrency) == ("accuracy", Goal.MAXIMIZE, 3)
    assert [trial.trial_id for trial in told.trials] == ["a", "b", "c"]
    assert [dict(trial.parameters) for trial in told.trials] == [
        {"lr": 0.1, "units": 16},
        {"lr": 0.5, "units": "many"},
        {"lr": 0.001, "units": None},
    ]
    assert [trial.values("accuracy") for trial in told.trials] == [[0.71, 0.78], [0.64], []]
    assert [r.at_s for r in told.trials[0].trace.reports] == [60, 120]
    assert [trial.duration_s for trial in told.trials] == [130, 55, 7]
    assert [trial.is_cut for trial in told.trials] == [False, True, False]
    assert [trial.trace.exit_code for trial in told.trials] == [0, 0, 1]


def test_without_seconds_a_report_takes_one(tmp_path):
    path = csv(tmp_path, "trial,value\n0,5\n0,4\n1,7\n")

    told = Recording.of_file(path, goal="minimize")

    assert [r.at_s for r in told.trials[0].trace.reports] == [1, 2]
    assert (told.metric_name, told.concurrency) == ("value", 1)


def test_json_says_more(tmp_path):
    path = tmp_path / "curves.json"
    path.write_text(
        json.dumps(
            {
                "metric": "loss",
                "goal": "minimize",
                "concurrency": 2,
                "policy": "median:delay_evaluation=5",
                "trials": [
                    {
                        "parameters": {"layers": [1, 2]},
                        "values": [3, 2],
                        "seconds": 30,
                        "delay": 9,
                    },
                    {"values": [4.0], "status": "stopped", "stopped_at": 1, "stop_lag": 2},
                ],
            }
        )
    )

    told = Recording.of_file(path)

    assert told.policy == MedianStopping(Schedule(1, 5))
    assert [r.at_s for r in told.trials[0].trace.reports] == [30, 60]
    assert told.trials[0].trace.delay_s == 9
    assert (told.trials[1].stopped_at, told.trials[1].trace.stop_lag_s) == (1, 2)


def test_what_is_saved_is_read_again(tmp_path):
    first = recording(
        [0.1, float("nan")],
        trace([0.5], is_cut=True, stop_lag_s=2.0),
        trace([], exit_code=1, delay_s=3.0),
        goal=Goal.MINIMIZE,
        policy=MedianStopping(Schedule()),
    )
    first.save(tmp_path / "one.json")

    second = Recording.of_file(tmp_path / "one.json")
    second.save(tmp_path / "two.json")

    assert (tmp_path / "two.json").read_text() == (tmp_path / "one.json").read_text()
    assert second.policy == first.policy
    assert second.trials[1] == first.trials[1]


@pytest.mark.parametrize(
    ("name", "text", "because"),
    [
        ("c.txt", "", "neither a .csv nor a .json"),
        ("c.csv", "", "has the columns none, but needs 'trial'"),
        ("c.csv", "trial,loss\n", "needs 'trial' and the metric"),
        ("c.csv", "trial,value\n1,x\n", "value in line 2 .* is 'x', but must be a number"),
        ("c.csv", "trial,value\n1\n", "Line 2 .* not as many values"),
        ("c.csv", "trial,value,lr\n1,1,1\n1,1,2\n", "Line 3 .* other parameters than before"),
        ("c.csv", "trial,value,status\n1,1,gone\n", "is 'gone', but must be one of completed"),
        ("c.csv", "trial,value,seconds\n1,1,5\n1,1,4\n", "must not be before"),
        ("c.csv", "trial,value,duration\n1,1,0.5\n", "ends at 0.5 s, but its last report"),
        ("c.csv", "trial,value\n", "nothing to replay"),
        ("c.json", "{", "is not JSON"),
        ("c.json", "[]", "must hold an object with a list of 'trials'"),
        ("c.json", '{"trials": [], "gaol": 1}', "has 'gaol', but knows only"),
        ("c.json", '{"trials": [3]}', "trial 0 .* must be an object"),
        ("c.json", '{"trials": [{"values": [1], "secs": 1}]}', "has 'secs', but knows only"),
        ("c.json", '{"trials": [{"values": [1], "seconds": [1, 2]}]}', "1 values, but 2 seconds"),
        ("c.json", '{"trials": [{"values": ["a"]}]}', "a value of trial 0 .* is 'a'"),
        ("c.json", '{"trials": [{"trial": 1, "values": []}, {"trial": 1, "values": []}]}', "same"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(tmp_path, name, text, because):
    path = csv(tmp_path, text, name)

    with pytest.raises(SweepError, match=because):
        Recording.of_file(path, goal="maximize")


def test_the_goal_must_be_said(tmp_path):
    with pytest.raises(SweepError, match="must be maximize or minimize: say --goal"):
        Recording.of_file(csv(tmp_path), metric="accuracy")
