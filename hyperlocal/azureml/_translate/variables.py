"""Variables: what every trial finds in its environment, whatever it is given."""

from __future__ import annotations

import os
import time
from typing import Any

from hyperlocal._doors import shim_folder
from hyperlocal._legacy import VARIABLE as LEGACY_VARIABLE
from hyperlocal._legacy import is_wanted, start_folder
from hyperlocal.azureml._translate.distribution import distribution_variables
from hyperlocal.domain.launch import literal_text
from hyperlocal.services.data.data_map import VARIABLE as DATA_MAP_VARIABLE
from hyperlocal.services.data.data_map import locate_map
from hyperlocal.services.ids import derived_uuid

__all__ = ["python_path", "run_variables"]

_TOKEN_LIFETIME_S = 30 * 24 * 3600
_CONSTANT_VARIABLES = {
    "AZUREML_RUN_ID": "${run_id}",
    "AZUREML_ROOT_RUN_ID": "${parent_id}",
    "AZUREML_SERVICE_ENDPOINT": "https://local.hyperlocal.invalid",
    "AZUREML_DISCOVERY_SERVICE_ENDPOINT": "https://local.hyperlocal.invalid/discovery",
    "AZUREML_RUN_TOKEN": "local",
    "AZUREML_CR_EXECUTION_WORKING_DIR_PATH": "${working_folder}",
    "AZUREML_LOGDIRECTORY_PATH": "${run_folder}/azureml-logs",
    "AZUREML_DATASET_ENVIRONMENT_VARS": "",
    "AZUREML_DATASET_FILE_OUTPUTS": "",
    "AZ_BATCHAI_JOB_TEMP": "${working_folder}",
    "AZ_BATCHAI_JOB_WORK_DIR": "${working_folder}",
    "AZ_BATCHAI_TASK_INDEX": "0",
    "AZ_BATCHAI_TASK_TYPE": "worker",
    "AZ_BATCHAI_MPI_MASTER_NODE": "localhost",
    "AZ_BATCH_MASTER_NODE": "127.0.0.1:6000",
    "AZ_BATCH_HOST_LIST": "127.0.0.1",
}


def run_variables(
    config: Any, workspace: Any, experiment: Any, source: str, interpreter: str
) -> dict[str, str]:
    """Return the variables of a submitted run that scripts have been seen to read.

    Args:
        config: The RunConfiguration.
        workspace: The workspace.
        experiment: The experiment.
        source: The folder of the source.
        interpreter: The Python that trials run in.
    """
    literal = {
        "AZUREML_ARM_SUBSCRIPTION": str(workspace.subscription_id),
        "AZUREML_ARM_RESOURCEGROUP": str(workspace.resource_group),
        "AZUREML_ARM_WORKSPACE_NAME": str(workspace.name),
        "AZUREML_ARM_PROJECT_NAME": experiment.name,
        "AZUREML_EXPERIMENT_ID": experiment.id,
        "AZUREML_WORKSPACE_ID": derived_uuid("workspace", str(workspace.name)),
        "AZUREML_SCRIPT_DIRECTORY_NAME": os.path.basename(source),
        "AZUREML_CONDA_ENVIRONMENT_PATH": os.path.dirname(os.path.dirname(interpreter)),
        "AZ_BATCHAI_CLUSTER_NAME": config.target,
        # So that `python` in a command is the interpreter that scripts get.
        "PATH": os.pathsep.join(
            (os.path.dirname(interpreter), os.environ.get("PATH", os.defpath))
        ),
    }
    return {**_CONSTANT_VARIABLES, **{name: literal_text(v) for name, v in literal.items()}} | {
        "AZUREML_RUN_TOKEN_EXPIRY": str(int(time.time()) + _TOKEN_LIFETIME_S),
        "AZUREML_TARGET_TYPE": "local" if config.target == "local" else "batchai",
        "AZUREML_COMMUNICATOR": literal_text(str(config.communicator)),
        "AZUREML_FRAMEWORK": literal_text(str(config.framework)),
        **distribution_variables(config),
        **({LEGACY_VARIABLE: "1"} if is_wanted(os.environ) else {}),
        **_data_map_variable(),
    }


def python_path() -> tuple[str, ...]:
    """Return the folders in which trials find modules, to be filled in."""
    old_names = (literal_text(start_folder()),) if is_wanted(os.environ) else ()
    return (literal_text(shim_folder()), *old_names, "${working_folder}")


def _data_map_variable() -> dict[str, str]:
    """Tell trials, which work elsewhere, which map of data the driver uses."""
    path = locate_map()
    return {DATA_MAP_VARIABLE: literal_text(path)} if os.path.isfile(path) else {}
