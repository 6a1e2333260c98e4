"""Workspaces: a name for what this home holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.core import _workspace_config as _config
from hyperlocal.azureml.core._registry_mapping import LenientMapping, StrictMapping
from hyperlocal.azureml.core._workspace_assets import _WorkspaceAssets
from hyperlocal.azureml.core._workspace_data import _WorkspaceData
from hyperlocal.azureml.exceptions import (
    ProjectSystemException,
    UserErrorException,
    WorkspaceException,
)
from hyperlocal.services.advice import advise
from hyperlocal.services.connection import this_history

if TYPE_CHECKING:
    from hyperlocal.azureml.core.compute.compute import ComputeTarget
    from hyperlocal.azureml.core.environment import Environment
    from hyperlocal.azureml.core.experiment import Experiment

__all__ = ["ProjectSystemException", "UserErrorException", "Workspace", "WorkspaceException"]

# Not "local", for scripts call their cluster after it and no cluster can be called that.
_LOCAL = _config.WorkspaceNames("00000000-0000-0000-0000-000000000000", "local", "hyperlocal")
_LOCATION = "local"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,32}")
_KIND = "workspace"


class Workspace(_WorkspaceAssets, _WorkspaceData):
    """A workspace, by whatever names a script has for it.

    Differs:
        Nobody is asked and nothing is checked: a workspace of any name exists. All workspaces
        of a home show the same runs, compute targets and environments. `auth` is kept and never
        used.
    """

    DEFAULT_CPU_CLUSTER_NAME = "cpu-cluster"
    DEFAULT_GPU_CLUSTER_NAME = "gpu-cluster"

    def __init__(
        self,
        subscription_id: Any,
        resource_group: Any,
        workspace_name: Any,
        auth: Any = None,
        _location: Any = None,
        _disable_service_check: Any = False,
        _workspace_id: Any = None,
        sku: Any = "basic",
        tags: Any = None,
        _cloud: Any = "AzureCloud",
    ) -> None:
        # Notebooks say `import urllib` and use `urllib.request`, which the SDK has loaded by then.
        import urllib.request  # noqa: F401

        self._subscription_id = subscription_id
        self._resource_group = resource_group
        self._workspace_name = workspace_name
        self._auth = auth
        self._location = _location or _LOCATION
        self._sku = sku
        self._tags = dict(tags or {})

    @staticmethod
    def from_config(
        path: Any = None, auth: Any = None, _logger: Any = None, _file_name: Any = None
    ) -> Workspace:
        """Return the workspace that a `config.json` names, or else the local workspace.

        The file is looked for in the folder, its `.azureml/` and its `aml_config/`, and then in
        the folders above.

        Args:
            path: A file, or the folder to start from; the working directory by default.
            auth: Kept, never used.

        Raises:
            UserErrorException: The file is there and cannot be understood.
        """
        found = _config.find(path, _file_name)
        if found is not None:
            return Workspace(*_config.read(found), auth=auth)
        if path is not None:
            advise(
                "Workspace.from_config",
                f"there is no workspace configuration at {path!s}; the local workspace is used.",
            )
        return Workspace(*_LOCAL, auth=auth)

    @staticmethod
    def get(
        name: Any,
        auth: Any = None,
        subscription_id: Any = None,
        resource_group: Any = None,
        location: Any = None,
        cloud: Any = "AzureCloud",
        id: Any = None,
    ) -> Workspace:
        """Return the workspace of this name; any name exists."""
        return Workspace(
            subscription_id or _LOCAL.subscription_id,
            resource_group or _LOCAL.resource_group,
            name,
            auth=auth,
            _location=location,
        )

    @staticmethod
    def create(
        name: Any,
        auth: Any = None,
        subscription_id: Any = None,
        resource_group: Any = None,
        location: Any = None,
        create_resource_group: Any = True,
        sku: Any = "basic",
        tags: Any = None,
        friendly_name: Any = None,
        storage_account: Any = None,
        key_vault: Any = None,
        app_insights: Any = None,
        container_registry: Any = None,
        adb_workspace: Any = None,
        primary_user_assigned_identity: Any = None,
        cmk_keyvault: Any = None,
        resource_cmk_uri: Any = None,
        hbi_workspace: Any = False,
        default_cpu_compute_target: Any = None,
        default_gpu_compute_target: Any = None,
        private_endpoint_config: Any = None,
        private_endpoint_auto_approval: Any = True,
        exist_ok: Any = False,
        show_output: Any = True,
        user_assigned_identity_for_cmk_encryption: Any = None,
        system_datastores_auth_mode: Any = "accessKey",
        v1_legacy_mode: Any = None,
    ) -> Workspace:
        """Remember a workspace of this name and return it.

        Everything but names, location, sku, tags and the default compute targets is of the cloud
        and has no effect.

        Raises:
            UserErrorException: The cloud would not take the name.
            WorkspaceException: It was created before, and `exist_ok` is false.
        """
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise UserErrorException(
                f"The workspace's name is {name!r}, but must have 3 to 33 letters, digits, dashes "
                "and underscores, and start with a letter or a digit."
            )
        workspace = Workspace(
            subscription_id or _LOCAL.subscription_id,
            resource_group or _LOCAL.resource_group,
            name,
            auth=auth,
            _location=location,
            sku=sku,
            tags=tags,
        )
        _remember(workspace, exist_ok)
        defaults = {
            Workspace.DEFAULT_CPU_CLUSTER_NAME: default_cpu_compute_target,
            Workspace.DEFAULT_GPU_CLUSTER_NAME: default_gpu_compute_target,
        }
        for cluster, configuration in defaults.items():
            if configuration is not None:
                workspace._create_compute(cluster, configuration)
        return workspace

    @staticmethod
    def _get_or_create(name: Any, auth: Any = None, **kwargs: Any) -> Workspace:
        kwargs.setdefault("exist_ok", True)
        return Workspace.create(name, auth=auth, **kwargs)

    @staticmethod
    def setup() -> Workspace:
        """Return the workspace of `from_config`; nobody is asked for its names."""
        return Workspace.from_config()

    @staticmethod
    def list(
        subscription_id: Any, auth: Any = None, resource_group: Any = None
    ) -> dict[str, list[Workspace]]:
        """Return the workspaces that were created in this home, by name."""
        found: dict[str, list[Workspace]] = {}
        for asset in this_history().assets.list(_KIND):
            more: dict[str, Any] = {"auth": auth, **asset.body["more"]}
            workspace = Workspace(*asset.body["names"], **more)
            is_wanted = resource_group in (None, workspace.resource_group)
            if subscription_id in (None, workspace.subscription_id) and is_wanted:
                found.setdefault(asset.name, []).append(workspace)
        return found

    def __repr__(self) -> str:
        return (
            f"Workspace.create(name={self.name!r}, subscription_id={self.subscription_id!r}, "
            f"resource_group={self.resource_group!r})"
        )

    @property
    def name(self) -> Any:
        """The workspace's name."""
        return self._workspace_name

    @property
    def subscription_id(self) -> Any:
        """The subscription it would belong to."""
        return self._subscription_id

    @property
    def resource_group(self) -> Any:
        """The resource group it would belong to."""
        return self._resource_group

    @property
    def location(self) -> Any:
        """Where it would be; `local` unless a script says otherwise."""
        return self._location

    @property
    def sku(self) -> Any:
        """The edition that was asked for."""
        return self._sku

    @property
    def tags(self) -> dict[str, Any]:
        """The tags that it was made with."""
        return self._tags

    @property
    def _names(self) -> _config.WorkspaceNames:
        values = (self.subscription_id, self.resource_group, self.name)
        return _config.WorkspaceNames(*map(str, values))

    @property
    def _arm_scope(self) -> str:
        return self._names.scope

    @property
    def compute_targets(self) -> Mapping[str, ComputeTarget]:
        """The compute targets that scripts made; `[name]` also takes any other name."""
        from hyperlocal.azureml.core.compute.amlcompute import AmlCompute
        from hyperlocal.azureml.core.compute.compute import ComputeTarget

        known = {target.name: target for target in ComputeTarget.list(self)}
        return LenientMapping(known, lambda name: AmlCompute._made_from(self, name, {}))

    @property
    def environments(self) -> Mapping[str, Environment]:
        """The registered environments; `[name]` also takes any other name."""
        from hyperlocal.azureml.core.environment import Environment

        return Environment.list(self)

    @property
    def experiments(self) -> StrictMapping[Experiment]:
        """The experiments that scripts made and that are not archived, by name."""
        from hyperlocal.azureml.core.experiment import Experiment

        known = {experiment.name: experiment for experiment in Experiment.list(self)}
        return StrictMapping(known, "experiment", "Experiment(workspace, name) makes one.")

    def get_run(self, run_id: Any) -> Any:
        """Return the run of this id.

        Raises:
            ServiceException: There is no such run in this home.
        """
        from hyperlocal.azureml.core.run import Run

        return Run.get(self, run_id)

    def get_default_compute_target(self, type: Any) -> ComputeTarget | None:
        """Return the target of the default name for `CPU` or `GPU`, or None if nobody made it."""
        names = {
            "CPU": Workspace.DEFAULT_CPU_CLUSTER_NAME,
            "GPU": Workspace.DEFAULT_GPU_CLUSTER_NAME,
        }
        if type not in names:
            raise ValueError(f"The compute type is {type!r}, but must be 'CPU' or 'GPU'.")
        return self.compute_targets.get(names[type])

    def get_details(self) -> dict[str, Any]:
        """Return the workspace's names and settings, in the shape of the service's answer."""
        return {
            "id": self._arm_scope,
            "name": self.name,
            "location": self.location,
            "type": "Microsoft.MachineLearningServices/workspaces",
            "tags": dict(self.tags),
            "sku": self.sku,
            "workspaceid": self._arm_scope,
            "description": "",
            "friendlyName": self.name,
        }

    def write_config(self, path: Any = None, file_name: Any = None) -> None:
        """Write `.azureml/config.json` below a folder, for `from_config`.

        Raises:
            UserErrorException: It cannot be written.
        """
        _config.write(self._names, path, file_name)

    def delete(self, delete_dependent_resources: Any = False, no_wait: Any = False) -> None:
        """Forget that this workspace was created. Runs and everything else of the home stay."""
        this_history().assets.delete(_KIND, str(self.name))

    def _create_compute(self, name: str, configuration: Any) -> None:
        from hyperlocal.azureml.core.compute.compute import ComputeTarget

        ComputeTarget.create(self, name, configuration)


def _remember(workspace: Workspace, exist_ok: Any) -> None:
    assets = this_history().assets
    body = {
        "names": list(workspace._names),
        "more": {
            "_location": workspace.location,
            "sku": workspace.sku,
            "tags": workspace.tags,
        },
    }
    if assets.get(_KIND, workspace.name) is None:
        assets.add(_KIND, workspace.name, body)
    elif exist_ok:
        assets.replace(_KIND, workspace.name, body)
    else:
        raise WorkspaceException(
            f"A workspace {workspace.name!r} was created before. Use Workspace.get, or "
            "Workspace.create(..., exist_ok=True)."
        )


__getattr__ = _placeholders.lacking(__name__)
