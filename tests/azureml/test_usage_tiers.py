"""What public HyperDrive projects use of the SDK, name by name: emulated, or listed with a reason.

The names are those that at least two of 63 surveyed public repositories import, call, construct
or read. Whatever of it is not emulated must be in `NOT_EMULATED`, with the reason, and must be
loud; what is in it and has become emulated must leave it.
"""

import importlib
import inspect

import pytest

from hyperlocal.azureml import core
from hyperlocal.azureml._placeholders import _AbsentModule, _PlaceholderType
from hyperlocal.azureml.core.runconfig import RunConfiguration
from hyperlocal.errors import NotEmulatedError

IMPORTS = {
    "azureml": "core data train widgets",
    "azureml._base_sdk_common": "user_agent",
    "azureml._restclient.constants": "RunStatus",
    "azureml.core": """
        ComputeTarget Dataset Datastore Environment Experiment Model Run RunConfiguration
        ScriptRunConfig VERSION Workspace get_run""",
    "azureml.core.authentication": """
        AzureCliAuthentication InteractiveLoginAuthentication ServicePrincipalAuthentication""",
    "azureml.core.compute": "AmlCompute ComputeInstance ComputeTarget",
    "azureml.core.compute_target": "ComputeTargetException",
    "azureml.core.conda_dependencies": "CondaDependencies",
    "azureml.core.dataset": "Dataset",
    "azureml.core.datastore": "Datastore",
    "azureml.core.environment": "CondaDependencies Environment",
    "azureml.core.experiment": "Experiment",
    "azureml.core.image": "ContainerImage",
    "azureml.core.model": "InferenceConfig Model",
    "azureml.core.run": "Run",
    "azureml.core.runconfig": """
        CondaDependencies DEFAULT_CPU_IMAGE DockerConfiguration MpiConfiguration
        PyTorchConfiguration RunConfiguration""",
    "azureml.core.script_run_config": "ScriptRunConfig",
    "azureml.core.webservice": "AciWebservice Webservice",
    "azureml.core.workspace": "Workspace",
    "azureml.data": "OutputFileDatasetConfig",
    "azureml.data.data_reference": "DataReference",
    "azureml.data.datapath": "DataPath",
    "azureml.data.dataset_consumption_config": "DatasetConsumptionConfig",
    "azureml.data.dataset_factory": "TabularDatasetFactory",
    "azureml.exceptions": "ComputeTargetException UserErrorException",
    "azureml.pipeline.core": """
        Pipeline PipelineData PipelineEndpoint PipelineParameter PipelineRun TrainingOutput""",
    "azureml.pipeline.core.schedule": "Schedule ScheduleRecurrence",
    "azureml.pipeline.steps": "EstimatorStep HyperDriveStep PythonScriptStep",
    "azureml.telemetry": "set_diagnostics_collection",
    "azureml.train.automl": "AutoMLConfig",
    "azureml.train.automl.run": "AutoMLRun",
    "azureml.train.dnn": "PyTorch TensorFlow",
    "azureml.train.estimator": "Estimator",
    "azureml.train.hyperdrive": """
        BanditPolicy BayesianParameterSampling GridParameterSampling HyperDriveConfig
        HyperDriveRun HyperDriveRunConfig MedianStoppingPolicy PrimaryMetricGoal
        RandomParameterSampling TruncationSelectionPolicy choice loguniform normal quniform
        uniform""",
    "azureml.train.hyperdrive.parameter_expressions": "choice loguniform quniform randint uniform",
    "azureml.train.hyperdrive.policy": "BanditPolicy",
    "azureml.train.hyperdrive.run": "PrimaryMetricGoal",
    "azureml.train.hyperdrive.runconfig": "HyperDriveConfig HyperDriveRunConfig",
    "azureml.train.hyperdrive.sampling": "BayesianParameterSampling RandomParameterSampling",
    "azureml.train.sklearn": "SKLearn",
    "azureml.widgets": "RunDetails",
}

MEMBERS = {
    "azureml.core.ComputeTarget": """
        create delete get_status wait_for_completion""",
    "azureml.core.Dataset": "File Tabular get_by_name",
    "azureml.core.Datastore": "get register_azure_blob_container",
    "azureml.core.Environment": """
        from_conda_specification from_pip_requirements get register""",
    "azureml.core.Experiment": """
        get_portal_url get_runs name start_logging submit workspace""",
    "azureml.core.Model": "deploy download get_model_path list register",
    "azureml.core.Run": """
        cancel complete display_name download_file download_files experiment get_all_logs
        get_children get_context get_details get_details_with_logs get_file_names get_metrics
        get_portal_url get_status id input_datasets log log_confusion_matrix log_image log_list
        log_row name register_model set_tags status tag tags upload_file wait_for_completion""",
    "azureml.core.Workspace": """
        compute_targets datasets datastores experiments from_config get get_default_datastore
        get_details get_mlflow_tracking_uri location models name resource_group subscription_id
        webservices write_config""",
    "azureml.core.compute.AmlCompute": "create provisioning_configuration status",
    "azureml.core.conda_dependencies.CondaDependencies": """
        add_conda_package add_pip_package create save_to_file serialize_to_string""",
    "azureml.core.webservice.AciWebservice": "deploy_configuration",
    "azureml.core.webservice.Webservice": """
        delete deploy_from_model get_keys get_logs run scoring_uri state wait_for_deployment""",
    "azureml.data.TabularDataset": """
        as_named_input name register take to_pandas_dataframe version""",
    "azureml.data.FileDataset": "as_mount as_named_input register to_path",
    "azureml.data.azure_storage_datastore.AzureBlobDatastore": """
        as_mount path upload upload_files""",
    "azureml.data.data_reference.DataReference": "as_mount",
    "azureml.data.dataset_consumption_config.DatasetConsumptionConfig": "as_download as_mount",
    "azureml.data.dataset_factory.FileDatasetFactory": "from_files",
    "azureml.data.dataset_factory.TabularDatasetFactory": "from_delimited_files",
    "azureml.pipeline.core.Pipeline": "publish validate",
    "azureml.pipeline.core.PipelineRun": "find_step_run get_children wait_for_completion",
    "azureml.pipeline.steps.HyperDriveStep": "run_after",
    "azureml.pipeline.steps.PythonScriptStep": "run_after",
    "azureml.train.automl.run.AutoMLRun": "get_output wait_for_completion",
    "azureml.train.hyperdrive.HyperDriveRun": """
        get_best_run_by_primary_metric get_children get_children_sorted_by_primary_metric
        get_portal_url get_status id wait_for_completion""",
    "azureml.train.hyperdrive.PrimaryMetricGoal": "MAXIMIZE MINIMIZE",
    "azureml.widgets.RunDetails": "show",
}

# Members that only an object has.
ATTRIBUTES = {
    "Environment": (
        lambda: core.Environment("mine"),
        """docker docker.base_dockerfile docker.base_image docker.enabled name python
        python.conda_dependencies python.user_managed_dependencies""",
    ),
    "Model": (lambda: core.Model(None), "id name version"),
    "RunConfiguration": (RunConfiguration, "environment target"),
    "Workspace.compute_targets": (lambda: core.Workspace.from_config().compute_targets, "items"),
    "AzureBlobDatastore": (
        lambda: core.Workspace.from_config().get_default_datastore(),
        "account_name container_name datastore_type name",
    ),
    "Workspace.datasets": (lambda: core.Workspace.from_config().datasets, "get keys"),
    "Estimator": (
        lambda: look_up("azureml.train.estimator.Estimator")(
            source_directory=".", compute_target="local", entry_script="train.py"
        ),
        "_estimator_config",
    ),
}

# Why, and what: modules, names in them, or members.
NOT_EMULATED = {
    "AutoML is a service that searches for models": "azureml.train.automl",
    "nothing is deployed here: a model is scored by calling its score.py": """
        azureml.core.image azureml.core.webservice azureml.core.model.InferenceConfig
        azureml.core.Model.deploy""",
}


def listed(table):
    """`owner.name` for each name of a table."""
    return [f"{owner}.{name}" for owner, names in table.items() for name in names.split()]


def is_listed(item, table):
    """Tell whether an item, or what it belongs to, is in a table of reasons."""
    prefixes = [prefix for names in table.values() for prefix in names.split()]
    return any(item == prefix or item.startswith(f"{prefix}.") for prefix in prefixes)


def look_up(full_name):
    module, _, name = full_name.rpartition(".")
    return getattr(importlib.import_module(f"hyperlocal.{module}"), name)


def is_placeholder(thing):
    if isinstance(thing, (_PlaceholderType, _AbsentModule)):
        return True
    return "which hyperlocal does not emulate" in (getattr(thing, "__doc__", None) or "")


def check(item, is_emulated):
    """Compare what is with what the tables say."""
    if is_listed(item, NOT_EMULATED):
        assert not is_emulated, f"{item} is emulated now: take it out of NOT_EMULATED"
    else:
        assert is_emulated, f"{item} is not emulated, and NOT_EMULATED does not say why"


@pytest.mark.parametrize("item", listed(IMPORTS))
def test_every_imported_name(item):
    check(item, not is_placeholder(look_up(item)))


@pytest.mark.parametrize("item", listed(MEMBERS))
def test_every_member(item):
    owner, _, name = item.rpartition(".")
    cls = look_up(owner)
    is_emulated = not is_placeholder(cls) and hasattr_static(cls, name)

    check(item, is_emulated)
    if not is_emulated:
        with pytest.raises(NotEmulatedError):
            getattr(cls, name)


def hasattr_static(cls, name):
    missing = object()
    return inspect.getattr_static(cls, name, missing) is not missing


@pytest.mark.parametrize(
    ("owner", "path"),
    [(owner, path) for owner, (_, paths) in ATTRIBUTES.items() for path in paths.split()],
)
def test_every_attribute(owner, path, home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").touch()
    try:
        thing = ATTRIBUTES[owner][0]()
        for name in path.split("."):
            thing = getattr(thing, name)
    except NotEmulatedError:
        check(f"{owner}.{path}", is_emulated=False)
    else:
        check(f"{owner}.{path}", is_emulated=True)


@pytest.mark.parametrize("module", ["azureml.train.hyperdrive", "azureml.train.estimator"])
def test_star_imports(module):
    names = {}

    exec(f"from hyperlocal.{module} import *", names)

    assert set(importlib.import_module(f"hyperlocal.{module}").__all__) <= set(names)


def test_the_reasons_are_about_something():
    items = [*listed(IMPORTS), *listed(MEMBERS)]
    items += [
        f"{owner}.{path}" for owner, (_, paths) in ATTRIBUTES.items() for path in paths.split()
    ]

    for names in NOT_EMULATED.values():
        for prefix in names.split():
            assert any(item == prefix or item.startswith(f"{prefix}.") for item in items), prefix
