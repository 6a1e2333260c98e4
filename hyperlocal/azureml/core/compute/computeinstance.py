"""Compute instances: a machine of one person."""

from __future__ import annotations

from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core.compute.compute import (
    ComputeTarget,
    ComputeTargetException,
    ComputeTargetProvisioningConfiguration,
    check_network,
)
from hyperlocal.services import compute

__all__ = [
    "ComputeInstance",
    "ComputeInstanceProvisioningConfiguration",
    "ComputeInstanceStatus",
    "ComputeTargetException",
]


class ComputeInstanceProvisioningConfiguration(ComputeTargetProvisioningConfiguration):
    """The arguments of `ComputeInstance.provisioning_configuration`, checked."""

    vnet_resourcegroup_name: Any
    vnet_name: Any
    subnet_name: Any
    vm_size: Any
    tags: Any
    description: Any

    def __init__(self, kind: Any, **arguments: Any) -> None:
        super().__init__(kind, None)
        self.__dict__.update(arguments)
        check_network(self.vnet_resourcegroup_name, self.vnet_name, self.subnet_name)

    def _as_record(self) -> dict[str, Any]:
        return {
            "vm_size": self.vm_size,
            "tags": self.tags,
            "description": self.description,
            "state": "Running",
        }


class ComputeInstanceStatus(_placeholders.Emulated):
    """The state of an instance: running or stopped."""

    def __init__(self, state: Any, creation_time: Any, vm_size: Any) -> None:
        self.state = state
        self.creation_time = creation_time
        self.modified_time = creation_time
        self.vm_size = vm_size
        self.errors: list[Any] = []

    def serialize(self) -> dict[str, Any]:
        """Return the state as the service writes it."""
        return {
            "state": self.state,
            "creationTime": self.creation_time,
            "modifiedTime": self.modified_time,
            "vmSize": self.vm_size,
            "errors": self.errors,
        }


class ComputeInstance(ComputeTarget):
    """An instance that stands for this machine.

    Differs:
        Starting and stopping are remembered and shown back; trials run either way.
    """

    _compute_type = "ComputeInstance"

    @staticmethod
    def provisioning_configuration(
        vm_size: Any = "",
        ssh_public_access: Any = False,
        admin_user_ssh_public_key: Any = None,
        vnet_resourcegroup_name: Any = None,
        vnet_name: Any = None,
        subnet_name: Any = None,
        tags: Any = None,
        description: Any = None,
        assigned_user_object_id: Any = None,
        assigned_user_tenant_id: Any = None,
    ) -> ComputeInstanceProvisioningConfiguration:
        """Return what an instance shall be like, for `create`."""
        return ComputeInstanceProvisioningConfiguration(ComputeInstance, **locals())

    @property
    def status(self) -> ComputeInstanceStatus:
        """The state, as of the last look."""
        state = self._body.get("state", "Running")
        return ComputeInstanceStatus(state, self.created_on, self.vm_size)

    def get_status(self) -> ComputeInstanceStatus:
        """Return the state."""
        self.refresh_state()
        return self.status

    def get(self) -> ComputeInstance:
        """Return this instance as it is remembered now."""
        self.refresh_state()
        return self

    def start(self, wait_for_completion: Any = False, show_output: Any = False) -> None:
        """Remember that the instance runs."""
        self._remember_state("Running")

    def stop(self, wait_for_completion: Any = False, show_output: Any = False) -> None:
        """Remember that the instance is stopped."""
        self._remember_state("Stopped")

    def restart(self, wait_for_completion: Any = False, show_output: Any = False) -> None:
        """Remember that the instance runs."""
        self._remember_state("Running")

    def delete(self, wait_for_completion: Any = False, show_output: Any = False) -> None:
        """Forget this instance. Runs that used it stay."""
        super().delete()

    @as_sdk_errors
    def _remember_state(self, state: str) -> None:
        self._body = {**self._body, "state": state}
        compute.remember(self.name, self._body)


__getattr__ = _placeholders.lacking(__name__)
