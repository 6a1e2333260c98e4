"""What all compute targets have in common."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime, timezone
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml._classes import COMPUTE, class_named
from hyperlocal.azureml._errors import as_sdk_errors
from hyperlocal.azureml.core._workspace_base import check_workspace
from hyperlocal.azureml.exceptions import ComputeTargetException
from hyperlocal.services import compute

__all__ = [
    "ComputeTarget",
    "ComputeTargetException",
    "ComputeTargetProvisioningConfiguration",
    "check_network",
]


class ComputeTargetProvisioningConfiguration(_placeholders.Emulated):
    """What a target shall be like."""

    def __init__(self, type: Any, location: Any) -> None:
        self._compute_type = type
        self.location = location


class _Targets(list["ComputeTarget"]):
    """Targets in a list, which says how one is made where there is none."""

    def __getitem__(self, index: Any) -> Any:
        if not self and not isinstance(index, slice):
            raise IndexError(
                "There is no compute target. Make one with ComputeTarget.create, or on the "
                "command line: hyperlocal compute add cpu-cluster"
            )
        return super().__getitem__(index)


class ComputeTarget(_placeholders.Emulated):
    """A compute target by name.

    `ComputeTarget(workspace, name)` gives what a script made under that name, as an `AmlCompute`
    or a `ComputeInstance`, and raises `ComputeTargetException` if none was made: scripts then
    make one. A run, and `workspace.compute_targets[name]`, take any name.

    Differs:
        A target is a record in the home. Trials run on this machine; of the record only
        `max_nodes` counts: it limits how many trials run at once.
    """

    _compute_type = "Compute"

    def __new__(cls, workspace: Any, name: Any) -> ComputeTarget:
        """Return the target as an object of its own kind."""
        if workspace is None and name is None:
            return super().__new__(cls)  # to be filled by `_made_from`
        check_workspace(workspace, ComputeTargetException)
        body = compute.record(name)
        kind = None if body is None else _class_of(body["type"])
        if kind is None or not issubclass(kind, cls):
            names = ", ".join(compute.all_records()) or "none"
            raise ComputeTargetException(
                f"There is no {cls.__name__} {name!r}. Made so far: {names}. "
                "Make it with ComputeTarget.create(workspace, name, configuration), as scripts do "
                "when they catch this, or on the command line:\n"
                f"    hyperlocal compute add {name}"
            )
        made: ComputeTarget = super().__new__(kind)
        return made

    def __init__(self, workspace: Any, name: Any) -> None:
        self.workspace = workspace
        self.name = name
        self._body: dict[str, Any] = {}
        if workspace is not None:
            self._body = compute.record(name) or {}

    @classmethod
    def _made_from(cls, workspace: Any, name: Any, body: dict[str, Any]) -> ComputeTarget:
        target = cls(None, None)
        target.workspace, target.name, target._body = workspace, name, body
        return target

    def __repr__(self) -> str:
        shown = ("name", "id", "type", "provisioning_state", "location", "tags")
        values = ", ".join(f"{attribute}={getattr(self, attribute)!r}" for attribute in shown)
        return f"{type(self).__name__}(workspace={self.workspace!r}, {values})"

    @property
    def id(self) -> str:
        """An id in the cloud's form."""
        return f"{self.workspace._arm_scope}/computes/{self.name}"

    @property
    def type(self) -> str:
        """The kind of target, for instance `AmlCompute`."""
        return self._compute_type

    @property
    def tags(self) -> Any:
        """The tags that it was made with."""
        return self._body.get("tags")

    @property
    def description(self) -> Any:
        """The description that it was made with."""
        return self._body.get("description")

    @property
    def location(self) -> Any:
        """Where it would be."""
        return self._body.get("location") or self.workspace.location

    @property
    def vm_size(self) -> Any:
        """The machine that was asked for."""
        return self._body.get("vm_size")

    @property
    def provisioning_state(self) -> str:
        """`Succeeded`: this machine is ready."""
        return "Succeeded"

    @property
    def provisioning_errors(self) -> None:
        """None: nothing can fail here."""
        return None

    @property
    def created_on(self) -> str | None:
        """When it was made, as the service writes times."""
        return self._body.get("created_on")

    @staticmethod
    @as_sdk_errors
    def create(workspace: Any, name: Any, provisioning_configuration: Any) -> ComputeTarget:
        """Remember a target under this name and return it, ready."""
        check_workspace(workspace, ComputeTargetException)
        kind = getattr(provisioning_configuration, "_compute_type", None)
        if kind is None:
            raise ComputeTargetException(
                f"ComputeTarget.create: the configuration is {provisioning_configuration!r}, but "
                "must come from provisioning_configuration(), for instance "
                "AmlCompute.provisioning_configuration(vm_size='STANDARD_D2_V2', max_nodes=4)."
            )
        now = datetime.now(timezone.utc).isoformat()
        body = {
            **provisioning_configuration._as_record(),
            "type": kind._compute_type,
            "created_on": now,
        }
        compute.remember(name, body)
        made: ComputeTarget = kind(workspace, name)
        return made

    @staticmethod
    def list(workspace: Any) -> list[ComputeTarget]:
        """Return the targets that scripts made."""
        check_workspace(workspace, ComputeTargetException)
        return _Targets(
            class_named(COMPUTE[body["type"]])._made_from(workspace, name, body)
            for name, body in compute.all_records().items()
        )

    @staticmethod
    def attach(workspace: Any, name: Any, attach_configuration: Any) -> ComputeTarget:
        """Refuse: what could be attached is elsewhere.

        Raises:
            ComputeTargetException: Always.
        """
        raise ComputeTargetException(
            f"ComputeTarget.attach: {name!r} cannot be attached, since trials run on this "
            "machine. Make a target with ComputeTarget.create instead."
        )

    @staticmethod
    def deserialize(workspace: Any, object_dict: Any) -> ComputeTarget:
        """Return the target that `serialize` described."""
        kind = _class_of(object_dict.get("properties", {}).get("computeType"))
        if kind is None:
            raise ComputeTargetException(f"This describes no compute target: {object_dict!r}.")
        made: ComputeTarget = kind(workspace, object_dict["name"])
        return made

    def serialize(self) -> dict[str, Any]:
        """Return this target as a dict, in the shape of the service's answers."""
        return {
            "id": self.id,
            "name": self.name,
            "location": self.location,
            "tags": self.tags,
            "properties": {
                "computeType": self.type,
                "description": self.description,
                "provisioningState": self.provisioning_state,
                "properties": {"vmSize": self.vm_size},
            },
        }

    def refresh_state(self) -> None:
        """Read again what is remembered of this target."""
        self._body = compute.record(self.name) or self._body

    def detach(self) -> None:
        """Refuse: only attached targets can be detached.

        Raises:
            ComputeTargetException: Always.
        """
        raise ComputeTargetException(
            f"{self.name!r} was created, not attached. Use delete() instead of detach()."
        )

    def delete(self) -> None:
        """Forget this target. Runs that used it stay."""
        compute.forget(self.name)

    @abstractmethod
    def get_status(self) -> Any:
        """Return the state."""

    def wait_for_completion(
        self, show_output: Any = False, is_delete_operation: Any = False
    ) -> None:
        """Return at once: this machine is ready."""
        if show_output and not is_delete_operation:
            print('Provisioning operation finished, operation "Succeeded"')


def check_network(resource_group: Any, network: Any, subnet: Any) -> None:
    """Refuse a virtual network of which only a part is given.

    Raises:
        ComputeTargetException: Some are given, and some are not.
    """
    given = {
        "vnet_resourcegroup_name": resource_group,
        "vnet_name": network,
        "subnet_name": subnet,
    }
    absent = [name for name, value in given.items() if not value]
    if absent and len(absent) < len(given):
        raise ComputeTargetException(
            f"A virtual network needs all of {', '.join(given)}; not given: {', '.join(absent)}."
        )


def _class_of(kind: Any) -> Any:
    """Return the class of a kind of target; None if there is no such kind."""
    return class_named(COMPUTE[kind]) if kind in COMPUTE else None


__getattr__ = _placeholders.lacking(__name__)
