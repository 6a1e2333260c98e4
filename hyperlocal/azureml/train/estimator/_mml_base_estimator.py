"""The base of all estimators: a source folder and the run configuration that belongs to it."""

from __future__ import annotations

import logging
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.core.runconfig import RunConfiguration
from hyperlocal.azureml.core.script_run_config import ScriptRunConfig
from hyperlocal.azureml.train.estimator._run_config import run_config_of
from hyperlocal.azureml.train.estimator._settings import Settings, given

__all__ = ["MMLBaseEstimator", "MMLBaseEstimatorRunConfig"]


class MMLBaseEstimator(_placeholders.Emulated):
    """What every estimator has: a source folder, a compute target and a run configuration.

    Submitting one gives the same run as the ScriptRunConfig of its script and arguments.
    """

    def __init__(
        self, source_directory: Any, *, compute_target: Any, estimator_config: Any = None
    ) -> None:
        self._source_directory = source_directory or "."
        self._compute_target = compute_target
        self._estimator_config = estimator_config

    @property
    def source_directory(self) -> Any:
        """The folder that is copied for every run."""
        return self._source_directory

    @property
    def run_config(self) -> Any:
        """What is run, where, with which arguments and packages. It may be changed."""
        return self._estimator_config

    @property
    def conda_dependencies(self) -> Any:
        """The packages of the run's environment."""
        return self._estimator_config.environment.python.conda_dependencies

    def _get_script_run_config(self, *_: Any, **__: Any) -> ScriptRunConfig:
        """Return the script run that this estimator stands for."""
        config = self._estimator_config
        return ScriptRunConfig(
            self._source_directory or ".",
            script=config.script,
            arguments=config.arguments,
            run_config=config,
        )

    def _submit_to(self, experiment: Any, **submission: Any) -> Any:
        """Run it as part of an experiment; return at once."""
        return self._get_script_run_config()._submit_to(experiment, **submission)


class MMLBaseEstimatorRunConfig(RunConfiguration):
    """A run configuration made of an estimator's arguments."""

    def __init__(
        self,
        compute_target: Any,
        vm_size: Any = None,
        vm_priority: Any = None,
        entry_script: Any = None,
        script_params: Any = None,
        node_count: Any = None,
        process_count_per_node: Any = None,
        distributed_backend: Any = None,
        use_gpu: Any = None,
        use_docker: Any = None,
        custom_docker_base_image: Any = None,
        custom_docker_image: Any = None,
        image_registry_details: Any = None,
        user_managed: Any = False,
        conda_packages: Any = None,
        pip_packages: Any = None,
        environment_definition: Any = None,
        inputs: Any = None,
        source_directory_data_store: Any = None,
        shm_size: Any = None,
    ) -> None:
        arguments = given(locals())
        logging.getLogger("azureml.train.estimator._mml_base_estimator").warning(
            "MMLBaseEstimatorRunConfig is deprecated; azureml.core.RunConfiguration does the same."
        )
        settings = Settings(source_directory=None, **arguments)
        settings.check("Estimator")
        self.__dict__.update(run_config_of(settings).__dict__)


__getattr__ = _placeholders.lacking(__name__)
