"""Environments and settings: what random calls under the real SDK have shown, call by call."""

import pytest

from hyperlocal.azureml.core import Environment, Model, RunConfiguration, ScriptRunConfig
from hyperlocal.azureml.core.conda_dependencies import CondaDependencies
from hyperlocal.azureml.core.environment import DockerSection
from hyperlocal.azureml.core.runconfig import MpiConfiguration, TensorflowConfiguration
from hyperlocal.azureml.data.datapath import DataPath
from hyperlocal.azureml.exceptions import UserErrorException
from hyperlocal.azureml.train.dnn import PyTorch, TensorFlow


def test_a_version_of_python_takes_the_place_of_the_other():
    conda = CondaDependencies()
    conda.add_conda_package("numpy")

    conda.add_conda_package("python=3.7")

    assert list(conda.conda_packages) == ["python=3.7", "numpy"]
    with pytest.raises(UserErrorException, match="no version of Python"):
        conda.add_conda_package("python")
    with pytest.raises(UserErrorException, match="cannot be without Python"):
        conda.remove_conda_package("python=3.7")
    conda.set_python_version("newest")
    assert conda.get_python_version() is None


def test_a_channel_is_added_once():
    conda = CondaDependencies()

    conda.add_channel("conda-forge")

    assert list(conda.conda_channels) == ["anaconda", "conda-forge"]


def test_a_clone_needs_a_name():
    for name in ("", None):
        with pytest.raises(UserErrorException, match="must be a name"):
            Environment("e").clone(name)


def test_an_image_and_a_dockerfile_take_each_others_place(tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM a\n")
    docker = DockerSection()

    docker.base_dockerfile = str(tmp_path / "Dockerfile")
    assert (docker.base_dockerfile, docker.base_image) == ("FROM a\n", None)
    docker.base_image = "image"
    assert (docker.base_dockerfile, docker.base_image) == (None, "image")
    with pytest.raises(TypeError, match="base_dockerfile"):
        docker.base_dockerfile = ["FROM a"]


def test_what_is_no_target_changes_none():
    config = RunConfiguration()
    config.target = "cpu"

    for other in (None, Environment("e")):
        config.target = other

    assert config.target == "cpu"


def test_what_is_empty_does_not_hide_the_run_configuration(workspace):
    config = RunConfiguration(script="s.py", arguments=["a"])

    given = ScriptRunConfig(".", "", [], run_config=config)

    assert (given.script, given.arguments) == ("s.py", ["a"])
    path = DataPath(workspace.get_default_datastore(), "x")
    with pytest.raises(AttributeError, match="must be a list"):
        ScriptRunConfig(".", "s.py", "--a 1", resume_from=path)


def test_estimators_take_a_configuration_of_mpi():
    estimator = PyTorch(None, compute_target="cpu", distributed_training=MpiConfiguration(2))

    assert estimator.source_directory == "."
    assert estimator.run_config.communicator == "IntelMpi"
    assert estimator.run_config.mpi.process_count_per_node == 2
    servers = TensorflowConfiguration(2, 1)
    for kind, framework in ((TensorFlow, "TensorFlow"), (PyTorch, "Python")):
        estimator = kind(".", compute_target="cpu", distributed_training=servers)
        assert estimator.run_config.framework == framework


def test_models_are_listed_by_any_keys(workspace, tmp_path):
    (tmp_path / "m").write_text("x")
    Model.register(workspace, str(tmp_path / "m"), "m", tags={"area": "x"})

    assert [model.name for model in Model.list(workspace, tags={"area": "x"})] == ["m"]
    assert Model.list(workspace, tags=("other",)) == []
    for wrong in ("area", 5):
        with pytest.raises(UserErrorException, match="must be a list"):
            Model.list(workspace, tags=wrong)
