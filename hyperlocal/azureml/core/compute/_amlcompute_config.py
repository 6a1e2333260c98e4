"""What a cluster shall be like, and the state it is in."""

from __future__ import annotations

import re
from typing import Any

from hyperlocal.azureml._placeholders import Emulated
from hyperlocal.azureml.core.compute.compute import (
    ComputeTargetProvisioningConfiguration,
    check_network,
)
from hyperlocal.azureml.exceptions import ComputeTargetException

__all__ = [
    "AmlComputeProvisioningConfiguration",
    "AmlComputeStatus",
    "ScaleSettings",
    "check_scale",
]


class ScaleSettings(Emulated):
    """How many nodes a cluster may have, and how long they stay when they are idle."""

    def __init__(
        self, minimum_node_count: Any, maximum_node_count: Any, idle_seconds_before_scaledown: Any
    ) -> None:
        self.minimum_node_count = minimum_node_count
        self.maximum_node_count = maximum_node_count
        self.idle_seconds_before_scaledown = idle_seconds_before_scaledown

    def serialize(self) -> dict[str, Any]:
        """Return the settings as the service writes them."""
        idle = self.idle_seconds_before_scaledown
        return {
            "minNodeCount": self.minimum_node_count,
            "maxNodeCount": self.maximum_node_count,
            "nodeIdleTimeBeforeScaleDown": None if idle is None else f"PT{idle}S",
        }


class AmlComputeProvisioningConfiguration(ComputeTargetProvisioningConfiguration):
    """The arguments of `AmlCompute.provisioning_configuration`, checked."""

    def __init__(self, kind: Any, **arguments: Any) -> None:
        super().__init__(kind, None)
        location = arguments.pop("location")
        scale = (
            arguments.pop("min_nodes"),
            arguments.pop("max_nodes"),
            arguments.pop("idle_seconds_before_scaledown"),
        )
        self.__dict__.update(arguments)
        self.compute_location = location
        _check_credentials(self)
        check_network(self.vnet_resourcegroup_name, self.vnet_name, self.subnet_name)
        _check_identity(self.identity_type, self.identity_id)
        self.scale_settings = ScaleSettings(*scale)
        check_scale(self.scale_settings)

    vm_size: Any
    vm_priority: Any
    admin_username: Any
    admin_user_password: Any
    admin_user_ssh_key: Any
    vnet_resourcegroup_name: Any
    vnet_name: Any
    subnet_name: Any
    tags: Any
    description: Any
    remote_login_port_public_access: Any
    identity_type: Any
    identity_id: Any
    enable_node_public_ip: Any

    def _as_record(self) -> dict[str, Any]:
        """Return what is remembered; passwords and keys are not."""
        return {
            "vm_size": self.vm_size,
            "vm_priority": self.vm_priority,
            "min_nodes": self.scale_settings.minimum_node_count,
            "max_nodes": self.scale_settings.maximum_node_count,
            "idle_seconds": self.scale_settings.idle_seconds_before_scaledown,
            "tags": self.tags,
            "description": self.description,
            "location": self.compute_location,
            "admin_username": self.admin_username,
            "identity_type": self.identity_type,
            "identity_id": self.identity_id,
            "subnet_name": self.subnet_name,
        }


def check_scale(scale: ScaleSettings) -> None:
    """Refuse node counts that make no cluster.

    Raises:
        ComputeTargetException: They are not numbers, negative, or contradict each other.
    """
    least, most = scale.minimum_node_count, scale.maximum_node_count
    if most is None:
        raise ComputeTargetException(
            "AmlCompute: max_nodes is not given. Say how many nodes the cluster may have at most, "
            "for instance max_nodes=4."
        )
    for name, count in (("min_nodes", least), ("max_nodes", most)):
        if count is not None and not isinstance(count, (int, float)):
            raise ComputeTargetException(f"AmlCompute: {name} is {count!r}, but must be a number.")
    if most < 0:
        raise ComputeTargetException(f"AmlCompute: max_nodes is {most}, but must be at least 0.")
    if least is None:
        scale.minimum_node_count = 0
    elif most < least:
        raise ComputeTargetException(
            f"AmlCompute: max_nodes is {most}, but must be at least min_nodes, which is {least}."
        )


def _check_credentials(config: AmlComputeProvisioningConfiguration) -> None:
    has_secret = bool(config.admin_user_password or config.admin_user_ssh_key)
    if config.admin_username and not has_secret:
        raise ComputeTargetException(
            "AmlCompute: admin_username is given, but neither admin_user_password nor "
            "admin_user_ssh_key."
        )
    if has_secret and not config.admin_username:
        raise ComputeTargetException(
            "AmlCompute: a password or a key is given, but no admin_username."
        )
    password = config.admin_user_password
    if password and not _is_strong(str(password)):
        raise ComputeTargetException(
            "AmlCompute: admin_user_password is too simple. It needs three of: a lowercase "
            "letter, an uppercase letter, a digit, another character."
        )


def _is_strong(password: str) -> bool:
    return sum(bool(re.search(kind, password)) for kind in ("[a-z]", "[A-Z]", r"\d", r"\W|_")) >= 3


def _check_identity(kind: Any, ids: Any) -> None:
    if kind not in (None, "SystemAssigned", "UserAssigned"):
        raise ComputeTargetException(
            f"AmlCompute: identity_type is {kind!r}, but must be 'SystemAssigned' or "
            "'UserAssigned'."
        )
    if kind == "UserAssigned" and not isinstance(ids, list):
        raise ComputeTargetException(
            f"AmlCompute: identity_id is {ids!r}, but must be a list of identities, since "
            "identity_type is 'UserAssigned'."
        )
    if kind != "UserAssigned" and ids is not None:
        raise ComputeTargetException(
            "AmlCompute: identity_id is given, but identity_type is not 'UserAssigned'."
        )


class AmlComputeStatus(Emulated):
    """The state of a cluster: always ready, with its least number of nodes, all idle."""

    def __init__(
        self,
        allocation_state: Any,
        allocation_state_transition_time: Any,
        creation_time: Any,
        current_node_count: Any,
        errors: Any,
        modified_time: Any,
        node_state_counts: Any,
        provisioning_state: Any,
        provisioning_state_transition_time: Any,
        scale_settings: Any,
        target_node_count: Any,
        vm_priority: Any,
        vm_size: Any,
    ) -> None:
        self.allocation_state = allocation_state
        self.allocation_state_transition_time = allocation_state_transition_time
        self.creation_time = creation_time
        self.current_node_count = current_node_count
        self.errors = errors
        self.modified_time = modified_time
        self.node_state_counts = node_state_counts
        self.provisioning_state = provisioning_state
        self.provisioning_state_transition_time = provisioning_state_transition_time
        self.scale_settings = scale_settings
        self.target_node_count = target_node_count
        self.vm_priority = vm_priority
        self.vm_size = vm_size

    @classmethod
    def _ready(cls, scale: ScaleSettings, body: dict[str, Any]) -> AmlComputeStatus:
        nodes = scale.minimum_node_count or 0
        states = ("preparing", "running", "idle", "unusable", "leaving", "preempted")
        counts = {f"{state}NodeCount": nodes if state == "idle" else 0 for state in states}
        since = body.get("created_on")
        return cls(
            "Steady",
            since,
            since,
            nodes,
            None,
            since,
            counts,
            "Succeeded",
            None,
            scale,
            nodes,
            _priority(body.get("vm_priority")),
            body.get("vm_size"),
        )

    def serialize(self) -> dict[str, Any]:
        """Return the state as the service writes it."""
        return {
            "currentNodeCount": self.current_node_count,
            "targetNodeCount": self.target_node_count,
            "nodeStateCounts": dict(self.node_state_counts),
            "allocationState": self.allocation_state,
            "allocationStateTransitionTime": self.allocation_state_transition_time,
            "errors": self.errors,
            "creationTime": self.creation_time,
            "modifiedTime": self.modified_time,
            "provisioningState": self.provisioning_state,
            "provisioningStateTransitionTime": self.provisioning_state_transition_time,
            "scaleSettings": self.scale_settings.serialize(),
            "vmPriority": self.vm_priority,
            "vmSize": self.vm_size,
        }

    def __repr__(self) -> str:
        return repr(self.serialize())


def _priority(value: Any) -> Any:
    known = {"dedicated": "Dedicated", "lowpriority": "LowPriority"}
    return known.get(str(value).lower(), value)
