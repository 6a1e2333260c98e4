"""The general estimator: what it makes of its arguments, and which it refuses."""

import logging

import pytest

import hyperlocal.azureml.train.estimator as module
from hyperlocal.azureml.core import Environment, Experiment, RunConfiguration
from hyperlocal.azureml.core.compute import AmlCompute, ComputeTarget
from hyperlocal.azureml.exceptions import TrainingException, UserErrorException
from hyperlocal.azureml.train.estimator import (
    Estimator,
    Gloo,
    MMLBaseEstimator,
    MMLBaseEstimatorRunConfig,
    Mpi,
    ParameterServer,
)


@pytest.fixture
def make(source):
    """`make(...)` is an estimator of the script in `source`."""

    def estimator(**arguments):
        return Estimator(
            source, **{"compute_target": "cpu", "entry_script": "train.py", **arguments}
        )

    return estimator


def test_what_runs_where(make, source):
    estimator = make()

    assert estimator.source_directory == source
    assert estimator.run_config is estimator._estimator_config
    assert type(estimator.run_config) is RunConfiguration
    config = estimator.run_config
    assert (config.script, config.arguments, config.target) == ("train.py", [], "cpu")
    assert (config.framework, config.communicator, config.node_count) == ("Python", "None", 1)
    assert list(estimator.conda_dependencies.pip_packages) == ["azureml-defaults"]


def test_a_star_import_brings_experiment():
    names = {}
    exec("from hyperlocal.azureml.train.estimator import *", names)  # as scripts do

    assert names["Experiment"] is Experiment
    assert names["Estimator"] is Estimator


@pytest.mark.parametrize(
    ("given", "arguments"),
    [
        (None, []),
        ({}, []),
        ({"--a": 1, "b": 2.5}, ["--a", 1, "b", 2.5]),
        ({"--flag": "", "--none": None}, ["--flag", "--none"]),
        ({"--layers": [1, 2], "--pair": (3, 4)}, ["--layers", 1, 2, "--pair", 3, 4]),
        ({"--range": range(2), "--empty": []}, ["--range", 0, 1, "--empty"]),
        ({"--a": 0, "--b": False, "--c": " "}, ["--a", 0, "--b", False, "--c", " "]),
        ({"--a": ["", None, "x"]}, ["--a", "x"]),
        ({"--a": [[1, 2], 3]}, ["--a", "[1, 2]", 3]),
    ],
)
def test_script_params_become_arguments(make, given, arguments):
    assert make(script_params=given).run_config.arguments == arguments


@pytest.mark.parametrize("given", [["--a", 1], "--a 1"])
def test_script_params_are_a_dict(make, given):
    with pytest.raises(AttributeError, match="must be a dict from names to values"):
        make(script_params=given)


@pytest.mark.parametrize(
    ("arguments", "conda", "pip"),
    [
        (
            {"conda_packages": ["scikit-learn"], "pip_packages": ["xgboost==0.9"]},
            ["python=3.8.13", "scikit-learn"],
            ["azureml-defaults", "xgboost==0.9"],
        ),
        (
            {"conda_dependencies_file": "conda.yml"},
            ["python=3.7", "numpy=1.18"],
            ["scikit-learn==0.22"],
        ),
        (
            {"pip_requirements_file": "requirements.txt", "pip_packages": ["a"]},
            ["python=3.8.13"],
            ["azureml-defaults", "pandas==1.0", "xgboost", "a"],
        ),
    ],
)
def test_packages_are_shown_in_the_environment(make, arguments, conda, pip):
    found = make(**arguments).conda_dependencies

    assert list(found.conda_packages) == conda
    assert list(found.pip_packages) == pip


def test_an_environment_is_taken_whole(make):
    mine = Environment("mine")

    config = make(environment_definition=mine).run_config

    assert config.environment is mine
    assert config.docker.use_docker is False


def test_what_is_kept_and_shown_back(make):
    config = make(
        use_gpu=True,
        shm_size="8g",
        environment_variables={"A": "1"},
        max_run_duration_seconds=60,
        vm_size="STANDARD_D2",
        vm_priority="lowpriority",
        image_registry_details="registry",
    ).run_config

    assert "cuda" in config.environment.docker.base_image
    assert config.environment.docker.base_image_registry == "registry"
    assert (config.docker.shm_size, config.max_run_duration_seconds) == ("8g", 60)
    assert config.environment_variables == {"A": "1"}
    assert (config.amlcompute.vm_size, config.amlcompute.vm_priority) == (
        "STANDARD_D2",
        "lowpriority",
    )


def test_a_size_without_a_target_is_an_unnamed_cluster(source):
    estimator = Estimator(source, vm_size="STANDARD_D2", entry_script="train.py")

    assert estimator.run_config.target == "amlcompute"


REFUSED = [
    ({"compute_target": None}, TrainingException, "no compute_target"),
    ({"node_count": 0}, TrainingException, "node_count is 0, but must be at least 1"),
    ({"node_count": 2}, TrainingException, "need a distributed_training"),
    ({"process_count_per_node": 2}, TrainingException, "need a distributed_training"),
    ({"distributed_backend": "ps"}, TrainingException, "'ps', but must be one of mpi"),
    ({"node_count": 2, "distributed_backend": "mpi"}, TrainingException, "'cpu' is no AmlCompute"),
    (
        {"environment_definition": Environment("e"), "pip_packages": ["a"]},
        TrainingException,
        "environment_definition says what pip_packages would say too",
    ),
    (
        {"environment_definition": Environment("e"), "environment_variables": {"a": "b"}},
        TrainingException,
        "what environment_variables would say",
    ),
    ({"environment_definition": "mine"}, AttributeError, "must be an Environment"),
    (
        {"conda_dependencies_file": "conda.yml", "pip_packages": ["a"]},
        TrainingException,
        "conda_dependencies_file says what pip_packages would",
    ),
    ({"user_managed": True, "pip_packages": ["a"]}, UserErrorException, "leave out pip_packages"),
    ({"conda_dependencies_file": "no.yml"}, UserErrorException, "there is no file .*no.yml"),
    ({"pip_requirements_file": "no.txt"}, UserErrorException, "there is no file .*no.txt"),
    (
        {"custom_docker_image": "a", "custom_docker_base_image": "b"},
        TrainingException,
        "the old name of custom_docker_image",
    ),
    (
        {"custom_docker_image": "a", "use_docker": False},
        TrainingException,
        "needs use_docker=True",
    ),
    ({"inputs": ["a"]}, UserErrorException, "'a' cannot be an input"),
    ({"source_directory_data_store": "a"}, UserErrorException, "'a' cannot be an input"),
    ({"resume_from": "a"}, UserErrorException, "must be a DataPath"),
    ({"unknown": 1}, TypeError, "unexpected keyword argument"),
]


@pytest.mark.parametrize(("arguments", "error", "message"), REFUSED)
def test_what_the_sdk_refuses_is_refused(make, arguments, error, message):
    with pytest.raises(error, match=message):
        make(**arguments)


def test_old_and_new_ways_to_train_apart_exclude_each_other(make):
    with pytest.raises(TrainingException, match="Give only distributed_training"):
        make(distributed_backend="mpi", distributed_training=Mpi())


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ({}, 1),
        ({"use_docker": False}, 2),
        ({"conda_dependencies_file_path": "conda.yml"}, 2),
        ({"pip_requirements_file_path": "requirements.txt"}, 2),
        ({"custom_docker_base_image": "a"}, 2),
        ({"distributed_backend": "mpi"}, 2),
        ({"distributed_backend": "mpi", "process_count_per_node": 2}, 3),
    ],
)
def test_what_is_deprecated_is_logged_as_often_as_by_the_sdk(make, caplog, arguments, count):
    make(**arguments)

    assert [record.levelno for record in caplog.records] == [logging.WARNING] * count
    assert all(record.name.startswith("azureml.train") for record in caplog.records)


@pytest.mark.parametrize(
    ("training", "framework", "communicator"),
    [
        (lambda: Mpi(2), "python", "Mpi"),
        (Gloo, "pytorch", "Gloo"),
        (module.Nccl, "pytorch", "Nccl"),
        (lambda: ParameterServer(2, 1), "tensorflow", "ParameterServer"),
    ],
)
def test_distributed_training_is_shown_back(make, training, framework, communicator):
    config = make(distributed_training=training()).run_config

    assert (config.framework, config.communicator) == (framework, communicator)
    if communicator == "Mpi":
        assert config.mpi.process_count_per_node == 2
    if communicator == "ParameterServer":
        assert config.tensorflow.worker_count == 2


def test_several_nodes_need_a_cluster_object(make, experiment):
    cluster = ComputeTarget.create(
        experiment.workspace, "gpu", AmlCompute.provisioning_configuration("X", max_nodes=4)
    )

    config = make(compute_target=cluster, node_count=2, distributed_training=Mpi(3)).run_config

    assert (config.target, config.node_count) == ("gpu", 2)


def test_a_kind_of_training_goes_with_some_estimators_only():
    Gloo().validate("PyTorch")
    with pytest.raises(TrainingException, match="Gloo does not go with the estimator TensorFlow"):
        Gloo().validate("TensorFlow")
    with pytest.raises(TrainingException, match="Mpi does not go"):
        Mpi().validate("SKLearn")
    assert str(Mpi()) == "mpi"


def test_the_base_of_estimators_holds_any_configuration():
    config = RunConfiguration()

    assert MMLBaseEstimator("src", compute_target="cpu").run_config is None
    assert (
        MMLBaseEstimator("src", compute_target="cpu", estimator_config=config).run_config is config
    )


def test_a_run_configuration_of_an_estimators_arguments():
    config = MMLBaseEstimatorRunConfig(
        "cpu",
        entry_script="train.py",
        script_params={"--a": 1},
        node_count=1,
        process_count_per_node=1,
    )

    assert isinstance(config, RunConfiguration)
    assert (config.target, config.script, config.arguments) == ("cpu", "train.py", ["--a", 1])
