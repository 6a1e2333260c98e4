"""The estimators for one framework."""

import logging

import pytest

from hyperlocal.azureml.core import Environment
from hyperlocal.azureml.exceptions import TrainingException
from hyperlocal.azureml.train.dnn import Chainer, Gloo, Mpi, ParameterServer, PyTorch, TensorFlow
from hyperlocal.azureml.train.estimator import _FrameworkBaseEstimator
from hyperlocal.azureml.train.sklearn import SKLearn

KINDS = [SKLearn, PyTorch, TensorFlow, Chainer]


def make(kind, **arguments):
    return kind("src", **{"compute_target": "cpu", "entry_script": "train.py", **arguments})


@pytest.mark.parametrize(
    ("kind", "version", "package"),
    [
        (SKLearn, "0.20.3", "scikit-learn==0.20.3"),
        (PyTorch, "1.4", "torch==1.4.0"),
        (TensorFlow, "1.13", "tensorflow==1.13.1"),
        (Chainer, "5.1.0", "chainer==5.1.0"),
    ],
)
def test_the_framework_is_in_the_environment(kind, version, package):
    estimator = make(kind)

    assert estimator.framework_version == version == kind.DEFAULT_VERSION
    assert package in estimator.conda_dependencies.pip_packages
    assert estimator.conda_dependencies.get_python_version() == "3.6.2"


@pytest.mark.parametrize("kind", KINDS)
def test_every_supported_version_is_taken(kind):
    for version in kind.get_supported_versions():
        for uses_gpu in (False, True) if kind is not SKLearn else ():
            estimator = make(kind, framework_version=version, use_gpu=uses_gpu)
            assert estimator.framework_version == version


@pytest.mark.parametrize(
    ("kind", "package"), [(TensorFlow, "tensorflow-gpu==1.13.1"), (Chainer, "cupy-cuda90==5.2.0")]
)
def test_a_gpu_needs_other_packages(kind, package):
    assert package in make(kind, use_gpu=True).conda_dependencies.pip_packages


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", ["9.9", 1.3])
def test_another_version_is_refused(kind, version):
    with pytest.raises(TrainingException, match="framework_version is"):
        make(kind, framework_version=version)


def test_the_bare_base_has_no_framework():
    with pytest.raises(AttributeError):
        make(_FrameworkBaseEstimator)


def test_own_packages_come_first_and_replace(caplog):
    estimator = make(
        TensorFlow, pip_packages=["keras", "TensorFlow==1.12"], framework_version="2.0"
    )

    assert list(estimator.conda_dependencies.pip_packages) == [
        "keras",
        "TensorFlow==1.12",
        "azureml-defaults",
        "azureml-dataset-runtime[fuse,pandas]",
        "horovod==0.18.1",
    ]
    assert "Your own choice of tensorflow" in caplog.text


@pytest.mark.parametrize("kind", KINDS)
def test_an_own_environment_has_no_framework_added(kind):
    mine = Environment("mine")

    assert make(kind, environment_definition=mine).run_config.environment is mine


@pytest.mark.parametrize(
    ("kind", "arguments", "count"),
    [
        (SKLearn, {}, 1),  # there is only one version
        (PyTorch, {}, 2),
        (PyTorch, {"framework_version": "1.3"}, 1),
        (PyTorch, {"user_managed": True}, 1),
        (TensorFlow, {"worker_count": 2}, 4),
        (TensorFlow, {"environment_definition": Environment("mine")}, 3),
        (SKLearn, {"environment_definition": Environment("mine")}, 2),
    ],
)
def test_what_is_deprecated_is_logged_as_often_as_by_the_sdk(caplog, kind, arguments, count):
    make(kind, **arguments)

    assert [record.levelno for record in caplog.records] == [logging.WARNING] * count


@pytest.mark.parametrize(
    ("kind", "arguments", "framework", "communicator"),
    [
        (PyTorch, {"distributed_backend": "gloo"}, "PyTorch", "gloo"),
        (PyTorch, {"distributed_backend": "Nccl"}, "PyTorch", "nccl"),
        (TensorFlow, {"distributed_backend": "ps"}, "TensorFlow", "ParameterServer"),
        (Chainer, {"distributed_backend": "mpi"}, "Python", "IntelMpi"),
        (PyTorch, {"distributed_training": Mpi()}, "python", "Mpi"),
    ],
)
def test_a_backend_is_shown_back(kind, arguments, framework, communicator):
    config = make(kind, **arguments).run_config

    assert (config.framework, config.communicator) == (framework, communicator)


@pytest.mark.parametrize(
    ("kind", "training"), [(PyTorch, ParameterServer()), (TensorFlow, Gloo()), (Chainer, Gloo())]
)
def test_a_backend_of_another_framework_is_refused(kind, training):
    with pytest.raises(TrainingException, match="does not go with the estimator"):
        make(kind, distributed_training=training)


def test_pytorch_sets_a_variable_of_nccl():
    variables = make(PyTorch).run_config.environment.environment_variables

    assert variables["NCCL_TREE_THRESHOLD"] == "0"
