"""The core of the SDK: workspaces, experiments, runs and what they run on.

Every name loads its own module when it is first used: a training script that imports `Run` pays
for `Run` alone.
"""

from __future__ import annotations

from hyperlocal.azureml import _placeholders

# Of each public name, the submodule that has it. Those without a file of ours are placeholders.
HOMES = {
    "ComputeTarget": "compute",
    "ContainerRegistry": "container_registry",
    "Dataset": "dataset",
    "Datastore": "datastore",
    "Environment": "environment",
    "Experiment": "experiment",
    "Image": "image",
    "Keyvault": "keyvault",
    "LinkedService": "linked_service",
    "Model": "model",
    "PrivateEndPoint": "private_endpoint",
    "PrivateEndPointConfig": "private_endpoint",
    "Run": "run",
    "RunConfiguration": "runconfig",
    "ScriptRun": "script_run",
    "ScriptRunConfig": "script_run_config",
    "SynapseWorkspaceLinkedServiceConfiguration": "linked_service",
    "Webservice": "webservice",
    "Workspace": "workspace",
    "attach_legacy_compute_target": "compute_target",
    "diagnostic_log": "util",
    "get_run": "run",
    "is_compute_target_prepared": "compute_target",
    "prepare_compute_target": "compute_target",
    "remove_legacy_compute_target": "compute_target",
}

__all__ = sorted(HOMES)

VERSION = __version__ = "1.61.0"  # of the SDK that is emulated; scripts print and compare it

__getattr__ = _placeholders.lacking(__name__, HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES})
