"""The steps' signatures, as the real package azureml-pipeline-steps 1.62 has them."""

import inspect

import pytest

from hyperlocal.azureml.pipeline import steps
from hyperlocal.errors import NotEmulatedError

RECORDED = {
    "CommandStep": """command=None, name=None, compute_target=None, runconfig=None,
        runconfig_pipeline_params=None, inputs=None, outputs=None, params=None,
        source_directory=None, allow_reuse=True, version=None""",
    "EstimatorStep": """name=None, estimator=None, estimator_entry_script_arguments=None,
        runconfig_pipeline_params=None, inputs=None, outputs=None, compute_target=None,
        allow_reuse=True, version=None""",
    "HyperDriveStep": """name, hyperdrive_config, estimator_entry_script_arguments=None,
        inputs=None, outputs=None, metrics_output=None, allow_reuse=True, version=None""",
    "HyperDriveStepRun": "step_run",
    "PythonScriptStep": """script_name, name=None, arguments=None, compute_target=None,
        runconfig=None, runconfig_pipeline_params=None, inputs=None, outputs=None, params=None,
        source_directory=None, allow_reuse=True, version=None, hash_paths=None""",
}
LOUD = [
    "AdlaStep",
    "AutoMLStep",
    "AutoMLStepRun",
    "AzureBatchStep",
    "DataTransferStep",
    "DatabricksStep",
    "KustoStep",
    "ModuleStep",
    "MpiStep",
    "ParallelRunConfig",
    "ParallelRunStep",
    "RScriptStep",
    "SynapseSparkStep",
]


@pytest.mark.parametrize("name", RECORDED)
def test_signature(name):
    parameters = inspect.signature(getattr(steps, name)).parameters.values()
    told = [str(p.replace(annotation=inspect.Parameter.empty)) for p in parameters]

    assert ", ".join(told) == " ".join(RECORDED[name].split())


@pytest.mark.parametrize("name", LOUD)
def test_other_steps_are_loud(name):
    with pytest.raises(NotEmulatedError, match=name):
        getattr(steps, name)(name="x")


def test_all_names_of_the_package_are_there():
    assert sorted([*RECORDED, *LOUD]) == sorted(steps.__all__)
