"""Compute targets: records of the home that stand for this machine."""

import pytest

from hyperlocal.azureml.core import ComputeTarget
from hyperlocal.azureml.core.compute import AmlCompute, ComputeInstance
from hyperlocal.azureml.core.compute_target import ComputeTargetException, LocalTarget
from hyperlocal.azureml.exceptions import ComputeTargetException as SameException
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.services.compute import max_nodes


def cluster(workspace, name="cpu-cluster", **changes):
    arguments = {"vm_size": "STANDARD_D2_V2", "max_nodes": 4, **changes}
    configuration = AmlCompute.provisioning_configuration(**arguments)
    return ComputeTarget.create(workspace, name, configuration)


def test_a_target_that_nobody_made_raises_and_one_that_was_made_is_found(workspace):
    with pytest.raises(ComputeTargetException, match="'cpu-cluster'"):
        ComputeTarget(workspace=workspace, name="cpu-cluster")

    cluster(workspace)

    found = ComputeTarget(workspace=workspace, name="cpu-cluster")
    assert type(found) is AmlCompute
    assert found.name == "cpu-cluster"
    assert SameException is ComputeTargetException


def test_the_mapping_shows_what_exists_and_takes_any_name(workspace):
    cluster(workspace)

    targets = workspace.compute_targets

    assert list(targets) == ["cpu-cluster"]
    assert "made-in-the-cloud" not in targets
    assert targets.get("made-in-the-cloud") is None
    assert targets["made-in-the-cloud"].name == "made-in-the-cloud"
    assert type(targets["cpu-cluster"]) is AmlCompute
    assert list(workspace.compute_targets()) == ["cpu-cluster"]


def test_the_number_of_nodes_is_found_by_name(workspace):
    cluster(workspace, max_nodes=3)
    cluster(workspace, "empty", max_nodes=0)

    assert max_nodes("cpu-cluster") == 3
    assert max_nodes("empty") == 1
    assert max_nodes("made-in-the-cloud") is None


def test_waiting_says_that_the_target_is_ready(workspace, capsys):
    target = cluster(workspace)

    target.wait_for_completion(show_output=True, min_node_count=None, timeout_in_minutes=20)

    assert "'cpu-cluster' is ready" in capsys.readouterr().out


def test_the_status_has_the_keys_that_scripts_read(workspace):
    target = cluster(workspace, min_nodes=1, idle_seconds_before_scaledown=120)

    status = target.get_status().serialize()

    assert status["provisioningState"] == "Succeeded"
    assert status["currentNodeCount"] == status["targetNodeCount"] == 1
    assert status["nodeStateCounts"]["idleNodeCount"] == 1
    assert status["vmSize"] == "STANDARD_D2_V2"
    assert status["vmPriority"] == "Dedicated"
    assert status["scaleSettings"] == {
        "minNodeCount": 1,
        "maxNodeCount": 4,
        "nodeIdleTimeBeforeScaleDown": "PT120S",
    }
    assert target.status.serialize() == status


def test_a_cluster_can_be_changed_listed_and_deleted(workspace):
    target = cluster(workspace)

    assert target.list_nodes() == []  # as helpers ask before they change it
    target.update(max_nodes=8)
    assert ComputeTarget.list(workspace)[0].scale_settings.maximum_node_count == 8

    target.delete()
    assert AmlCompute.list(workspace) == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"max_nodes": None},
        {"max_nodes": -1},
        {"max_nodes": "4"},
        {"min_nodes": 5},
        {"vnet_name": "net"},
        {"admin_username": "me"},
        {"admin_user_password": "Secret-1"},
        {"admin_username": "me", "admin_user_password": "simple"},
        {"identity_type": "Nobody"},
        {"identity_type": "UserAssigned"},
        {"identity_id": ["i"]},
    ],
)
def test_what_the_sdk_refuses_is_refused_at_the_same_call(arguments):
    with pytest.raises(ComputeTargetException):
        AmlCompute.provisioning_configuration(**{"vm_size": "x", "max_nodes": 4, **arguments})


def test_no_password_is_remembered(workspace, home):
    cluster(workspace, admin_username="me", admin_user_password="Secret-1")

    assert b"Secret-1" not in b"".join(f.read_bytes() for f in home.glob("history.db*"))


@pytest.mark.parametrize(
    "name", ["", "a", "1abc", "cpu_cluster", "a b", "cpu-", "a" * 40, None, 5]
)
def test_names_that_the_service_refuses_are_refused(workspace, name):
    with pytest.raises(ComputeTargetException, match="name"):
        cluster(workspace, name)


def test_local_is_a_reserved_name(workspace):
    with pytest.raises(UserErrorException, match="reserved"):
        cluster(workspace, "local")


@pytest.mark.parametrize("configuration", [None, "STANDARD_D2_V2"])
def test_a_configuration_must_be_one(workspace, configuration):
    with pytest.raises(ComputeTargetException, match="provisioning_configuration"):
        ComputeTarget.create(workspace, "cpu-cluster", configuration)


def test_something_else_than_a_workspace_is_told():
    with pytest.raises(ComputeTargetException, match=r"Workspace\.from_config"):
        ComputeTarget("workspace", "cpu-cluster")


def test_an_instance_is_remembered_with_its_state(workspace):
    configuration = ComputeInstance.provisioning_configuration(vm_size="STANDARD_DS3_V2")
    instance = ComputeInstance.create(workspace, "my-instance", configuration)

    instance.stop()

    assert type(ComputeTarget(workspace, "my-instance")) is ComputeInstance
    assert ComputeInstance(workspace, "my-instance").get_status().state == "Stopped"
    with pytest.raises(ComputeTargetException, match="AmlCompute"):
        AmlCompute(workspace, "my-instance")


def test_the_local_target_has_a_name():
    assert (LocalTarget().name, LocalTarget().type) == ("local", "local")


def test_the_first_of_no_targets_says_how_one_is_made(workspace):
    with pytest.raises(IndexError, match="hyperlocal compute add"):
        ComputeTarget.list(workspace)[0]

    assert ComputeTarget.list(workspace)[:1] == []
    assert isinstance(ComputeTarget.list(workspace), list)
