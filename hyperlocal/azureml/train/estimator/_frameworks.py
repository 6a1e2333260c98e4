"""Frameworks: which versions the SDK's framework estimators know, and what they install.

Facts about the environments of the cloud, for whoever reads the run's environment. Nothing is
installed here: trials import what this interpreter has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["PYTHON_VERSION", "defaults_in", "packages_of", "supported_versions"]

PYTHON_VERSION = "3.6.2"

_DATASET_RUNTIME = "azureml-dataset-runtime[fuse,pandas]"
_BOARD = ("tensorboard==1.14.0", "future==0.17.1")

_PACKAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "sklearn": {"0.20.3": ("scikit-learn==0.20.3", "scipy==1.2.1", "joblib==0.13.2")},
    "pytorch": {
        "1.0": ("torch==1.0", "torchvision==0.4.1", "horovod==0.18.1"),
        "1.1": ("torch==1.1", "torchvision==0.4.1", "horovod==0.18.1", *_BOARD),
        "1.2": ("torch==1.2", "torchvision==0.4.1", "horovod==0.18.1", *_BOARD),
        "1.3": ("torch==1.3.1", "torchvision==0.4.1", "horovod==0.18.1", *_BOARD),
        "1.4": ("torch==1.4.0", "torchvision==0.5.0", "horovod==0.18.1", *_BOARD),
        "1.5": ("torch==1.5.0", "torchvision==0.5.0", "horovod==0.19.1", *_BOARD),
        "1.6": ("torch==1.6.0", "torchvision==0.5.0", "horovod==0.19.5", *_BOARD),
    },
    "tensorflow": {
        "1.10": (_DATASET_RUNTIME, "tensorflow==1.10.0", "horovod==0.15.2"),
        "1.12": (_DATASET_RUNTIME, "tensorflow==1.12.0", "horovod==0.15.2"),
        "1.13": (_DATASET_RUNTIME, "tensorflow==1.13.1", "horovod==0.16.1"),
        "2.0": (_DATASET_RUNTIME, "tensorflow==2.0.0", "horovod==0.18.1"),
        "2.1": ("tensorflow==2.1.0", "horovod==0.19.1"),
        "2.2": ("tensorflow==2.2.0", "horovod==0.19.5"),
        "2.3": ("tensorflow==2.3.0", "cmake==3.18.2", "horovod==0.20.0"),
    },
    "chainer": {
        "5.1.0": ("chainer==5.1.0", "mpi4py==3.0.0"),
        "7.0.0": ("chainer==7.0.0", "mpi4py==3.0.0"),
    },
}
_CUPY = {"5.1.0": "cupy-cuda90==5.2.0", "7.0.0": "cupy-cuda90==7.0.0"}


def supported_versions(framework: str) -> list[str]:
    """Return the versions that a framework's estimator can be asked for, oldest first."""
    return list(_PACKAGES[framework.lower()])


def packages_of(framework: str, version: Any, *, uses_gpu: bool) -> list[str]:
    """Return what the framework's estimator installs beside what it is told to."""
    packages = ["azureml-defaults", *_PACKAGES[framework.lower()][version]]
    if uses_gpu and framework.lower() == "tensorflow":
        packages = [p.replace("tensorflow==", "tensorflow-gpu==") for p in packages]
    if uses_gpu and framework.lower() == "chainer":
        packages.append(_CUPY[version])
    return packages


def defaults_in(packages: Iterable[str]) -> list[str]:
    """Return those of these packages that an estimator adds by itself, if they are all there."""
    given = set(packages)
    for framework, versions in _PACKAGES.items():
        for version in versions:
            for uses_gpu in (False, True):
                wanted = set(packages_of(framework, version, uses_gpu=uses_gpu))
                pinned = {package for package in wanted if "==" in package}
                if pinned <= given:
                    return sorted(pinned)
    return []
