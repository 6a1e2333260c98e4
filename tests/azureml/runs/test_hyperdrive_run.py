import json
import math

import pytest

from hyperlocal.azureml.core import Run
from hyperlocal.azureml.core.script_run import ScriptRun
from hyperlocal.azureml.exceptions import ServiceException
from hyperlocal.azureml.train.hyperdrive import (
    HyperDriveRun,
    PrimaryMetricGoal,
)
from hyperlocal.azureml.train.hyperdrive.exceptions import (
    HyperDriveConfigException,
    HyperDriveNotImplementedException,
    HyperDriveRehydrateException,
)
from hyperlocal.azureml.train.hyperdrive.run import PrimaryMetricGoal as GoalOfRunModule
from hyperlocal.domain.policy import Bandit, Schedule
from hyperlocal.domain.status import Cause, Status


def ids(children):
    return [child["run_id"][-1] for child in children]


def test_the_best_is_by_the_best_value_logged_not_by_the_last(sweep):
    sweep.trial(0.2, 0.9, 0.1)
    sweep.trial(0.5, 0.8)

    best = sweep.run.get_best_run_by_primary_metric()

    assert best.id == "HD_1_0"
    assert type(best) is Run


def test_the_best_may_be_the_smallest(minimizing):
    minimizing.trial(0.5)
    minimizing.trial(-2.0, 3.0)

    assert minimizing.run.get_best_run_by_primary_metric().id == "HD_1_1"


def test_no_metric_no_best_run(sweep, caplog):
    sweep.trial()
    sweep.trial(0.5, metric="Accuracy")
    sweep.trial("high")

    assert sweep.run.get_best_run_by_primary_metric() is None
    assert "no trial that counts has logged 'accuracy'. wait_for_completion()" in caplog.text


def test_why_a_sweep_that_ended_has_no_best_run(sweep, caplog):
    sweep.trial(0.5, metric="Accuracy")
    sweep.finish()

    assert sweep.run.get_best_run_by_primary_metric() is None
    assert "a number as 'accuracy'. What they logged: 'Accuracy'." in caplog.text


def test_nan_is_no_metric(sweep):
    sweep.trial(math.nan)
    sweep.trial(math.nan, 0.1)

    run = sweep.run

    assert run.get_best_run_by_primary_metric().id == "HD_1_1"
    assert [c["best_primary_metric"] for c in run.get_children_sorted_by_primary_metric()] == [
        0.1,
        None,
    ]


def test_failed_and_cancelled_children_can_be_left_out(sweep):
    sweep.trial(0.9, status=Status.FAILED)
    sweep.trial(0.8, status=Status.CANCELED)
    sweep.trial(0.7)
    run = sweep.run

    assert run.get_best_run_by_primary_metric().id == "HD_1_0"
    assert run.get_best_run_by_primary_metric(include_failed=False).id == "HD_1_1"
    assert run.get_best_run_by_primary_metric(False, False).id == "HD_1_2"


def test_of_equal_children_the_first_to_get_there_is_the_best(sweep):
    sweep.trial(status=Status.RUNNING)
    sweep.trial(0.9)
    sweep.history.metrics.add("HD_1_0", "accuracy", 0.9, kind="float")

    assert sweep.run.get_best_run_by_primary_metric().id == "HD_1_1"


def test_children_are_ranked_best_first_and_without_a_metric_last(sweep):
    for values in [(0.1,), (), (0.7,), (0.3,)]:
        sweep.trial(*values)
    ranked = sweep.run.get_children_sorted_by_primary_metric

    assert ids(ranked()) == ["2", "3", "0", "1"]
    assert ids(ranked(reverse=True)) == ["0", "3", "2", "1"]
    assert ids(ranked(top=2)) == ["2", "3"]
    assert ids(ranked(discard_no_metric=True)) == ["2", "3", "0"]


def test_the_smallest_is_first_where_it_is_the_best(minimizing):
    minimizing.trial(0.2)
    minimizing.trial(0.1, 5.0)

    ranked = minimizing.run.get_children_sorted_by_primary_metric()

    assert [(c["run_id"], c["best_primary_metric"]) for c in ranked] == [
        ("HD_1_1", 0.1),
        ("HD_1_0", 0.2),
    ]


def test_of_equal_children_the_best_is_ranked_first(sweep):
    sweep.trial(status=Status.RUNNING)
    sweep.trial(0.5)
    sweep.trial(0.5)
    sweep.history.metrics.add("HD_1_0", "accuracy", 0.5, kind="float")

    assert sweep.run.get_best_run_by_primary_metric().id == "HD_1_1"
    assert ids(sweep.run.get_children_sorted_by_primary_metric()) == ["1", "2", "0"]
    assert ids(sweep.run.get_children_sorted_by_primary_metric(reverse=True)) == ["0", "2", "1"]
    assert ids(sweep.run.get_children_sorted_by_primary_metric(top=1)) == ["1"]


@pytest.mark.parametrize("odd", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("writer", ["sweep", "minimizing"])
def test_what_is_no_finite_number_is_no_metric(request, writer, odd):
    sweep = request.getfixturevalue(writer)
    sweep.trial(odd)
    sweep.trial(odd, 0.5, odd)
    run = sweep.run

    assert run.get_best_run_by_primary_metric().id == "HD_1_1"
    ranked = run.get_children_sorted_by_primary_metric()
    assert [(c["run_id"], c["best_primary_metric"]) for c in ranked] == [
        ("HD_1_1", 0.5),
        ("HD_1_0", None),
    ]
    assert run.get_metrics()["HD_1_0"]["accuracy"] == pytest.approx(odd, nan_ok=True)


def test_a_ranked_child_is_a_plain_dict(sweep):
    sweep.trial(0.5, status=Status.FAILED, **{"lr": 0.25, "--batch": 32})

    assert sweep.run.get_children_sorted_by_primary_metric() == [
        {
            "run_id": "HD_1_0",
            "hyperparameters": '{"lr": 0.25, "--batch": 32}',
            "best_primary_metric": 0.5,
            "status": "Failed",
        }
    ]


@pytest.mark.parametrize(
    "arguments",
    [{"top": -1}, {"top": "1"}, {"top": 1.0}, {"reverse": 1}, {"discard_no_metric": None}],
)
def test_arguments_of_other_types_are_assertion_errors(sweep, arguments):
    with pytest.raises(AssertionError):
        sweep.run.get_children_sorted_by_primary_metric(**arguments)


def test_hyperparameters_are_texts(sweep):
    sweep.trial(**{"lr": 0.25, "--batch": 32})

    assert sweep.run.get_hyperparameters() == {"HD_1_0": '{"lr": 0.25, "--batch": 32}'}


def test_metrics_are_by_child_and_children_without_any_are_left_out(sweep):
    sweep.trial(0.5, 0.6)
    sweep.trial()
    sweep.trial(0.7)
    run = sweep.run

    assert run.get_metrics() == {"HD_1_0": {"accuracy": [0.5, 0.6]}, "HD_1_2": {"accuracy": 0.7}}
    with pytest.raises(TypeError):
        run.get_metrics("accuracy")


def test_the_parent_has_a_table_of_each_new_best(sweep):
    sweep.trial(0.5, 0.4)
    sweep.trial(0.7)
    sweep.trial(0.7)
    while_running = Run.get_metrics(sweep.run)["best_child_by_primary_metric"]
    sweep.finish()

    table = Run.get_metrics(sweep.run)["best_child_by_primary_metric"]

    assert while_running["run_id"] == ["HD_1_0", "HD_1_1"]
    assert table["run_id"] == ["HD_1_0", "HD_1_1", "HD_1_1"]
    assert table["metric_value"] == [0.5, 0.7, 0.7]
    assert table["final"] == [False, False, True]
    assert table["metric_name"] == ["accuracy"] * 3
    assert table["timestamp"][0].endswith("+00:00")


def test_one_row_of_the_table_is_shown_as_scalars(sweep):
    sweep.trial(0.5)

    table = Run.get_metrics(sweep.run, "best_child_by_primary_metric")

    assert table["best_child_by_primary_metric"]["metric_value"] == 0.5
    assert Run.get_metrics(sweep.run, "other") == {}


def test_no_metric_no_table(sweep):
    sweep.trial()

    assert Run.get_metrics(sweep.run) == {}


def test_the_tags_of_the_service(sweep):
    sweep.trial(**{"lr": 0.25, "--batch": 32})
    sweep.run.tag("mine", "1")
    tags = sweep.run.get_tags()

    assert all(isinstance(value, str) for value in tags.values())
    assert tags["mine"] == "1"
    assert tags["_aml_system_max_total_jobs"] == "10"
    assert tags["_aml_system_max_concurrent_jobs"] == "4"
    assert tags["_aml_system_max_duration_minutes"] == "60"
    assert tags["_aml_system_all_jobs_generated"] == "false"
    assert tags["_aml_system_cancellation_requested"] == "false"
    assert tags["_aml_system_resume_child_runs"] == "null"
    assert json.loads(tags["_aml_system_HD_1_0"]) == {"lr": 0.25, "--batch": 32}
    assert json.loads(tags["_aml_system_generator_config"]) == {
        "name": "RANDOM",
        "parameter_space": {"lr": ["uniform", [0.0, 1.0]], "--batch": ["choice", [[16, 32]]]},
        "properties": {"seed": 7},
    }
    assert json.loads(tags["_aml_system_policy_config"]) == {"name": "Default"}
    assert json.loads(tags["_aml_system_primary_metric_config"]) == {
        "name": "accuracy",
        "goal": "maximize",
    }


def test_the_properties_of_the_service(sweep):
    sweep.trial(0.5)
    before = sweep.run.get_properties()
    sweep.finish()

    properties = sweep.run.get_properties()

    assert "score" not in before
    assert properties["score"] == "0.5"
    assert properties["best_child_run_id"] == "HD_1_0"
    assert properties["best_metric_status"] == "Succeeded"
    assert properties["space_size"] == "infinite_space_size"
    assert properties["runTemplate"] == "HyperDrive"
    assert properties["azureml.runsource"] == "hyperdrive"
    assert all(isinstance(value, str) for value in properties.values())


def test_a_child_carries_its_hyperparameters_as_a_tag(sweep):
    sweep.trial(lr=0.25)
    (child,) = sweep.run.get_children()

    assert child.tags == {"hyperparameters": '{"lr": 0.25}'}
    assert child.properties["ContentSnapshotId"] == sweep.run.properties["ContentSnapshotId"]
    assert [c.id for c in sweep.run.get_children(tags="hyperparameters")] == ["HD_1_0"]


def test_children_are_script_runs_newest_first(sweep):
    sweep.trial()
    sweep.trial(status=Status.CANCELED)
    run = sweep.run

    assert [c.id for c in run.get_children()] == ["HD_1_1", "HD_1_0"]
    assert {(type(c), c.type) for c in run.get_children()} == {(ScriptRun, "azureml.scriptrun")}
    assert [c.id for c in run.get_children(status="Canceled")] == ["HD_1_1"]
    assert [c.id for c in run.get_children(type="azureml.scriptrun")] == ["HD_1_1", "HD_1_0"]
    assert {type(c) for c in run.get_children(_rehydrate_runs=False)} == {Run}


def test_it_is_found_again_by_its_id_alone(sweep):
    found = next(sweep.experiment.get_runs(type="hyperdrive"))
    again = HyperDriveRun(sweep.experiment, "HD_1")

    assert type(found) is HyperDriveRun
    assert found.id == again.id == "HD_1"
    assert again.type == HyperDriveRun.RUN_TYPE == "hyperdrive"
    assert str(again).splitlines()[2] == "Type: hyperdrive,"


def test_its_configuration_is_made_again(new_sweep):
    policy = Bandit(Schedule(2, 5), slack_factor=0.1)

    config = new_sweep(policy=policy).run.hyperdrive_config

    assert config._policy_config == {
        "name": "Bandit",
        "properties": {"evaluation_interval": 2, "delay_evaluation": 5, "slack_factor": 0.1},
    }
    assert (config._max_total_runs, config._max_concurrent_runs) == (10, 4)
    assert config._max_duration_minutes == 60
    assert config._primary_metric_config == {"name": "accuracy", "goal": "maximize"}


def test_what_is_no_sweep_is_refused(experiment, run):
    with pytest.raises(HyperDriveRehydrateException, match="not the parent of a sweep"):
        HyperDriveRun(experiment, run.id)
    with pytest.raises(ServiceException):
        HyperDriveRun(experiment, "HD_unknown")
    with pytest.raises(HyperDriveConfigException):
        HyperDriveRun(experiment, 5)
    with pytest.raises(HyperDriveConfigException):
        HyperDriveRun("trials", "HD_1")


def test_what_a_sweep_does_not_do(sweep):
    with pytest.raises(HyperDriveNotImplementedException):
        sweep.run.fail()
    with pytest.raises(HyperDriveNotImplementedException):
        sweep.run.get_diagnostics()


@pytest.mark.parametrize("cause", Cause)
def test_the_code_of_an_error_follows_from_the_cause(sweep, cause):
    sweep.finish(Status.FAILED, cause=cause, reason="why", error={"message": "why"})

    code = sweep.run.get_details()["error"]["error"]["code"]

    assert code == ("ServiceError" if cause is Cause.INTERRUPTED else "UserError")


def test_the_code_that_a_script_gave_or_an_older_version_recorded_stays(sweep):
    error = {"code": "MyError", "message": "why"}
    sweep.finish(Status.FAILED, cause=Cause.SCRIPT, reason="why", error=error)

    assert sweep.run.get_details()["error"]["error"]["code"] == "MyError"


def test_some_children_failed(sweep):
    sweep.trial(0.5)
    sweep.finish(error={"message": "1 of 2 trials failed"})

    details = sweep.run.get_details()

    assert details["status"] == "Completed"
    assert details["error"]["error"]["code"] == "UserError"
    assert details["warnings"][0]["source"] == "SecondaryError"
    assert "1 of 2 trials failed" in details["warnings"][0]["message"]


def test_the_goal_is_the_same_in_both_modules():
    assert PrimaryMetricGoal is GoalOfRunModule


def test_one_child_with_texts_after_floats_does_not_hide_the_others(sweep):
    bad = sweep.trial(0.5, "nan?", metric="loss")
    good = sweep.trial(0.5, 1, metric="loss")

    with pytest.warns(UserWarning, match="'loss' of run HD_1_0"):
        metrics = sweep.run.get_metrics()

    assert metrics == {bad: {"loss": [0.5, "nan?"]}, good: {"loss": [0.5, 1.0]}}
    with pytest.raises(ValueError, match="'loss'"):  # as in the SDK, of the run itself
        Run(sweep.experiment, bad).get_metrics()
