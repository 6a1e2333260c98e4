"""Experiment.submit hands itself to the configuration, whatever that is."""

import pytest

from hyperlocal.azureml.core import Experiment, ScriptRunConfig
from hyperlocal.azureml.exceptions import TrainingException, UserErrorException
from hyperlocal.azureml.pipeline.core import Pipeline
from hyperlocal.azureml.train.estimator import Estimator
from hyperlocal.azureml.train.hyperdrive import HyperDriveConfig


class Configuration:
    """A configuration that tells what it was handed."""

    def _submit_to(self, experiment, **submission):
        return experiment, submission


class Deep:
    """A configuration that Python cannot look through."""

    def _submit_to(self, experiment, **submission):
        return self._submit_to(experiment, **submission)


@pytest.fixture
def experiment(home):
    return Experiment(None, "handed")


def test_a_configuration_is_handed_the_experiment_and_all_arguments(experiment):
    handed = experiment.submit(Configuration(), {"a": "b"}, _parent_run_id="up", wait=True)
    submission = {"tags": {"a": "b"}, "parent_id": "up", "options": {"wait": True}}
    assert handed == (experiment, submission)


@pytest.mark.parametrize("kind", [ScriptRunConfig, HyperDriveConfig, Estimator, Pipeline])
def test_all_configurations_know_their_way(kind):
    assert callable(kind._submit_to)


def test_one_that_is_nested_too_deeply_is_refused_whatever_it_is(experiment):
    with pytest.raises(TrainingException, match="nested too deeply"):
        experiment.submit(Deep())


@pytest.mark.parametrize("value", [None, "train.py", ScriptRunConfig, {}])
def test_what_is_no_configuration_is_named(experiment, value):
    with pytest.raises(UserErrorException, match=r"HyperDriveConfig, a Pipeline or an estimator"):
        experiment.submit(value)
