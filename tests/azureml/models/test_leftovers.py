"""What else a workspace has: experiments, environments, wheels, clusters and their runs."""

import json
import os

import pytest

from hyperlocal.azureml.core import Environment, Experiment, Run, Workspace
from hyperlocal.azureml.core.compute import AmlCompute, BatchAiCompute, ComputeTarget
from hyperlocal.azureml.exceptions import (
    ComputeTargetException,
    ProjectSystemException,
    UserErrorException,
)
from hyperlocal.domain.status import Status
from hyperlocal.services.runs.definitions import remember_definition


@pytest.fixture
def cluster(workspace):
    return AmlCompute.create(
        workspace, "cluster", AmlCompute.provisioning_configuration("D2", max_nodes=2)
    )


@pytest.fixture
def submitted(workspace):
    """Record runs as a submission would."""

    def record(run_id, target="cluster", status=Status.RUNNING, environment=None):
        history = Experiment(workspace, "trials")._history
        history.runs.create(
            run_id, experiment="trials", kind="azureml.scriptrun", status=Status.RUNNING
        )
        if status is not Status.RUNNING:
            history.runs.finish(run_id, status)
        definition = {"script": "train.py", "target": target, "environment": environment or {}}
        remember_definition(history, run_id, definition)
        return run_id

    return record


def test_experiments_by_name(workspace):
    Experiment(workspace, "first")
    Experiment(workspace, "second").archive()

    assert list(workspace.experiments) == ["first"]
    assert workspace.experiments.get("none") is None
    with pytest.raises(KeyError, match=r"experiment 'none'.*first"):
        workspace.experiments["none"]


def test_an_experiment_of_a_folder(workspace, tmp_path):
    names = Workspace("s", "g", "team")
    (tmp_path / "attached" / ".azureml").mkdir(parents=True)
    (tmp_path / "attached" / ".azureml" / "project.json").write_text(
        json.dumps({"Id": "1", "Scope": f"{names.get_details()['id']}/projects/iris"})
    )

    found = Experiment.from_directory(str(tmp_path / "attached"))

    assert (found.name, found.workspace.name) == ("iris", "team")
    with pytest.raises(ProjectSystemException, match=r"project\.json"):
        Experiment.from_directory(str(tmp_path))


def test_a_workspace_that_may_be_there_already(workspace):
    made = Workspace._get_or_create("team", subscription_id="s", location="x")
    again = Workspace._get_or_create("team", subscription_id="s", location="x")

    assert (made.name, again.location) == ("team", "x")


def test_the_clouds_own_environments_have_versions(workspace):
    offered = Environment.list(workspace)

    assert {offered[n].version for n in offered if n.startswith("AzureML-")} == {"1"}
    assert Environment.get(workspace, "AzureML-whatever").version == "1"
    assert Environment.get(workspace, "AzureML-Minimal", version="34").version == "34"
    assert Environment.get(workspace, "my-own").version is None
    assert "python" in offered["AzureML-Tutorial"].python.conda_dependencies.serialize_to_string()


def test_registered_environments_by_version(workspace):
    environment = Environment("mine")
    environment.register(workspace)
    environment.python.conda_dependencies.add_pip_package("lightgbm")
    environment.register(workspace)

    assert workspace.environments["mine"].version == "2"
    packages = Environment.get(workspace, "mine", version=1).python.conda_dependencies.pip_packages
    assert "lightgbm" not in list(packages)


def test_the_environment_of_a_run_need_not_be_registered(workspace, submitted):
    environment = Environment("mine")
    environment.python.conda_dependencies.add_pip_package("lightgbm")
    submitted("r", environment=environment._as_dict())

    found = Run.get(workspace, "r").get_environment()

    assert found.name == "mine"
    assert "lightgbm" in list(found.python.conda_dependencies.pip_packages)


def test_a_private_wheel_is_kept(workspace, tmp_path):
    wheel = tmp_path / "mine-1.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")

    url = Environment.add_private_pip_wheel(workspace, file_path=str(wheel))

    assert url.startswith("file:///")
    assert url.endswith("/wheels/mine-1.0-py3-none-any.whl")
    with pytest.raises(UserErrorException, match="exist_ok"):
        Environment.add_private_pip_wheel(workspace, str(wheel))
    assert Environment.add_private_pip_wheel(workspace, str(wheel), exist_ok=True) == url
    with pytest.raises(UserErrorException, match="no wheel"):
        Environment.add_private_pip_wheel(workspace, "none.whl")


def test_the_runs_of_a_cluster(cluster, submitted):
    submitted("old", status=Status.COMPLETED)
    submitted("elsewhere", target="other")
    submitted("new")

    assert [run.id for run in Run.list_by_compute(cluster)] == ["new", "old"]
    assert [run.id for run in Run.list_by_compute(cluster, status="Completed")] == ["old"]
    assert [run.id for run in cluster.get_active_runs()] == ["new"]


def test_a_cluster_of_2018(workspace):
    with pytest.raises(ComputeTargetException):
        ComputeTarget(workspace=workspace, name="gpu")
    with pytest.warns(UserWarning, match="cluster_colour"):
        configuration = BatchAiCompute.provisioning_configuration(
            vm_size="STANDARD_NC6",
            autoscale_enabled=True,
            cluster_min_nodes=0,
            cluster_max_nodes=4,
            cluster_colour="red",
        )

    made = ComputeTarget.create(workspace, "gpu", configuration)
    made.wait_for_completion(show_output=True, min_node_count=None, timeout_in_minutes=20)

    assert type(workspace.compute_targets()["gpu"]) is BatchAiCompute
    assert ComputeTarget(workspace, "gpu").scale_settings.maximum_node_count == 4
    assert made.status.serialize()["vmSize"] == "STANDARD_NC6"


def test_a_cluster_is_used_and_deleted(workspace, cluster):
    first = ComputeTarget.list(workspace)[0]
    first.update(min_nodes=0, max_nodes=4, idle_seconds_before_scaledown=60)

    assert type(AmlCompute(workspace, "cluster")) is AmlCompute
    assert workspace.compute_targets["cluster"].get_status().serialize()["scaleSettings"] == {
        "minNodeCount": 0,
        "maxNodeCount": 4,
        "nodeIdleTimeBeforeScaleDown": "PT60S",
    }
    AmlCompute.delete(first)
    assert "cluster" not in workspace.compute_targets
    assert workspace.compute_targets["cluster"].name == "cluster"  # as of some cloud


def test_where_mlflow_may_write(workspace, home, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "")
    monkeypatch.delenv("MLFLOW_ALLOW_FILE_STORE")
    with pytest.warns(UserWarning, match="does not become metrics"):
        uri = workspace.get_mlflow_tracking_uri()

    assert uri == (home / "mlflow").as_uri()
    assert os.environ["MLFLOW_ALLOW_FILE_STORE"] == "true"


def test_mlflow_takes_the_uri_of_a_workspace(workspace, home):
    mlflow = pytest.importorskip("mlflow")
    mlflow.set_tracking_uri(workspace.get_mlflow_tracking_uri())

    with mlflow.start_run() as run:
        mlflow.log_metric("score", 0.5)

    assert mlflow.get_run(run.info.run_id).data.metrics == {"score": 0.5}


def test_a_trials_working_copy_needs_no_cleaning(run):
    assert run.clean() == []
