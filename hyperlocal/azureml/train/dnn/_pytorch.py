"""The estimator for PyTorch."""

from __future__ import annotations

import logging
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.train.estimator._framework_base_estimator import _FrameworkBaseEstimator
from hyperlocal.azureml.train.estimator._settings import Settings, given

__all__ = ["PyTorch"]


class PyTorch(_FrameworkBaseEstimator):
    """A script that uses PyTorch, its arguments, and further packages.

    Its arguments are those of `Estimator`, and

    Args:
        framework_version: One of `get_supported_versions()`, as a text.

    Differs:
        PyTorch is not installed: the script imports the one that this interpreter has.
    """

    DEFAULT_VERSION = "1.4"
    FRAMEWORK_NAME = "PyTorch"
    _BACKENDS = ("mpi", "gloo", "nccl")
    _VARIABLES = {"NCCL_TREE_THRESHOLD": "0"}

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
        framework_version: Any = None,
        _enable_optimized_mode: Any = False,
        _disable_validation: Any = True,
        _show_lint_warnings: Any = False,
        _show_package_warnings: Any = False,
    ) -> None:
        settings = Settings(**given(locals()))
        logging.getLogger("azureml.train.dnn._pytorch").warning(
            "The PyTorch estimator is deprecated. Use ScriptRunConfig with an Environment."
        )
        self._begin(settings)


__getattr__ = _placeholders.lacking(__name__)
