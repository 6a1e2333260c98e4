"""Write `hyperlocal/azureml/_surface.json`: which names the real SDK has.

    python docs/tools/make_surface.py

It condenses `tests/parity/data/api.json`, which was read from the installed SDK, to names only,
and adds the modules that exist but were not read. Placeholders are made from the result.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
_API = _ROOT / "tests" / "parity" / "data" / "api.json"
_SURFACE = _ROOT / "hyperlocal" / "azureml" / "_surface.json"

# Modules of the SDK and of its companion packages whose names were not read: every public name
# below them is taken to exist.
_OPEN = {
    "azureml": """
        _async _base_sdk_common _cli _common _compute _execution _file_utils _history _html
        _logging _model_converters _model_management _project _restclient _run_impl _tracing
        _vendor _workspace accel assets automl contrib datadrift dataprep defaults designer
        evaluate explain featurestore fsspec history interpret metrics mlflow monitoring
        opendatasets pipeline rai responsibleai studio telemetry tensorboard training""",
    "azureml.core": """
        databricks image keyvault linked_service private_endpoint profile resource_configuration
        script_run util webservice compute.adla compute.aks compute.batch compute.databricks
        compute.datafactory compute.dsvm compute.hdinsight compute.kubernetescompute
        compute.kusto compute.remote compute.synapse""",
    "azureml.data": """
        abstract_dataset abstract_datastore azure_data_lake_datastore azure_my_sql_datastore
        azure_postgre_sql_datastore azure_sql_database_datastore azure_storage_datastore
        constants context_managers datacache datacache_client datacache_consumption_config
        datacache_singularity_settings dataset_action_run dataset_definition
        dataset_error_handling dataset_profile dataset_profile_run dataset_profile_run_config
        dataset_snapshot dataset_type_definitions datastore_client dbfs_datastore hdfs_datastore
        output_dataset_config sql_data_reference stored_procedure_parameter""",
    "azureml.train": "automl restclients timeseries widgets _distributed_training",
}

# Names that star imports must bring though api.json does not list them there.
_MORE_NAMES = {
    "azureml.train.estimator": "Experiment",  # older SDKs leak it, and scripts rely on it
    "azureml.core.webservice": """
        AciWebservice AksEndpoint AksWebservice LocalWebservice Webservice""",
    "azureml.core.image": "ContainerImage Image",
    "azureml.core.util": "diagnostic_log",
    "azureml.pipeline.steps": """
        AdlaStep AutoMLStep AutoMLStepRun AzureBatchStep DataTransferStep DatabricksStep
        EstimatorStep HyperDriveStep HyperDriveStepRun KustoStep ModuleStep MpiStep
        ParallelRunConfig ParallelRunStep PythonScriptStep RScriptStep SynapseSparkStep""",
    "azureml.train.automl": "AutoMLConfig AutoMLVisionConfig",
}


def _condense(api: dict[str, Any]) -> dict[str, Any]:
    classes: dict[str, str] = {}
    modules: dict[str, dict[str, str]] = {}
    for module, entries in api.items():
        by_kind: dict[str, list[str]] = {"class": [], "function": []}
        for name, entry in sorted(entries.items()):
            by_kind[entry["kind"]].append(name)
            members = " ".join(sorted(entry.get("members", {})))
            if entry["kind"] == "class" and classes.setdefault(name, members) != members:
                classes[f"{module}.{name}"] = members
        modules[module] = {kind: " ".join(names) for kind, names in by_kind.items()}
    more = {module: " ".join(names.split()) for module, names in _MORE_NAMES.items()}
    opened = [f"{top}.{name}" for top, names in _OPEN.items() for name in names.split()]
    return {"classes": classes, "modules": modules, "more": more, "open": " ".join(opened)}


def surface_text(api: dict[str, Any]) -> str:
    """Return what `_surface.json` must hold for this `api.json`."""
    return json.dumps(_condense(api), indent=0, sort_keys=True) + "\n"


def main() -> None:
    api_file = Path(sys.argv[1]) if len(sys.argv) > 1 else _API
    _SURFACE.write_text(surface_text(json.loads(api_file.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    main()
