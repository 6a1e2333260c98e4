"""Clusters: `AmlCompute`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core.compute._amlcompute_config import (
    AmlComputeProvisioningConfiguration,
    AmlComputeStatus,
    ScaleSettings,
    check_scale,
)
from hyperlocal.azureml.core.compute.compute import ComputeTarget, ComputeTargetException
from hyperlocal.services import compute

__all__ = [
    "AmlCompute",
    "AmlComputeProvisioningConfiguration",
    "AmlComputeStatus",
    "ComputeTargetException",
    "ScaleSettings",
]


class AmlCompute(ComputeTarget):
    """A cluster that stands for this machine.

    Differs:
        Only `max_nodes` counts: so many trials run at once, if the machine has as many slots.
        Everything else is kept and shown back.
    """

    _compute_type = "AmlCompute"

    @staticmethod
    def provisioning_configuration(
        vm_size: Any = "",
        vm_priority: Any = "dedicated",
        min_nodes: Any = 0,
        max_nodes: Any = None,
        idle_seconds_before_scaledown: Any = 1800,
        admin_username: Any = None,
        admin_user_password: Any = None,
        admin_user_ssh_key: Any = None,
        vnet_resourcegroup_name: Any = None,
        vnet_name: Any = None,
        subnet_name: Any = None,
        tags: Any = None,
        description: Any = None,
        remote_login_port_public_access: Any = "NotSpecified",
        identity_type: Any = None,
        identity_id: Any = None,
        location: Any = None,
        enable_node_public_ip: Any = True,
    ) -> AmlComputeProvisioningConfiguration:
        """Return what a cluster shall be like, for `create`.

        Raises:
            ComputeTargetException: `max_nodes` is missing, or arguments contradict each other.
        """
        return AmlComputeProvisioningConfiguration(AmlCompute, **locals())

    @property
    def vm_priority(self) -> Any:
        """The priority that was asked for."""
        return self._body.get("vm_priority")

    @property
    def scale_settings(self) -> ScaleSettings:
        """The numbers of nodes that were asked for."""
        body = self._body
        return ScaleSettings(
            body.get("min_nodes", 0), body.get("max_nodes"), body.get("idle_seconds")
        )

    @property
    def status(self) -> AmlComputeStatus:
        """The state, as of the last look."""
        return AmlComputeStatus._ready(self.scale_settings, self._body)

    def get_status(self) -> AmlComputeStatus:
        """Return the state: ready."""
        self.refresh_state()
        return self.status

    def get(self) -> AmlCompute:
        """Return this cluster as it is remembered now."""
        self.refresh_state()
        return self

    @as_sdk_errors
    def update(
        self,
        min_nodes: Any = None,
        max_nodes: Any = None,
        idle_seconds_before_scaledown: Any = None,
    ) -> None:
        """Change the numbers of nodes, or how long they stay when they are idle.

        Raises:
            ComputeTargetException: Nothing is given, or the numbers contradict each other.
        """
        given = {
            "min_nodes": min_nodes,
            "max_nodes": max_nodes,
            "idle_seconds": idle_seconds_before_scaledown,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        if not changes:
            raise ComputeTargetException(
                "AmlCompute.update: nothing is given. Say min_nodes, max_nodes or "
                "idle_seconds_before_scaledown."
            )
        body = {**self._body, **changes}
        check_scale(
            ScaleSettings(body.get("min_nodes"), body.get("max_nodes"), body.get("idle_seconds"))
        )
        compute.remember(self.name, body)
        self._body = body

    def list_nodes(self) -> list[dict[str, Any]]:
        """Return an empty list: as in a cluster that nothing runs on, there are no nodes."""
        return []

    def get_active_runs(
        self, type: Any = None, tags: Any = None, properties: Any = None, status: Any = None
    ) -> Iterator[Any]:
        """Return the runs that were submitted to this cluster and have not ended, newest first.

        Args:
            type: Only runs of this type.
            tags: A name that must be there, or a dict of names and values.
            properties: Likewise.
            status: Only runs with this status.
        """
        from hyperlocal.azureml.core._run_objects import runs_on

        runs = runs_on(self, type=type, tags=tags, properties=properties, status=status)
        return (run for run in runs if not run._record.status.is_terminal)

    def wait_for_completion(  # type: ignore[override]  # as in the SDK
        self,
        show_output: Any = False,
        min_node_count: Any = None,
        timeout_in_minutes: Any = 25,
        is_delete_operation: Any = False,
    ) -> None:
        """Return at once: this machine is ready."""
        if show_output and not is_delete_operation:
            print(f"Compute target {self.name!r} is ready: its nodes are this machine's cores.")


__getattr__ = _placeholders.lacking(__name__)
