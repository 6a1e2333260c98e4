"""Homes that earlier versions wrote: all that they hold is read, and shown."""

import sqlite3
from pathlib import Path

import pytest

from hyperlocal.cli import main
from hyperlocal.domain.codec import plan_from_json, plan_to_json
from hyperlocal.domain.status import Status
from hyperlocal.domain.sweep import SamplingKind, Sweep
from hyperlocal.history import History
from hyperlocal.history.plans import plan_of

HOMES = sorted((Path(__file__).parent / "homes").glob("*.sql"))


@pytest.fixture(params=HOMES, ids=lambda path: path.stem)
def old_home(request, home):
    """A home with seven sweeps, a single script and two kinds of pipelines, all completed."""
    home.mkdir()
    connection = sqlite3.connect(home / "history.db")
    connection.executescript(request.param.read_text(encoding="utf-8"))
    connection.close()
    (home / "runs").mkdir()
    return home


@pytest.fixture
def history(old_home):
    with_old = History.open(old_home)
    yield with_old
    with_old.close()


def test_each_plan_is_read_and_comes_back_equal(history):
    plans = [plan for run in history.runs.top(include_children=True) if (plan := plan_of(run))]

    assert len(plans) == 12
    for plan in plans:
        assert plan_from_json(plan_to_json(plan)) == plan
    kinds = {plan.sampling.kind for plan in plans if isinstance(plan, Sweep)}
    assert kinds == set(SamplingKind)
    policies = {type(plan.policy).__name__ for plan in plans if isinstance(plan, Sweep)}
    assert policies == {"Bandit", "MedianStopping", "TruncationSelection", "NoneType"}


def test_each_run_is_shown(history, capsys):
    runs = history.runs.top(include_children=True)
    assert len(runs) == 27

    assert main(["list", "--all"]) == 0
    listed = capsys.readouterr().out
    for run in runs:
        assert run.status is Status.COMPLETED
        assert run.run_id in listed
        assert main(["show", run.run_id]) == 0
        assert run.run_id in capsys.readouterr().out
