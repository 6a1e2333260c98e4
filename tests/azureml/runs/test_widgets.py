import pytest

from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.azureml.widgets import RunDetails


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
