"""The base of the estimators for one framework: its version, and the packages that go with it."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.core.conda_dependencies import CondaDependencies
from hyperlocal.azureml.exceptions import TrainingException
from hyperlocal.azureml.train.estimator._frameworks import (
    PYTHON_VERSION,
    packages_of,
    supported_versions,
)
from hyperlocal.azureml.train.estimator._mml_base_estimator import MMLBaseEstimator
from hyperlocal.azureml.train.estimator._run_config import conda_of, run_config_of
from hyperlocal.azureml.train.estimator._settings import Settings, given

__all__ = ["_FrameworkBaseEstimator"]

_logger = logging.getLogger("azureml.train.estimator._framework_base_estimator")

_NAME = re.compile(r"[A-Za-z0-9._-]*")


class _FrameworkBaseEstimator(MMLBaseEstimator):
    """An estimator that knows a framework: PyTorch, TensorFlow, Chainer or scikit-learn.

    Differs:
        The framework is not installed: scripts import the one that this interpreter has. The
        version that was asked for is shown in the run's environment.
    """

    DEFAULT_VERSION: Any = None
    FRAMEWORK_NAME: Any = None
    _BACKENDS: tuple[str, ...] = ("mpi",)
    _VARIABLES: Mapping[str, str] = {}

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
        framework_name: Any = None,
        framework_version: Any = None,
        _enable_optimized_mode: Any = False,
        _disable_validation: Any = False,
        _show_lint_warnings: Any = False,
        _show_package_warnings: Any = False,
    ) -> None:
        arguments = given(locals())
        self._framework_name = arguments.pop("framework_name") or self.FRAMEWORK_NAME
        self._begin(Settings(**arguments))

    def _begin(self, settings: Settings) -> None:
        """Check the settings and make the run configuration of them."""
        settings.backends = self._BACKENDS
        self._framework_name = getattr(self, "_framework_name", self.FRAMEWORK_NAME)
        settings.check(self._framework_name)
        self._framework_version = self._version(settings)
        config = run_config_of(settings)
        if not settings.environment_definition and not settings.conda_dependencies_file:
            config.environment.python.conda_dependencies = self._conda(settings)
        if self._VARIABLES:
            variables = config.environment.environment_variables or {}
            config.environment.environment_variables = {**variables, **self._VARIABLES}
        super().__init__(
            settings.source_directory,
            compute_target=settings.compute_target,
            estimator_config=config,
        )

    @property
    def framework_version(self) -> Any:
        """The framework's version that was asked for, or the SDK's default."""
        return self._framework_version

    @classmethod
    def get_supported_versions(cls) -> Any:
        """Return the versions that `framework_version` may be."""
        return supported_versions(cls.FRAMEWORK_NAME)

    def _version(self, settings: Settings) -> Any:
        version, versions = settings.framework_version, self.get_supported_versions()
        if settings.environment_definition or settings.conda_dependencies_file:
            _logger.warning(
                "The environment is yours: %s is not added to it.", self._framework_name
            )
        if version is None:
            if len(versions) > 1 and not settings.user_managed:
                _logger.warning(
                    "There is no framework_version: taking %s %s.",
                    self._framework_name,
                    self.DEFAULT_VERSION,
                )
            return self.DEFAULT_VERSION
        if version not in versions:
            raise TrainingException(
                f"{self._framework_name}: framework_version is {version!r}, but must be one of "
                f"the texts {', '.join(versions)}. The Estimator takes any version in "
                "pip_packages."
            )
        return version

    def _conda(self, settings: Settings) -> CondaDependencies:
        """Return what was asked for, and then what the framework needs and was not asked for."""
        conda = conda_of(settings)
        conda.set_python_version(PYTHON_VERSION)
        conda.remove_pip_package("azureml-defaults")
        theirs = {_name(p) for p in (*conda.pip_packages, *conda.conda_packages)}
        packages = packages_of(
            self._framework_name, self._framework_version, uses_gpu=bool(settings.use_gpu)
        )
        replaced = [_name(package) for package in packages if _name(package) in theirs]
        for package in packages:
            if _name(package) not in theirs:
                conda.add_pip_package(package)
        if replaced:
            _logger.warning("Your own choice of %s replaces the estimator's.", ", ".join(replaced))
        return conda


def _name(package: str) -> str:
    found = _NAME.match(package)
    return found[0].lower() if found else package


__getattr__ = _placeholders.lacking(__name__)
