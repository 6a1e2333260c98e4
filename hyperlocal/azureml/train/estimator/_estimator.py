"""The general estimator: any script with any packages."""

from __future__ import annotations

import logging
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.train.estimator._mml_base_estimator import MMLBaseEstimator
from hyperlocal.azureml.train.estimator._run_config import run_config_of
from hyperlocal.azureml.train.estimator._settings import Settings, given

__all__ = ["Estimator"]


class Estimator(MMLBaseEstimator):
    """A script, its arguments, and the packages that it needs.

    Args:
        source_directory: The folder that is copied for every run.
        compute_target: A target or its name. Every run is on this machine.
        vm_size: Instead of a target; kept and shown back.
        vm_priority: Kept and shown back.
        entry_script: The script, from that folder.
        script_params: The script's arguments, a dict from names to values: '' for a mere flag, a
            list for several values. Data references and named datasets become paths.
        node_count: More than 1 is refused when the run is submitted.
        process_count_per_node: More than 1 is refused when the run is submitted.
        distributed_backend: Old: a name instead of a `distributed_training`.
        distributed_training: How processes talk, `Mpi()` for instance.
        use_gpu: Kept and shown back: scripts use the hardware that there is.
        use_docker: Kept and shown back: trials are plain processes.
        custom_docker_base_image: The old name of `custom_docker_image`.
        custom_docker_image: Kept and shown back.
        image_registry_details: Kept and shown back.
        user_managed: Whether the environment is not to be changed.
        conda_packages: Packages of the run's environment.
        pip_packages: Packages of the run's environment.
        conda_dependencies_file_path: The old name of `conda_dependencies_file`.
        pip_requirements_file_path: The old name of `pip_requirements_file`.
        conda_dependencies_file: A conda file in the source folder, instead of packages.
        pip_requirements_file: A requirements file in the source folder.
        environment_variables: Variables that the script finds set.
        environment_definition: An `Environment`, instead of packages and images.
        inputs: Data references and named datasets that the run is given.
        source_directory_data_store: Kept and shown back.
        shm_size: Kept and shown back.
        resume_from: A `DataPath` to earlier outputs; the script gets `--resume-from` and a folder.
        max_run_duration_seconds: How long a run may take.

    Differs:
        Nothing is installed. What a run reads of it is the script, its arguments, inputs,
        variables and longest duration.
    """

    def __init__(
        self,
        source_directory: Any,
        *,
        compute_target: Any = None,
        vm_size: Any = None,
        vm_priority: Any = None,
        entry_script: Any = None,
        script_params: Any = None,
        node_count: Any = 1,
        process_count_per_node: Any = 1,
        distributed_backend: Any = None,
        distributed_training: Any = None,
        use_gpu: Any = False,
        use_docker: Any = True,
        custom_docker_base_image: Any = None,
        custom_docker_image: Any = None,
        image_registry_details: Any = None,
        user_managed: Any = False,
        conda_packages: Any = None,
        pip_packages: Any = None,
        conda_dependencies_file_path: Any = None,
        pip_requirements_file_path: Any = None,
        conda_dependencies_file: Any = None,
        pip_requirements_file: Any = None,
        environment_variables: Any = None,
        environment_definition: Any = None,
        inputs: Any = None,
        source_directory_data_store: Any = None,
        shm_size: Any = None,
        resume_from: Any = None,
        max_run_duration_seconds: Any = None,
        _disable_validation: Any = True,
        _show_lint_warnings: Any = False,
        _show_package_warnings: Any = False,
    ) -> None:
        settings = Settings(**given(locals()))
        logging.getLogger("azureml.train.estimator._estimator").warning(
            "Estimator is deprecated. Use ScriptRunConfig with an Environment."
        )
        settings.check("Estimator")
        super().__init__(
            source_directory,
            compute_target=compute_target,
            estimator_config=run_config_of(settings),
        )


__getattr__ = _placeholders.lacking(__name__)
