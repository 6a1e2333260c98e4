"""The page about JSON names the fields that there are, and no others."""

import io
import json
import re
import sys
from pathlib import Path

import pytest

from hyperlocal.cli import main
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.status import Status
from hyperlocal.history import History
from tests.views.sweeps import a_finished_sweep, begin_sweep, begin_trial, complete, log

PAGE = Path(__file__).parents[2] / "docs" / "json.md"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    home = tmp_path_factory.mktemp("h") / ".hyperlocal"
    history = History.open(home)
    a_finished_sweep(history, policy=Bandit(Schedule(), slack_factor=0.2))
    job = "iris_1"
    history.runs.create(job, experiment="iris", kind="azureml.scriptrun", status=Status.RUNNING)
    log(history, job, float("nan"))
    complete(history, job)
    whole = begin_sweep(history, "HD_whole")
    complete(history, begin_trial(history, whole, 0, metrics=[0.5]))
    complete(history, whole)
    history.close()
    return home


@pytest.fixture
def told(recorded, monkeypatch):
    """Run a command in this process and return its JSON, a list of documents."""

    def run(*words):
        stream = io.StringIO()
        monkeypatch.setenv("HYPERLOCAL_HOME", str(recorded))
        monkeypatch.setattr(sys, "stdout", stream)
        main([*words, "--json"])
        text = stream.getvalue()
        lines = text.splitlines() if text.startswith('{"') else [text]
        return [json.loads(line, parse_constant=pytest.fail) for line in lines]

    return run


def documented(name):
    """Return the fields of the table below a mark."""
    table = PAGE.read_text(encoding="utf-8").split(f"<!-- fields: {name} -->")[1].split("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {field for cell in cells for field in re.findall(r"`(\w+)`", cell)}


def test_a_list_has_these_fields(told):
    [runs] = told("list")

    assert {field for run in runs for field in run} == documented("list")


def test_a_run_has_these_fields(told):
    [sweep], [trial] = told("show", "HD_sweep"), told("show", "HD_sweep_3")

    assert {*sweep, *trial} == documented("show")
    assert set(sweep["sweep"]) == documented("sweep")
    assert {field for child in sweep["children"] for field in child} == documented("trial")
    assert set(trial["decisions"][0]) == {"interval", "stop", "reason"}


def test_nan_is_null(told):
    [job] = told("show", "iris_1")

    assert job["metrics"] == {"accuracy": [None]}


def test_events_have_these_fields(told):
    events = told("watch", "HD_sweep")

    own = documented("watch") - documented("trial")
    assert {field for event in events for field in event} == documented("trial") | own
    assert own == {"event", "is_best", "best_run_id"}


def test_what_is_wrong_has_these_fields(told):
    # The trial that failed has left no folder.
    [examined] = told("doctor")

    assert set(examined) == {"home", "run_id", "findings"}
    assert {f for finding in examined["findings"] for f in finding} <= documented("doctor")


def test_replays_have_these_fields(told):
    [replay] = told("whatif", "HD_whole", "--policy", "none")

    assert set(replay) == {"name", "metric", "goal", "notes", "recorded", "outcomes"}
    assert {*replay["recorded"], *replay["outcomes"][0]} == documented("whatif")
    page = PAGE.read_text(encoding="utf-8")
    trial = replay["outcomes"][0]["what_became_of_trials"][0]
    assert [field for field in trial if f"`{field}`" not in page] == []
