import sys

import pytest

from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.azureml.widgets import RunDetails
from hyperlocal.domain.status import Status
from hyperlocal.views.page import Page
from hyperlocal.views.summary import write_summary


def test_a_sweep_is_shown_as_text(sweep, capsys):
    sweep.trial(0.5)
    sweep.finish()

    RunDetails(sweep.run).show()

    printed = capsys.readouterr().out
    assert "HD_1" in printed
    assert "Completed" in printed
    assert "0.5" in printed


def test_what_a_widget_would_show(sweep):
    sweep.trial(0.5)
    sweep.finish()

    data = RunDetails(sweep.run).get_widget_data()

    assert data["status"] == "Completed"
    assert data["run_id"] == "HD_1"
    assert data["run_properties"]["primary_metric"]["name"] == "accuracy"
    assert [child["run_id"] for child in data["child_runs"]] == ["HD_1_0"]
    assert data["children_metrics"] == {"HD_1_0": {"accuracy": 0.5}}
    assert data["run_metrics"]["best_child_by_primary_metric"]["run_id"] == ["HD_1_0", "HD_1_0"]
    assert {"run_logs", "graph", "widget_settings", "loading"} <= data.keys()


def test_an_interactive_run_is_shown_too(run, capsys):
    run.log("a", 1)

    RunDetails(run).show()

    assert run.id in capsys.readouterr().out
    assert RunDetails(run).get_widget_data()["run_metrics"] == {"a": 1}


@pytest.mark.parametrize("thing", [None, "HD_1"])
def test_only_runs_are_shown(thing):
    with pytest.raises(UserErrorException, match="only runs"):
        RunDetails(thing)


def test_that_all_trials_fail_alike_is_shown_while_the_sweep_goes_on(sweep, capsys):
    for n in range(3):
        run_id = sweep.trial(status=Status.RUNNING)
        sweep.history.runs.finish(run_id, Status.FAILED, reason=f"ValueError: bad {n}")

    def summary():
        record = sweep.history.runs.get("HD_1")
        write_summary(Page(sys.stdout), sweep.history, record, n_rows=9, now=0.0)
        return capsys.readouterr().out

    goes_on = summary()
    sweep.finish(Status.FAILED)

    assert "first 3 trials all failed for the same reason: ValueError: bad 0." in goes_on
    assert "`hyperlocal cancel HD_1` stops the sweep" in goes_on
    assert "all failed for the same reason" not in summary()
