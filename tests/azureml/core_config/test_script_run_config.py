"""Script runs and run configurations, with the checks that the SDK makes at construction."""

import copy
import pickle

import pytest

from hyperlocal.azureml.core import Environment, RunConfiguration, ScriptRunConfig
from hyperlocal.azureml.core.compute import AmlCompute
from hyperlocal.azureml.core.conda_dependencies import CondaDependencies
from hyperlocal.azureml.core.runconfig import (
    DockerConfiguration,
    MpiConfiguration,
    PyTorchConfiguration,
    TensorflowConfiguration,
)
from hyperlocal.azureml.core.script_run_config import get_run_config_from_script_run
from hyperlocal.azureml.exceptions import RunConfigurationException, UserErrorException

BY_HAND = """
script: train.py
arguments: []
target: cpu-cluster
framework: Python
nodeCount: 2
environment:
  name: mine
  environmentVariables: {}
  python:
    condaDependenciesFile: conda.yml
mpi:
  processCountPerNode: 1
data:
  toy:
    dataLocation:
      dataset:
        name: numbers
    mechanism: mount
    pathOnCompute: /data
dataReferences:
  there:
    dataStoreName: workspaceblobstore
    pathOnDataStore: some/folder
    mode: download
amlcompute:
  vmSize:
  retainCluster: false
"""


def script_run(**changes):
    return ScriptRunConfig(**{"source_directory": ".", "script": "train.py", **changes})


def test_the_usual_form():
    environment = Environment("mine")

    config = script_run(
        arguments=["--rate", 0.1], compute_target="cpu-cluster", environment=environment
    )

    assert config.script == "train.py"
    assert config.arguments == ["--rate", 0.1]
    assert config.run_config.target == "cpu-cluster"
    assert config.run_config.environment is environment
    assert config.run_config.max_run_duration_seconds == 30 * 24 * 3600


@pytest.mark.parametrize("target", [None, "local", ""])
def test_without_a_target_a_run_is_local(target):
    assert script_run(compute_target=target).run_config.target == "local"


def test_a_target_can_be_an_object(workspace):
    configuration = AmlCompute.provisioning_configuration(max_nodes=1)
    target = AmlCompute.create(workspace, "cpu-cluster", configuration)

    assert script_run(compute_target=target).run_config.target == "cpu-cluster"


def test_construction_is_as_lenient_as_the_sdk():
    """A placeholder is filled in later; what is missing is told at submit."""
    config = ScriptRunConfig(source_directory="")

    config.script = "train.py"

    assert (config.arguments, config.command) == (None, None)
    script_run(script="nowhere.py", source_directory="/nowhere", arguments="--a 1")
    script_run(command=["python", "train.py"], max_run_duration_seconds="x")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"environment": "mine"}, AttributeError),
        ({"run_config": 5}, AttributeError),
        ({"distributed_job_config": "mpi"}, RunConfigurationException),
        ({"docker_runtime_config": True}, RunConfigurationException),
        ({"resume_from": "outputs"}, UserErrorException),
        ({"unknown": 1}, TypeError),
    ],
)
def test_what_the_sdk_refuses_is_refused_at_the_same_call(wrong, error):
    with pytest.raises(error):
        script_run(**wrong)


def test_a_run_config_gives_what_the_call_leaves_out():
    run_config = RunConfiguration(script="train.py", arguments=["--rate", "1"])
    run_config.target = "cpu-cluster"

    config = ScriptRunConfig(".", run_config=run_config)

    assert (config.script, config.arguments) == ("train.py", ["--rate", "1"])
    assert config.run_config is run_config


def test_what_a_run_config_overrules_is_said_once():
    run_config = RunConfiguration()

    with pytest.warns(UserWarning, match="compute_target"):
        script_run(run_config=run_config, compute_target="cpu-cluster")

    script_run(run_config=run_config, compute_target="cpu-cluster")
    assert run_config.target == "local"


def test_merging_prefers_what_the_call_says():
    run_config = RunConfiguration(script="other.py", arguments=["a"])

    merged = get_run_config_from_script_run(script_run(arguments=["b"], run_config=run_config))

    assert (merged.script, merged.arguments) == ("train.py", ["b"])
    assert run_config.script == "other.py"


@pytest.mark.parametrize(
    ("job", "framework", "communicator", "nodes"),
    [
        (MpiConfiguration(), "Python", "IntelMpi", 1),
        (PyTorchConfiguration(), "PyTorch", "nccl", 1),
        (PyTorchConfiguration("Gloo"), "PyTorch", "gloo", 1),
        (TensorflowConfiguration(), "TensorFlow", "ParameterServer", 1),
    ],
)
def test_a_distributed_job_is_shown_back(job, framework, communicator, nodes):
    config = script_run(distributed_job_config=job).run_config

    assert (config.framework, config.communicator) == (framework, communicator)
    assert config.node_count == nodes


def test_a_job_of_several_processes_is_kept():
    config = script_run(distributed_job_config=MpiConfiguration(2, 3))

    assert config.run_config.node_count == 3
    assert config.run_config.mpi.process_count_per_node == 2


def test_a_wrong_backend_is_refused():
    with pytest.raises(RunConfigurationException, match="'Nccl' or 'Gloo'"):
        PyTorchConfiguration("smoke-signals")


def test_docker_is_kept():
    docker = DockerConfiguration(use_docker=True, shm_size="4g")

    assert script_run(docker_runtime_config=docker).run_config.docker is docker


def test_run_configuration_refuses_typing_errors_and_wrong_packages():
    with pytest.raises(AttributeError, match="targt"):
        RunConfiguration().targt = "cpu-cluster"
    with pytest.raises(RunConfigurationException, match="CondaDependencies"):
        RunConfiguration(conda_dependencies="scikit-learn")


def test_run_configuration_takes_packages():
    packages = CondaDependencies.create(pip_packages=["pandas"])

    config = RunConfiguration(conda_dependencies=packages)

    assert config.environment.python.conda_dependencies is packages


def test_a_run_configuration_is_saved_loaded_and_deleted(tmp_path):
    config = RunConfiguration(script="train.py", arguments=["--rate", "1"])
    config.target = "cpu-cluster"
    config.environment.environment_variables = {"KEY": "value"}
    config.environment_variables = {"OTHER": "value"}

    config.save(str(tmp_path), "mine")
    loaded = RunConfiguration.load(str(tmp_path), "mine")

    assert (loaded.script, loaded.arguments, loaded.target) == (
        "train.py",
        ["--rate", "1"],
        "cpu-cluster",
    )
    assert loaded.environment.environment_variables == {"KEY": "value"}
    assert loaded.environment_variables == {"OTHER": "value"}
    assert repr(loaded) == repr(config)
    RunConfiguration.delete(str(tmp_path), "mine")
    with pytest.raises(UserErrorException, match="mine"):
        RunConfiguration.load(str(tmp_path), "mine")


def test_a_file_written_by_hand_is_read_as_in_the_cloud(tmp_path):
    (tmp_path / "conda.yml").write_text("dependencies:\n- pip:\n  - numpy\n")
    file = tmp_path / "mine.yml"
    file.write_text(BY_HAND)

    config = RunConfiguration.load(str(file), "any name")

    assert (config.script, config.target, config.node_count) == ("train.py", "cpu-cluster", 2)
    assert config.mpi.process_count_per_node == 1
    assert config.environment.name == "mine"
    assert list(config.environment.python.conda_dependencies.pip_packages) == ["numpy"]
    reference = config.data_references["there"]
    assert (reference.data_store_name, reference.mode) == ("workspaceblobstore", "download")
    data = config.data["toy"]
    assert (data.data_location.dataset.name, data.mechanism) == ("numbers", "mount")
    assert data.path_on_compute == "/data"


def test_a_file_of_packages_that_is_missing_is_told(tmp_path):
    file = tmp_path / "mine.yml"
    file.write_text(BY_HAND)

    with pytest.raises(UserErrorException, match=r"there is no .*conda\.yml. Put it there"):
        RunConfiguration.load(str(file))


def test_the_file_of_packages_may_lie_beside_the_folder_of_the_file(tmp_path):
    (tmp_path / ".azureml").mkdir()
    (tmp_path / "conda.yml").write_text("dependencies:\n- pip:\n  - numpy\n")
    (tmp_path / ".azureml" / "mine.runconfig").write_text(BY_HAND)

    for config in (
        RunConfiguration.load(str(tmp_path), "mine"),
        RunConfiguration.load(str(tmp_path / ".azureml" / "mine.runconfig")),
    ):
        assert list(config.environment.python.conda_dependencies.pip_packages) == ["numpy"]


@pytest.mark.parametrize("text", ["- a\n- b\n", '["a"]', "only a text\n"])
def test_a_file_that_is_no_run_configuration_is_refused(tmp_path, text):
    (tmp_path / "mine").write_text(text)

    with pytest.raises(UserErrorException, match="mine"):
        RunConfiguration.load(str(tmp_path), "mine")


def test_configurations_can_be_copied_and_pickled():
    config = script_run(arguments=["a"])

    for copied in (copy.deepcopy(config), pickle.loads(pickle.dumps(config))):
        assert repr(copied.run_config) == repr(config.run_config)
        with pytest.raises(AttributeError):
            copied.run_config.targt = "x"
